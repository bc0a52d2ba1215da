#pragma once
#include "nk/base/field.hpp"
#include "nk/base/parameters.hpp"

#include <array>
#include <tuple>

namespace nk::biology {

// Hazards over a life (model section 3.6). Ages and times are in years, hazards per year. Activity A is relative to the mean of a
// population. The cancer law describes an association seen in one cohort; that raising A prevents cancer is not shown by it.

/// First cancer: clones start at nu(a) = nu0 (a/a0)^k (the model's nu0 a^k, with nu0 said at the age a0) and grow as linear birth-death
/// processes, of which a fraction f can be seen by NK cells. A clone that does not die out is found after the time `lag`.
struct CancerLaw {
    double initiation;
    double reference_age;
    double exponent;
    double lag;
    double visible;
    double killing;
    double death_birth;
    static constexpr auto fields() {
        return std::tuple{
            Field{"initiation", &CancerLaw::initiation, "1/year", not_negative, "nu0: clones that start in a year, at the reference age"},
            Field{"reference_age", &CancerLaw::reference_age, "year", Range{1, 120}, "a0: age at which nu0 holds"},
            Field{"exponent", &CancerLaw::exponent, "1", Range{0, 20}, "k: how steeply the start of clones rises with age"},
            Field{"lag", &CancerLaw::lag, "year", Range{0, 50}, "from the start of a clone to the diagnosis"},
            Field{"visible", &CancerLaw::visible, "1", fraction, "f: clones that NK cells can see"},
            Field{"killing", &CancerLaw::killing, "1", not_negative, "x: killing at mean activity over the growth b - d without it"},
            Field{"death_birth", &CancerLaw::death_birth, "1", Range{0, 0.999999}, "d/b: death over division of a clone without killing"}};
    }
};

/// Death by other causes: rate exp(slope (a - reference_age)) (Gompertz).
struct MortalityLaw {
    double rate;
    double reference_age;
    double slope;
    static constexpr auto fields() {
        return std::tuple{Field{"rate", &MortalityLaw::rate, "1/year", not_negative, "deaths in a year at the reference age"},
                          Field{"reference_age", &MortalityLaw::reference_age, "year", Range{0, 120}, "age at which the rate holds"},
                          Field{"slope", &MortalityLaw::slope, "1/year", Range{1e-6, 1}, "rise of its logarithm in a year"}};
    }
};

/// Infections of frail old people: a Poisson process with rate max(A, least)^(-exponent).
struct InfectionRiskLaw {
    double rate;
    double exponent;
    double least_activity;
    static constexpr auto fields() {
        return std::tuple{
            Field{"rate", &InfectionRiskLaw::rate, "1/year", not_negative, "infections in a year at mean activity"},
            Field{"exponent", &InfectionRiskLaw::exponent, "1", Range{0, 10}, "how steeply they rise as activity falls"},
            Field{"least_activity", &InfectionRiskLaw::least_activity, "1", Range{1e-6, 1}, "activity below which they rise no further"}};
    }
};

struct HazardLaws {
    std::array<CancerLaw, 2> cancer;   ///< men, women
    std::array<MortalityLaw, 2> death; ///< men, women
    InfectionRiskLaw infection;
    /// Rows [hazard.cancer.men], [hazard.cancer.women], [hazard.death.men], [hazard.death.women], [hazard.infection].
    /// errors  ScenarioError: a number is missing or out of range
    static HazardLaws from(ParameterBase const& base);
};

/// RR(A) = (1-f) + f (1-xA)_+: hazard relative to a person without NK activity. It does not fall below 1-f: a plateau from A = 1/x on.
double relative_risk(CancerLaw const& law, double activity);
/// Share of clones that do not die out, (1-f)(1-d/b) + f (1-(d+kappa A)/b)_+ with kappa = x (b-d).
double clone_survival(CancerLaw const& law, double activity);
/// nu(a); 0 at ages below 0.
double initiation_rate(CancerLaw const& law, double age);
/// h(a) = nu(a - lag) clone_survival(A).
double cancer_hazard(CancerLaw const& law, double age, double activity);
/// Integral of h over ages from..to, in closed form.  expects from <= to
double cumulative_cancer_hazard(CancerLaw const& law, double from, double to, double activity);

/// Age at the first cancer of a person free of cancer at age `entry`: the age at which the cumulative hazard reaches `threshold`, which
/// is exponential with mean 1 (-ln of a uniform number). The same threshold in two arms pairs them. Infinity when it never does.
double first_cancer_age(CancerLaw const& law, double entry, double activity, double threshold);
/// The same when the hazard follows activity `before` up to age `change` and `after` from then on. A clone's fate falls when it starts:
/// activity that changes at age c changes the hazard from c + lag on.
double first_cancer_age(CancerLaw const& law, double entry, double before, double change, double after, double threshold);

double death_hazard(MortalityLaw const& law, double age);
/// Integral of it over ages from..to, in closed form.  expects from <= to
double cumulative_death_hazard(MortalityLaw const& law, double from, double to);
/// Age at death of a person alive at `entry`: as `first_cancer_age`.
double death_age(MortalityLaw const& law, double entry, double threshold);

/// Infections in a year.
double infection_hazard(InfectionRiskLaw const& law, double activity);

} // namespace nk::biology
