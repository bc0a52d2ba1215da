#include "run_result.hpp"

#include <fmt/format.h>

namespace nk::cli {
namespace {

void write_table(Context& context, std::vector<simulate::WellResult> const& wells) {
    auto const width = [&](auto get) {
        std::size_t most = 8;
        for (auto const& well : wells)
            most = std::max(most, get(well).size());
        return most;
    };
    auto const effector = width([](auto const& w) { return w.place.effector; });
    auto const value = width([](auto const& w) { return w.place.value; });
    auto const varied = !wells.empty() && !wells.front().place.value.empty();
    context.out << fmt::format("{:5}{:>6}  {:{}}{}  {:>10}{:>14}{:>14}{:>12}\n", "well", "E:T", "effector", effector,
                               varied ? fmt::format("  {:{}}", "value", value) : "", "lysis (%)", "kills per NK", "non-killers",
                               "CD107a (%)");
    for (auto const& well : wells) {
        auto const& out = well.readouts;
        context.out << fmt::format(
            "{:5}{:>6}  {:{}}{}  {:>10.1f}{:>14.2f}{:>14.2f}{:>12.1f}\n", well.place.row + std::to_string(well.place.column),
            nk::to_text(well.place.e_to_t), well.place.effector, effector, varied ? fmt::format("  {:{}}", well.place.value, value) : "",
            out.at("specific_lysis_percent"), out.at("kills_per_nk"), out.at("fraction_non_killers"), out.at("cd107a_percent"));
    }
}

void write_counts(Context& context, nlohmann::json const& summary) {
    for (auto const& [name, count] : summary["alive"].items())
        context.out << fmt::format("{:24}{:>10.0f} alive\n", name, count.template get<double>());
    for (auto const& [name, count] : summary["killed"].items())
        context.out << fmt::format("{:24}{:>10.0f} killed by NK cells\n", name, count.template get<double>());
    for (auto const& [label, key] :
         {std::pair{"died otherwise", "died_otherwise"}, std::pair{"divisions", "divisions"}, std::pair{"NK cells arrived", "nk_arrived"}})
        context.out << fmt::format("{:24}{:>10.0f}\n", label, summary[key].get<double>());
}

std::string days_text(nlohmann::json const& day, char const* otherwise) {
    return day.is_null() ? otherwise : fmt::format("{:.1f} d", day.get<double>());
}

void write_host(Context& context, nlohmann::json const& summary) {
    auto const& last = summary["last"];
    context.out << fmt::format("{:28}{:>10.0f} /uL on day {:.4g}\n", "NK cells in blood", last["nk_blood"].get<double>(),
                               summary["simulated_days"].get<double>());
    for (auto const& [name, infection] : summary["infections"].items())
        context.out << fmt::format("{:28}peak {:.3g} {} after {}; cleared after {}; CD8 T cells take over after {}\n", name,
                                   infection["peak_titre"].template get<double>(), infection["unit_of_titre"].template get<std::string>(),
                                   days_text(infection["days_until_peak"], "-"), days_text(infection["days_until_cleared"], "- (persists)"),
                                   days_text(infection["takeover_days"], "- (never)"));
    for (auto const& [name, tumour] : summary["tumours"].items())
        context.out << fmt::format(
            "{:28}{:.3g} cells{}\n", name, tumour["cells"].template get<double>(),
            tumour["gone_day"].is_null() ? "" : fmt::format("; gone on day {:.1f}", tumour["gone_day"].template get<double>()));
    if (summary["therapy"].is_null())
        return;
    for (auto const& warning : summary["therapy"]["warnings"])
        context.warn({{{}, "biology", warning.get<std::string>(), "", "make more cells, or give less of them"}});
    for (auto const& [name, tumour] : summary["therapy"]["tumours"].items())
        context.out << fmt::format("{:28}{} response; best change {:+.0f} %\n", name, tumour["response"].template get<std::string>(),
                                   tumour["best_change_percent"].template get<double>());
    for (auto const& [name, product] : summary["therapy"]["products"].items())
        context.out << fmt::format("{:28}peak {:.3g} /uL of blood after {}; last seen {}\n", name,
                                   product["peak_blood_per_ul"].template get<double>(), days_text(product["peak_day"], "-"),
                                   days_text(product["last_seen_day"], "never"));
    context.out << fmt::format("{:28}grade {} (IL-6 up to {:.3g} pg/mL)\n", "cytokine release", summary["therapy"]["crs_grade"].get<int>(),
                               summary["therapy"]["il6_peak_pg_per_ml"].get<double>());
}

/// A line for each arm of a therapy: what came of its tumours and of its cells.
void write_arms(Context& context, std::string const& label, nlohmann::json const& first, std::vector<ArmResult> const& arms) {
    if (arms.empty() || !first.contains("therapy") || first["therapy"].is_null())
        return;
    auto width = label.size();
    for (auto const& arm : arms)
        width = std::max(width, arm.label.size());
    context.out << fmt::format("\n{:{}}  {:>14}  {:>16}  {:>16}  {:>14}  {}\n", "arm", width, "best response", "tumour (cells)",
                               "peak (cells/uL)", "last seen", "cytokine release");
    auto const line = [&](std::string const& name, nlohmann::json const& summary) {
        auto const& therapy = summary["therapy"];
        std::string response = "-", cells = "-", seen = "never";
        double peak = 0;
        for (auto const& [tumour, fate] : therapy["tumours"].items()) {
            response = fate["response"].template get<std::string>();
            cells = fmt::format("{:.3g}", summary["tumours"][tumour]["cells"].template get<double>());
        }
        for (auto const& [product, fate] : therapy["products"].items()) {
            if (fate["peak_blood_per_ul"].template get<double>() < peak)
                continue;
            peak = fate["peak_blood_per_ul"].template get<double>();
            seen = days_text(fate["last_seen_day"], "never");
        }
        context.out << fmt::format("{:{}}  {:>14}  {:>16}  {:>16.3g}  {:>14}  grade {}\n", name, width, response, cells, peak, seen,
                                   therapy["crs_grade"].get<int>());
    };
    line(label.empty() ? "as written" : label, first);
    for (auto const& arm : arms)
        line(arm.label, arm.summary);
}

} // namespace

void write_result(Context& context, simulate::RunOutcome const& outcome, int threads, std::string const& label,
                  std::vector<ArmResult> const& arms) {
    if (context.json) {
        auto const& summary = outcome.summary;
        context.write({{"run", outcome.folder},
                       {"report", outcome.folder + "/report.html"},
                       {"seed", summary["seed"]},
                       {"threads", threads},
                       {"wall_seconds", outcome.wall_seconds},
                       {"simulated_minutes", outcome.simulated_minutes},
                       {"state_hash", outcome.state_hash},
                       {"summary", summary}});
        return;
    }
    if (outcome.summary["kind"] == "tissue")
        write_counts(context, outcome.summary);
    else if (outcome.summary["kind"] == "body" || outcome.summary["kind"] == "therapy")
        write_host(context, outcome.summary);
    else
        write_table(context, outcome.wells);
    write_arms(context, label, outcome.summary, arms);
    context.out << outcome.folder << "/report.html\n";
}

} // namespace nk::cli
