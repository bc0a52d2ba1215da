#include "nk/base/quantity.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <udunits2.h>
#include <unordered_map>

namespace nk {
namespace {

/// udunits2 keeps one system of units and is not safe for several threads, hence the lock and the cache of conversions.
class UnitSystem {
  public:
    UnitSystem() {
        ut_set_error_message_handler(ut_ignore);
        system_ = ut_read_xml(nullptr);
        if (system_ == nullptr)
            throw MachineError("the unit database of udunits2 cannot be read (package libudunits2-data)");
        add_base("cell", "cells");
        add_base("IU", "");
        add_derived("molecule", "molecules", "1.66053906717384666e-24 mole");
        add_derived("molar", "", "mole/liter");
        ut_map_symbol_to_unit("M", UT_UTF8, ut_parse(system_, "mole/liter", UT_UTF8));
    }
    UnitSystem(UnitSystem const&) = delete;
    UnitSystem& operator=(UnitSystem const&) = delete;
    ~UnitSystem() {
        for (auto& [text, unit] : parsed_)
            ut_free(unit);
        ut_free_system(system_);
    }

    ut_unit* find(std::string const& text) {
        auto const known = parsed_.find(text);
        if (known != parsed_.end())
            return known->second;
        // udunits2 prints what it cannot scan, and takes line breaks for spaces
        auto const plain = std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
        auto* unit = text.size() > 80 || !plain ? nullptr : ut_parse(system_, text.c_str(), UT_UTF8);
        if (unit != nullptr && !same(unit, unit)) { // logarithmic units (decibel) have no dimension to compare
            ut_free(unit);
            unit = nullptr;
        }
        if (parsed_.size() < most_remembered || unit != nullptr)
            parsed_.emplace(text, unit);
        return unit;
    }
    std::mutex lock;

    /// udunits2 also converts reciprocals (hours into 1/min): for us these are different dimensions.
    static bool same(ut_unit* a, ut_unit* b) {
        if (ut_are_convertible(a, b) == 0)
            return false;
        std::unique_ptr<ut_unit, void (*)(ut_unit*)> quotient(ut_divide(a, b), ut_free);
        return quotient != nullptr && ut_is_dimensionless(quotient.get()) != 0;
    }

    struct Line {
        double slope;
        double offset;
    };
    /// The conversion as a straight line, or nullptr; remembered, because studies read the same tables thousands of times.
    Line const* conversion(std::string const& from_text, std::string const& to_text, ut_unit* from, ut_unit* to) {
        auto const key = from_text + '\n' + to_text;
        if (auto const known = lines_.find(key); known != lines_.end())
            return &known->second;
        std::unique_ptr<cv_converter, void (*)(cv_converter*)> converter(ut_get_converter(from, to), cv_free);
        if (!converter || !same(from, to))
            return nullptr;
        auto const offset = cv_convert_double(converter.get(), 0.0);
        if (lines_.size() >= most_remembered)
            lines_.clear();
        return &lines_.insert_or_assign(key, Line{cv_convert_double(converter.get(), 1.0) - offset, offset}).first->second;
    }

  private:
    static constexpr std::size_t most_remembered = 4096;
    void add_base(char const* name, char const* plural) {
        auto* unit = ut_new_base_unit(system_);
        ut_map_name_to_unit(name, UT_UTF8, unit);
        if (*plural != '\0')
            ut_map_name_to_unit(plural, UT_UTF8, unit);
    }
    void add_derived(char const* name, char const* plural, char const* definition) {
        auto* unit = ut_parse(system_, definition, UT_UTF8);
        ut_map_name_to_unit(name, UT_UTF8, unit);
        if (*plural != '\0')
            ut_map_name_to_unit(plural, UT_UTF8, unit);
    }
    ut_system* system_ = nullptr;
    std::unordered_map<std::string, ut_unit*> parsed_;
    std::unordered_map<std::string, Line> lines_;
};

UnitSystem& units() {
    static UnitSystem system; // initialised once, guarded by its own lock; holds no state of any simulation
    return system;
}

std::string trimmed(std::string_view text) {
    auto const from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos)
        return {};
    auto const to = text.find_last_not_of(" \t");
    return std::string(text.substr(from, to - from + 1));
}

} // namespace

Quantity parse_quantity(std::string_view text) {
    auto const body = trimmed(text);
    double value = 0.0;
    auto const* begin = body.data();
    auto const* end = begin + body.size();
    auto const start = begin != end && *begin == '+' ? begin + 1 : begin;
    auto const read = std::from_chars(start, end, value);
    if (read.ec != std::errc{} || !std::isfinite(value))
        throw std::invalid_argument("`" + body.substr(0, 60) + "` does not begin with a number");
    auto unit = trimmed(std::string_view(read.ptr, static_cast<std::size_t>(end - read.ptr)));
    if (unit.empty())
        unit = "1";
    std::lock_guard guard(units().lock);
    if (units().find(unit) == nullptr)
        throw std::invalid_argument("`" + unit.substr(0, 60) + "` is not a unit that is known here");
    return {value, unit};
}

double in_unit(Quantity const& quantity, std::string_view unit) {
    auto const wanted = trimmed(unit);
    if (quantity.unit == wanted)
        return quantity.value;
    std::lock_guard guard(units().lock);
    auto* from = units().find(quantity.unit);
    auto* to = units().find(wanted);
    if (from == nullptr || to == nullptr)
        throw std::invalid_argument("`" + (from == nullptr ? quantity.unit : wanted) + "` is not a unit that is known here");
    auto const* line = units().conversion(quantity.unit, wanted, from, to);
    if (line == nullptr)
        throw std::invalid_argument("`" + quantity.unit + "` does not convert to `" + wanted + "`");
    return quantity.value * line->slope + line->offset;
}

bool same_dimension(std::string_view unit_a, std::string_view unit_b) {
    std::lock_guard guard(units().lock);
    auto* a = units().find(trimmed(unit_a));
    auto* b = units().find(trimmed(unit_b));
    return a != nullptr && b != nullptr && UnitSystem::same(a, b);
}

std::string dimension_name(std::string_view unit) {
    static constexpr std::array<std::pair<char const*, char const*>, 16> known{{{"1", "a plain number"},
                                                                                {"min", "time"},
                                                                                {"1/min", "rate (1/time)"},
                                                                                {"um", "length"},
                                                                                {"um/min", "speed"},
                                                                                {"um2", "area"},
                                                                                {"um3", "volume"},
                                                                                {"um2/min", "diffusion coefficient"},
                                                                                {"uM", "concentration (amount/volume)"},
                                                                                {"ng/mL", "concentration (mass/volume)"},
                                                                                {"IU/mL", "concentration (IU/volume)"},
                                                                                {"molecule", "molecules"},
                                                                                {"molecule/cell", "molecules per cell"},
                                                                                {"cell", "cells"},
                                                                                {"cell/L", "cells per volume"},
                                                                                {"g/mol", "molar mass"}}};
    for (auto const& [example, name] : known)
        if (same_dimension(unit, example))
            return name;
    return std::string(unit);
}

std::string to_text(double value) {
    std::array<char, 40> buffer{};
    auto const shorter = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::general, 6);
    double back = 0.0;
    std::from_chars(buffer.data(), shorter.ptr, back);
    if (back == value)
        return {buffer.data(), shorter.ptr};
    auto const exact = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), exact.ptr};
}

std::string to_text(Quantity const& quantity) {
    return quantity.unit == "1" ? to_text(quantity.value) : to_text(quantity.value) + " " + quantity.unit;
}

} // namespace nk
