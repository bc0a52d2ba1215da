#include "nk/scenario/diagnostics.hpp"
#include "nk/scenario/embedded.hpp"
#include "nk/scenario/read_scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// The first part up to a zero byte is the scenario, every further part an override `key=value`.
std::vector<std::string> parts_of(std::string_view input) {
    std::vector<std::string> parts;
    for (std::size_t end = 0; end != std::string_view::npos && parts.size() < 5;) {
        end = input.find('\0');
        parts.emplace_back(input.substr(0, end));
        input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
    }
    return parts;
}

/// What was read is written with all defaults, and that text reads back to itself.
void expect_round_trip(nk::scenario::WellReading const& reading, nk::ParameterBase const& base) {
    auto const again = nk::scenario::read_well_scenario(reading.resolved_text, base, {}, nullptr, "resolved.toml");
    if (again.resolved_text != reading.resolved_text)
        throw std::logic_error("the resolved scenario reads back differently:\n" + reading.resolved_text + "\n---\n" + again.resolved_text);
}

} // namespace

/// Any bytes are a scenario or a list of problems that can be shown.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const base = nk::scenario::load_parameters();
    auto parts = parts_of({reinterpret_cast<char const*>(data), size});
    auto const text = parts.front();
    parts.erase(parts.begin());

    nk::scenario::SourceTexts sources;
    nk::scenario::WellReading reading;
    try {
        reading = nk::scenario::read_well_scenario(text, base, parts, &sources);
    } catch (nk::ScenarioError const& error) {
        if (error.problems().empty())
            throw std::logic_error("a scenario was refused without a problem");
        nk::scenario::render(error.problems(), sources, nk::scenario::Severity::error, nk::scenario::Colour::on);
        nk::scenario::render_json(error.problems());
        return 0;
    }

    nk::scenario::render(reading.warnings, sources, nk::scenario::Severity::warning);
    expect_round_trip(reading, base);
    return 0;
}
