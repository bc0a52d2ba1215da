#pragma once
#include <string>
#include <string_view>

namespace nk {

/// A number with its unit, as text at the border; inside, laws use plain `double` in the unit their `fields()` state.
struct Quantity {
    double value = 0.0;
    std::string unit = "1";
    friend bool operator==(Quantity const&, Quantity const&) = default;
};

/// Reads "5 um/min", "0.3", "1e-3 ug/mL". Units are udunits2's, with `cell`, `molecule`, `IU`, `M` (mol/L) and `percent` added.
/// errors: std::invalid_argument with a sentence for people
Quantity parse_quantity(std::string_view text);

/// The value of `quantity` in `unit`.  errors: std::invalid_argument when the dimensions differ or a unit is unknown
double in_unit(Quantity const& quantity, std::string_view unit);

/// True when both units are known and one converts into the other.
bool same_dimension(std::string_view unit_a, std::string_view unit_b);

/// Words for people: "time", "rate", "concentration", ... or the unit itself.
std::string dimension_name(std::string_view unit);

/// "5 um/min"; six significant digits unless more are needed to read the same number back.
std::string to_text(Quantity const& quantity);
std::string to_text(double value);

} // namespace nk
