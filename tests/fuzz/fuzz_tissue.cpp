#include "nk/scenario/diagnostics.hpp"
#include "nk/scenario/embedded.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/tissue_builder.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using nk::scenario::TissueReading;
using nk::scenario::TissueScenario;

// What is built within a fraction of a second.
constexpr double most_cells = 1000;
constexpr double most_voxels = 20000; ///< times substrates
constexpr std::size_t most_tables = 40;
constexpr int steps = 3;

/// Places of the packing that fills a ball or the box; 0 for a place with a count.
double packed(std::string const& name, nk::scenario::CellPlace const& place, TissueScenario const& tissue) {
    if (place.count > 0.0)
        return 0.0;
    auto spacing = place.spacing;
    if (auto const cell = tissue.cell.find(place.of.empty() ? name : place.of); spacing <= 0.0 && cell != tissue.cell.end())
        spacing = 2.0 * cell->second.radius;
    if (spacing <= 0.0)
        spacing = 5.0; // from a row of the data; few are smaller
    auto places = 1.0;
    for (auto const side : {tissue.tissue.width, tissue.tissue.height, tissue.tissue.depth})
        places *= 1.0 + (place.shape == "ball" ? std::min(side, 2.0 * place.radius) : side) / spacing;
    return 2.0 * places; // layers lie closer than cubes
}

bool is_small(TissueScenario const& tissue) {
    auto const& space = tissue.tissue;
    auto const voxels = std::ceil(space.width / space.voxel) * std::ceil(space.height / space.voxel) *
                        std::max(1.0, std::ceil(space.depth / space.voxel)) *
                        static_cast<double>(std::max<std::size_t>(1, tissue.substrate.size()));
    auto cells = 0.0;
    for (auto const& [name, place] : tissue.place) {
        if (!place.file.empty() || !place.run.empty())
            return false; // no fuzz target opens files that its input names
        cells += place.count + packed(name, place, tissue);
    }
    for (auto const& [name, vessel] : tissue.vessel)
        cells += std::max(0.0, vessel.arrivals) / 60.0; // in a minute
    auto const tables = tissue.effector.size() + tissue.target.size() + tissue.drug.size() + tissue.cell.size() + tissue.nk.size() +
                        tissue.place.size() + tissue.vessel.size() + tissue.rule.size();
    return voxels <= most_voxels && cells <= most_cells && tables <= most_tables;
}

/// Calls `make`; a refusal must come with problems, and these must be fit to be shown.
template <class Make> auto accepted(Make make, nk::scenario::SourceTexts const& sources) -> std::optional<decltype(make())> {
    try {
        return make();
    } catch (nk::ScenarioError const& error) {
        if (error.problems().empty())
            throw std::logic_error("a tissue was refused without a problem");
        nk::scenario::render(error.problems(), sources, nk::scenario::Severity::error, nk::scenario::Colour::on);
        nk::scenario::render_json(error.problems());
        return std::nullopt;
    }
}

/// What was read is written with all defaults, and that text reads back to itself.
void expect_round_trip(TissueReading const& reading, nk::ParameterBase const& base) {
    auto const again = nk::scenario::read_tissue_scenario(reading.resolved_text, base, {}, nullptr, "resolved.toml");
    if (again.resolved_text != reading.resolved_text)
        throw std::logic_error("the resolved scenario reads back differently:\n" + reading.resolved_text + "\n---\n" + again.resolved_text);
}

/// A tissue that was built lives for a few steps, and its cells stay where numbers are.
void expect_to_live(nk::simulate::TissueBuild const& build) {
    nk::tissue::Tissue tissue(build.plan, build.laws, build.tissue_laws, 1, nk::backend::Executor(1));
    try {
        for (int step = 0; step < steps && !tissue.done(); ++step)
            tissue.advance();
    } catch (nk::NumericalError const&) { // told to the user in words
        return;
    }
    if (tissue.health().not_finite > 0)
        throw std::logic_error("positions or concentrations are no numbers");
}

} // namespace

/// Any bytes are a tissue that can be built, or a list of problems that can be shown.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const base = nk::scenario::load_parameters();
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    nk::scenario::SourceTexts sources;

    auto const reading = accepted([&] { return nk::scenario::read_tissue_scenario(text, base, {}, &sources); }, sources);
    if (!reading)
        return 0;
    nk::scenario::render(reading->warnings, sources, nk::scenario::Severity::warning);
    expect_round_trip(*reading, base);
    if (!is_small(reading->scenario))
        return 0;
    if (auto const build = accepted([&] { return nk::simulate::build_tissue(reading->scenario, reading->base); }, sources))
        expect_to_live(*build);
    return 0;
}
