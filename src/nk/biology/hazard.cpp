#include "nk/biology/hazard.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nk::biology {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

/// Clones started up to an age: the integral of nu.
double clones_started(CancerLaw const& law, double age) {
    auto const power = law.exponent + 1.0;
    return law.initiation * law.reference_age / power * std::pow(std::max(age, 0.0) / law.reference_age, power);
}

/// The age at which that many have started.
double age_of_clones(CancerLaw const& law, double clones) {
    auto const power = law.exponent + 1.0;
    return law.reference_age * std::pow(clones * power / (law.initiation * law.reference_age), 1.0 / power);
}

} // namespace

HazardLaws HazardLaws::from(ParameterBase const& base) {
    return {{base.load<CancerLaw>("hazard.cancer.men"), base.load<CancerLaw>("hazard.cancer.women")},
            {base.load<MortalityLaw>("hazard.death.men"), base.load<MortalityLaw>("hazard.death.women")},
            base.load<InfectionRiskLaw>("hazard.infection")};
}

double relative_risk(CancerLaw const& law, double activity) {
    return (1.0 - law.visible) + law.visible * std::max(1.0 - law.killing * activity, 0.0);
}

double clone_survival(CancerLaw const& law, double activity) {
    return (1.0 - law.death_birth) * relative_risk(law, activity);
}

double initiation_rate(CancerLaw const& law, double age) {
    return age < 0.0 ? 0.0 : law.initiation * std::pow(age / law.reference_age, law.exponent);
}

double cancer_hazard(CancerLaw const& law, double age, double activity) {
    return initiation_rate(law, age - law.lag) * clone_survival(law, activity);
}

double cumulative_cancer_hazard(CancerLaw const& law, double from, double to, double activity) {
    NK_EXPECT(from <= to);
    return (clones_started(law, to - law.lag) - clones_started(law, from - law.lag)) * clone_survival(law, activity);
}

double first_cancer_age(CancerLaw const& law, double entry, double activity, double threshold) {
    auto const survival = clone_survival(law, activity);
    if (!(survival > 0.0) || !(law.initiation > 0.0))
        return never;
    auto const age = law.lag + age_of_clones(law, clones_started(law, entry - law.lag) + threshold / survival);
    return std::max(age, entry); // pow there and back may fall short of a tiny threshold
}

double first_cancer_age(CancerLaw const& law, double entry, double before, double change, double after, double threshold) {
    if (change <= entry)
        return first_cancer_age(law, entry, after, threshold);
    auto const used = cumulative_cancer_hazard(law, entry, change, before);
    return threshold <= used ? std::min(first_cancer_age(law, entry, before, threshold), change)
                             : first_cancer_age(law, change, after, threshold - used);
}

double death_hazard(MortalityLaw const& law, double age) {
    return law.rate * std::exp(law.slope * (age - law.reference_age));
}

double cumulative_death_hazard(MortalityLaw const& law, double from, double to) {
    NK_EXPECT(from <= to);
    return death_hazard(law, from) / law.slope * std::expm1(law.slope * (to - from));
}

double death_age(MortalityLaw const& law, double entry, double threshold) {
    auto const now = death_hazard(law, entry);
    return now > 0.0 ? entry + std::log1p(threshold * law.slope / now) / law.slope : never;
}

double infection_hazard(InfectionRiskLaw const& law, double activity) {
    return law.rate * std::pow(std::max(activity, law.least_activity), -law.exponent);
}

} // namespace nk::biology
