#include "nk/study/report_parts.hpp"

#include "nk/base/error.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::study {
namespace {

using namespace formats::report;

formats::report::Confidence confidence_of(std::string const& word) {
    using enum formats::report::Confidence;
    return word == "read" ? read : word == "recalled" ? recalled : estimate;
}

std::vector<std::string> const& words_of(Table const& table, std::size_t column) {
    return std::get<std::vector<std::string>>(table.columns.at(column).values);
}

} // namespace

std::vector<ParameterRow> decisive_parameters(Table const& parameters, std::vector<std::string_view> const& prefixes) {
    auto const& values = std::get<std::vector<double>>(parameters.columns.at(1).values);
    std::vector<ParameterRow> out;
    for (std::size_t i = 0; i < parameters.rows(); ++i) {
        auto const& name = words_of(parameters, 0)[i];
        auto const changed = words_of(parameters, 8)[i] == "yes";
        if (changed || std::any_of(prefixes.begin(), prefixes.end(), [&](auto prefix) { return name.starts_with(prefix); }))
            out.push_back({name, number_text(values[i], 4), words_of(parameters, 2)[i], words_of(parameters, 5)[i],
                           confidence_of(words_of(parameters, 6)[i]), changed});
    }
    std::stable_sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.changed && !b.changed; });
    return out;
}

Reproduction reproduction_of(nlohmann::json const& summary) {
    Reproduction out;
    out.commands = {summary.value("command_line", ""), "nk run scenario.toml   # in this folder: the same run from its resolved scenario"};
    out.seed = std::to_string(summary.at("seed").get<std::uint64_t>());
    out.state_hash = summary.value("state_hash", "");
    out.version = summary.value("version", "");
    out.more = {{"Parameter base", summary.value("parameter_hash", "")},
                {"Threads", fmt::format("{} (any number gives the same result)", summary.value("threads", 1))},
                {"Time taken", fmt::format("{:.1f} s", summary.value("wall_seconds", 0.0))}};
    return out;
}

std::vector<std::string> cohort_limits() {
    return {"Anything about a patient: these are virtual persons, and most numbers of therapy are our own estimates, the weakest grade.",
            "How sure the parameters are: intervals here tell how many persons there are, not how well the model is known.",
            "Correlations between traits of persons: age, typing, counts and activity are drawn independently of each other.",
            "Graft-versus-host disease, infections under conditioning, and cells of other kinds in the product.",
            "Cytokine release by the consensus: grades are read from IL-6 in serum, while the consensus grades fever, pressure and oxygen.",
            "Causes: where a hazard law is used, it repeats an association seen in one cohort; an association is no advice. Research use "
            "only."};
}

Table const& table_named(MergedJobs const& merged, std::string const& name) {
    auto const found = std::find_if(merged.tables.begin(), merged.tables.end(), [&](auto const& table) { return table.name == name; });
    NK_EXPECT(found != merged.tables.end());
    return *found;
}

} // namespace nk::study
