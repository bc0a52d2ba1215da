#include "nk/base/quantity.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

/// A text is a quantity or an error for people; a quantity that was read is written and read back unchanged.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    nk::Quantity quantity;
    try {
        quantity = nk::parse_quantity(text);
    } catch (std::invalid_argument const&) {
        return 0;
    }

    auto const again = nk::parse_quantity(nk::to_text(quantity));

    if (again != quantity && !std::isnan(quantity.value))
        throw std::logic_error("written and read back, the quantity differs: " + nk::to_text(quantity) + " and " + nk::to_text(again));
    if (!nk::same_dimension(quantity.unit, quantity.unit))
        throw std::logic_error("a unit that was read is unknown later: " + quantity.unit);
    nk::dimension_name(quantity.unit);
    return 0;
}
