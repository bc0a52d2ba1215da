#include "nk/study/well_report_data.hpp"

#include "nk/base/error.hpp"
#include "nk/base/quantity.hpp"
#include "nk/formats/report/text.hpp"
#include "nk/numerics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace nk::study {
namespace {

constexpr double usual_ratio = 10.0; ///< the E:T ratio people quote

std::vector<ReportedWell> wells_of(nlohmann::json const& summary) {
    std::vector<ReportedWell> out;
    for (auto const& one : summary.at("wells")) {
        ReportedWell well{one.at("row"), one.at("column"), one.at("e_to_t"), one.at("effector"), one.at("target"), one.at("value"), {}};
        for (auto const& [name, value] : one.items())
            if (value.is_number() || value.is_null())
                well.readouts[name] = value.is_null() ? no_number : value.get<double>();
        out.push_back(std::move(well));
    }
    return out;
}

/// The values of plate.vary as numbers of one unit, or as places in a list of names.
void number_values(ReportedRun& run, std::map<std::string, double>& numbers) {
    std::vector<std::string> names;
    for (auto const& well : run.wells)
        if (std::find(names.begin(), names.end(), well.value) == names.end())
            names.push_back(well.value);
    try {
        run.value_unit = parse_quantity(names.front()).unit;
        for (auto const& name : names)
            numbers[name] = in_unit(parse_quantity(name), run.value_unit);
    } catch (std::invalid_argument const&) {
        run.value_unit = "1";
        run.value_names = names;
        for (std::size_t i = 0; i < names.size(); ++i)
            numbers[names[i]] = static_cast<double>(i);
    }
}

void add_curves(ReportedRun& run, std::map<std::string, double> const& numbers) {
    std::set<std::string> targets;
    std::set<double> ratios;
    for (auto const& well : run.wells) {
        targets.insert(well.target);
        ratios.insert(well.e_to_t);
    }
    for (auto const& well : run.wells) {
        auto label = run.effector_label(well.effector);
        if (targets.size() > 1)
            label += " against " + run.target_label(well.target);
        if (run.along_value && ratios.size() > 1)
            label += ", E:T " + ratio_text(well.e_to_t);
        auto curve = std::find_if(run.curves.begin(), run.curves.end(), [&](auto const& one) { return one.label == label; });
        if (curve == run.curves.end()) {
            run.curves.push_back({label, well.effector, run.curves.size(), {}, {}});
            curve = run.curves.end() - 1;
        }
        auto const x = run.along_value ? numbers.at(well.value) : well.e_to_t;
        auto const place = std::lower_bound(curve->x.begin(), curve->x.end(), x);
        auto const index = place - curve->x.begin();
        if (place == curve->x.end() || *place != x) {
            curve->x.insert(place, x);
            curve->wells.insert(curve->wells.begin() + index, std::vector<ReportedWell const*>{});
        }
        curve->wells[static_cast<std::size_t>(index)].push_back(&well);
    }
}

double reference_of(ReportedRun const& run) {
    auto const& x = run.curves.front().x;
    if (run.along_value)
        return x.back();
    // The largest ratio up to the usual one, or the smallest there is.
    auto best = x.front();
    for (auto const one : x)
        if (one <= usual_ratio + 1e-9)
            best = one;
    return best;
}

} // namespace

std::string ratio_text(double e_to_t) {
    return formats::report::number_text(e_to_t) + ":1";
}

std::string ReportedRun::effector_label(std::string const& name) const {
    return summary.at("effectors").value(name, name);
}

std::string ReportedRun::target_label(std::string const& names) const {
    std::string out;
    for (std::size_t from = 0; from <= names.size();) {
        auto const end = std::min(names.find(" + ", from), names.size());
        auto const name = names.substr(from, end - from);
        out += (out.empty() ? "" : " and ") + summary.at("targets").value(name, name);
        from = end + 3;
    }
    return out;
}

std::string ReportedRun::place_words(double x) const {
    if (!along_value)
        return "E:T " + ratio_text(x);
    if (!value_names.empty())
        return value_names[static_cast<std::size_t>(x)];
    return formats::report::number_text(x) + (value_unit == "1" ? "" : " " + value_unit);
}

std::vector<ReportedWell const*> ReportedRun::reference_wells(ReportedCurve const& curve) const {
    for (std::size_t i = 0; i < curve.x.size(); ++i)
        if (curve.x[i] == reference)
            return curve.wells[i];
    return {};
}

ReportedRun read_run(formats::RunDirectory const& directory) {
    ReportedRun run;
    run.summary = directory.summary();
    if (run.summary.is_null())
        throw ScenarioError(Problem{{directory.path(), 0, 0, 1},
                                    "output",
                                    "the run in `" + directory.path() + "` is not finished",
                                    "it has no summary.json",
                                    "run its scenario.toml again"});
    if (run.summary.value("kind", "") != "well" || !run.summary.contains("wells") || run.summary.at("wells").empty())
        throw ScenarioError(Problem{{directory.path(), 0, 0, 1},
                                    "output",
                                    "the run in `" + directory.path() + "` is no killing assay",
                                    "",
                                    "give the folder that `nk run` wrote"});
    run.wells = wells_of(run.summary);
    run.courses = directory.series("time_course");
    run.kills = directory.series("kills");
    run.compare = directory.series("compare");
    run.parameters = directory.series("parameters");
    for (auto const index : directory.frame_indices())
        run.frames.push_back(directory.frame(index));

    std::set<std::string> values;
    for (auto const& well : run.wells)
        values.insert(well.value);
    run.along_value = values.size() > 1;
    std::map<std::string, double> numbers;
    if (run.along_value)
        number_values(run, numbers);
    add_curves(run, numbers);
    run.reference = reference_of(run);
    return run;
}

Spread spread_of(std::vector<ReportedWell const*> const& wells, std::string const& readout) {
    std::vector<double> values;
    auto counted = 0.0;
    auto const percent = readout.ends_with("_percent");
    for (auto const* well : wells) {
        auto const found = well->readouts.find(readout);
        if (found == well->readouts.end() || std::isnan(found->second))
            continue;
        values.push_back(found->second);
        counted += well->readouts.at(readout == "specific_lysis_percent" ? "targets" : "nk_count");
    }
    if (values.empty())
        return {no_number, no_number, no_number};
    auto const mean = numerics::mean(values);
    if (values.size() >= 3)
        return {mean, *std::min_element(values.begin(), values.end()), *std::max_element(values.begin(), values.end())};
    auto const scale = percent ? 100.0 : 1.0;
    if ((!percent && !readout.starts_with("fraction_")) || counted <= 0.0)
        return {mean, no_number, no_number};
    auto const interval = numerics::wilson_interval(std::clamp(mean / scale, 0.0, 1.0) * counted, counted);
    return {mean, scale * interval.low, scale * interval.high};
}

std::string interval_words(std::size_t replicates) {
    return replicates >= 3 ? fmt::format("range of {} wells (stochastic)", replicates)
                           : std::string("95 % interval of the cells counted (stochastic)");
}

} // namespace nk::study
