#pragma once
#include <limits>
#include <string_view>
#include <tuple>

namespace nk {

/// Closed interval a value must lie in, in the unit of its field.
struct Range {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    constexpr bool contains(double x) const { return x >= low && x <= high; }
};
inline constexpr Range any_number{};
inline constexpr Range not_negative{0.0, std::numeric_limits<double>::infinity()};
inline constexpr Range fraction{0.0, 1.0};

/// The one description of a member of `Owner`: it drives the reader, unit and range checks, `nk explain`, the reference
/// page, the JSON schema and what a study may vary.
///
/// unit     unit of the `double` inside; "1" = dimensionless; "" = not a number
/// allowed  "" = anything; "a|b|c" = one of these; "@ligand" = a name of that table of the parameter base
///          (for a map it restricts the keys)
template <class Owner, class Value> struct Field {
    using OwnerType = Owner;
    using ValueType = Value;
    std::string_view name;
    Value Owner::*member;
    std::string_view unit;
    Range range;
    std::string_view help;
    std::string_view allowed = "";
};
template <class Owner, class Value> Field(char const*, Value Owner::*, char const*, Range, char const*) -> Field<Owner, Value>;
template <class Owner, class Value> Field(char const*, Value Owner::*, char const*, Range, char const*, char const*) -> Field<Owner, Value>;

/// Calls `visit(field)` for every field of `T::fields()`, in order.
template <class T, class Visit> constexpr void for_each_field(Visit visit) {
    std::apply([&](auto const&... field) { (visit(field), ...); }, T::fields());
}

} // namespace nk
