#include "nk/simulate/therapy_outcome.hpp"

#include <algorithm>

namespace nk::simulate {
namespace {

constexpr double seen = 0.1; ///< least that flow cytometry finds [cell/uL]

double first_treatment(body::TherapyPlan const& therapy) {
    auto out = 1e300;
    for (auto const& course : therapy.conditioning)
        out = std::min(out, course.from);
    for (auto const& dose : therapy.support)
        out = std::min(out, dose.at);
    for (auto const& drug : therapy.drugs)
        out = std::min(out, drug.from);
    for (auto const& graft : therapy.grafts)
        for (auto const& infusion : graft.infusions)
            out = std::min(out, infusion.at);
    return out;
}

TherapyOutcome::Tumour tumour_outcome(std::vector<double> const& days, std::vector<double> const& cells, double start,
                                      biology::ResponseLaw const& law) {
    TherapyOutcome::Tumour out;
    auto baseline = 0.0;
    auto fewest = 0.0;
    for (std::size_t i = 0; i < days.size(); ++i) {
        if (days[i] <= start) {
            baseline = fewest = cells[i];
            continue;
        }
        if (baseline <= 0.0)
            break;
        fewest = std::min(fewest, cells[i]);
        if (out.responded < 0.0 && out.progressed < 0.0 && (cells[i] <= law.partial * baseline || cells[i] < law.remission))
            out.responded = days[i];
        if (out.progressed < 0.0 && cells[i] > law.progression * std::max(fewest, law.remission))
            out.progressed = days[i];
        if (out.progressed < 0.0)
            out.best = std::min(out.best, cells[i] / baseline);
    }
    auto const complete = baseline > law.remission && out.best * baseline < law.remission;
    out.response = complete ? "complete" : out.best <= law.partial ? "partial" : out.progressed >= 0.0 ? "progressive" : "stable";
    return out;
}

} // namespace

TherapyOutcome therapy_outcome(body::Host const& host, HostCourse const& course) {
    NK_EXPECT(host.plan().therapy.has_value());
    auto const& therapy = *host.plan().therapy;
    auto const& law = therapy.laws.response;
    auto const& days = course.values("day");
    TherapyOutcome out;
    for (auto const& tumour : host.plan().tumours)
        out.tumours.push_back(tumour_outcome(days, course.values(tumour.name + "_cells"), first_treatment(therapy), law));
    for (std::size_t g = 0; g < therapy.grafts.size(); ++g) {
        auto const& plan = therapy.grafts[g];
        auto const& at = host.equations().layout().grafts[g];
        auto const& blood = course.values(plan.name + "_blood");
        TherapyOutcome::Graft one;
        for (std::size_t i = 0; i < days.size(); ++i) {
            if (blood[i] >= seen)
                one.last_seen = days[i];
            if (days[i] >= plan.infusions.back().at + 1.0 && blood[i] > one.peak) {
                one.peak = blood[i];
                one.peak_day = days[i];
            }
        }
        one.expanded = one.peak >= law.expansion;
        auto const lost = host.values()[at.lost];
        one.rejected = lost > 0.0 ? host.values()[at.rejected] / lost : 0.0;
        out.grafts.push_back(one);
    }
    auto const& il6 = course.values("il6");
    out.il6_peak = *std::max_element(il6.begin(), il6.end());
    out.crs_grade = law.crs_grade(out.il6_peak);
    return out;
}

} // namespace nk::simulate
