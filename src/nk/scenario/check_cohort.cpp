#include "nk/scenario/check.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::scenario {

void check_cohort(CheckContext const& context, CohortScenario const& cohort) {
    check_host(context, cohort);
    auto const& given = cohort.cohort;
    if (given.people != std::floor(given.people))
        context.error("cohort.people", "range", "people are counted in whole numbers", to_text(given.people));
    if (given.age_to <= given.age_from)
        context.error("cohort.age_to", "range", "`cohort.age_to` is not above `cohort.age_from`");
    if (!cohort.site.empty())
        context.error("site", "biology", "the persons of a cohort carry no boxes of agents");
    if (cohort.host.species != "human")
        context.error("host.species", "biology", "a cohort is of people");
    if (given.model == "hazard" &&
        (!cohort.tumour.empty() || !cohort.infection.empty() || !cohort.infusion.empty() || !cohort.exposure.empty()))
        context.error("cohort.model", "biology", "hazard laws know nothing of tumours, infections and cells given", "",
                      "write `model = \"body\"`");
    for (auto const& [name, vary] : cohort.vary) {
        auto const table = "vary." + name;
        if (vary.key.empty())
            context.error(table, "missing", fmt::format("[{}] does not say what differs", table), "",
                          "write `key = \"tumour.NAME.cells\"`");
        auto const even = !vary.high.unit.empty();
        auto const normal = !vary.median.unit.empty();
        if (even == normal)
            context.error(table, "missing", fmt::format("[{}] needs either `median` and `log_sd`, or `low` and `high`", table));
        if (normal && vary.median.value <= 0.0)
            context.error(table + ".median", "range", "the median of a log-normal spread is above zero");
        if (even && (vary.low.unit != vary.high.unit || vary.low.value > vary.high.value))
            context.error(table + ".low", "range", "`low` and `high` are numbers of one unit, the lower one first");
    }
    for (auto const& [name, exposure] : cohort.exposure) {
        auto const row = exposure.like.empty() ? name : exposure.like;
        auto const& rows = context.base.children("infection");
        if (std::find(rows.begin(), rows.end(), row) == rows.end()) {
            auto const near = nearest_name(row, rows);
            context.error("exposure." + name, "name", fmt::format("`{}` is no row of [infection.*]", row), "",
                          near.empty() ? "add `like = \"...\"`" : fmt::format("add `like = \"{}\"`", near));
        }
    }
}

} // namespace nk::scenario
