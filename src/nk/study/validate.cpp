#include "nk/study/validate.hpp"

#include "nk/numerics/statistics.hpp"
#include "nk/scenario/reader.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

/// validation/status.toml
struct Status {
    std::vector<std::string> misses;
    static constexpr auto fields() {
        return std::tuple{Field{"misses", &Status::misses, "", any_number, "checks outside their tolerance that are known and explained"}};
    }
};

} // namespace

std::vector<std::string> experiment_ids(std::vector<std::string> const& paths) {
    std::vector<std::string> out;
    constexpr std::string_view begin = "validation/";
    constexpr std::string_view end = "/experiment.toml";
    for (auto const& path : paths)
        if (path.starts_with(begin) && path.ends_with(end))
            out.push_back(path.substr(begin.size(), path.size() - begin.size() - end.size()));
    std::sort(out.begin(), out.end());
    return out;
}

Experiment load_experiment(std::string const& id, std::vector<std::string> const& known, FileText const& files, ParameterBase const& base) {
    auto const path = "validation/" + id + "/experiment.toml";
    auto const text = std::find(known.begin(), known.end(), id) != known.end() ? files(path) : std::nullopt;
    if (!text) {
        auto const near = nearest_name(id, known);
        throw ScenarioError(Problem{{},
                                    "name",
                                    "there is no published experiment `" + id + "`",
                                    "",
                                    near.empty() ? "`nk validate --list` lists all" : "did you mean `" + near + "`?"});
    }
    return read_experiment(*text, base, path);
}

Validation validate(Experiment const& experiment, FileText const& files, ParameterBase const& base,
                    std::vector<ParameterBase> const& members, backend::Executor executor) {
    auto const start = std::chrono::steady_clock::now();
    Validation out;
    out.experiment = experiment;
    auto const observations = observe_agents(experiment, files, base, executor);
    std::vector<std::vector<double>> spread(experiment.check.size());
    for (auto const& member : members) {
        auto const seen = observe_agents(experiment, files, member, executor);
        for (std::size_t c = 0; c < experiment.check.size(); ++c)
            spread[c].push_back(evaluate(experiment.check[c], seen).observed);
    }
    for (std::size_t c = 0; c < experiment.check.size(); ++c) {
        ValidatedCheck check{evaluate(experiment.check[c], observations), NAN, NAN};
        if (!members.empty()) {
            spread[c].push_back(check.result.observed);
            check.low = numerics::quantile(spread[c], 0.05);
            check.high = numerics::quantile(spread[c], 0.95);
        }
        out.checks.push_back(check);
    }
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return out;
}

std::string check_name(Experiment const& experiment, Check const& check) {
    return experiment.id + ": " + check.name;
}

std::set<std::string> known_misses(std::string const& text) {
    auto const status = scenario::read_document<Status>("validation/status.toml", text, ParameterBase{});
    return {status.misses.begin(), status.misses.end()};
}

std::vector<std::string> unexpected(std::vector<Validation> const& validations, std::set<std::string> const& misses) {
    std::vector<std::string> out;
    for (auto const& validation : validations)
        for (auto const& check : validation.checks) {
            auto const name = check_name(validation.experiment, check.result.check);
            auto const known = misses.contains(name);
            auto const numbers =
                fmt::format("{:.4g}, tolerance {:.4g} to {:.4g}", check.result.observed, check.result.check.low, check.result.check.high);
            if (!check.result.pass && !known)
                out.push_back("new miss: " + name + " (" + numbers + ")");
            if (check.result.pass && known)
                out.push_back("no longer a miss: " + name + " (" + numbers + ")");
        }
    return out;
}

std::string status_text(std::vector<Validation> const& validations) {
    std::string out = "# Published numbers that the model misses, known and explained in each experiment's note. CI fails on any change:\n"
                      "# a new miss is a regression to understand, a miss that became a hit is taken off this list.\n"
                      "# Written by `nk validate --write-status FILE`.\nmisses = [\n";
    for (auto const& validation : validations)
        for (auto const& check : validation.checks)
            if (!check.result.pass)
                out += "  '" + check_name(validation.experiment, check.result.check) + "',\n";
    return out + "]\n";
}

} // namespace nk::study
