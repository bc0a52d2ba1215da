#include "nk/biology/hazard.hpp"

#include "nk/base/random.hpp"
#include "nk/biology/people.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace {

using namespace nk;
using namespace nk::biology;

/// The illustrative calibration of model section 3.6: x = 1, f = 0.57.
CancerLaw illustrative() {
    return {0.25, 60.0, 4.5, 5.0, 0.57, 1.0, 0.9};
}

double simpson(double from, double to, auto const& f) {
    auto const steps = 2000;
    auto const width = (to - from) / steps;
    auto sum = f(from) + f(to);
    for (int i = 1; i < steps; ++i)
        sum += (i % 2 == 1 ? 4.0 : 2.0) * f(from + i * width);
    return sum * width / 3.0;
}

void put(ParameterBase& base, std::string const& name, double value, std::string const& unit = "1") {
    base.add({name, {value, unit}, value, value, "assumption", Confidence::estimate, "", {"people.toml", 4}});
}

void put_numbers(ParameterBase& base) {
    for_each_field<PopulationLaw>(
        [&](auto const& field) { put(base, "population.village." + std::string(field.name), 0.5, std::string(field.unit)); });
    for (auto const& [name, value] :
         std::map<std::string, double>{{"women", 0.6}, {"v158", 0.4}, {"smoking_men", 0.3}, {"activity_log_sd", 0.5}})
        put(base, "population.village." + name, value);
    for (auto const& [name, value] : std::map<std::string, double>{{"cmv_young_men", 0.3}, {"cmv_old_men", 0.7}, {"cmv_young_women", 0.4}})
        put(base, "population.village." + name, value);
    put(base, "population.village.cmv_old_women", 0.8);
    put(base, "population.village.cmv_young_age", 25, "year");
    put(base, "population.village.cmv_old_age", 75, "year");
    put(base, "population.village.nk_count_men", 300, "cell/uL");
    put(base, "population.village.nk_count_women", 200, "cell/uL");
    put(base, "population.village.oldest", 80, "year");
}

/// A village of few genes: half of the HLA haplotypes come as a whole.
ParameterBase village() {
    ParameterBase base;
    put_numbers(base);
    put(base, "population.village.age.from_20", 0.25);
    put(base, "population.village.age.from_40", 0.75);
    put(base, "population.village.kir.cA01_tA01", 0.7);
    put(base, "population.village.kir.cB01_tB01", 0.3);
    for (auto const& [allele, frequency] : std::map<std::string, double>{{"hla_a.A0101", 0.4},
                                                                         {"hla_a.A0201", 0.6},
                                                                         {"hla_b.B0702", 0.3},
                                                                         {"hla_b.B0801", 0.5},
                                                                         {"hla_b.B4402", 0.2},
                                                                         {"hla_c.C0701", 0.55},
                                                                         {"hla_c.C0702", 0.45}})
        put(base, "population.village." + allele, frequency);
    put(base, "population.village.hla_haplotype.A0101_B0801_C0701", 0.3);
    put(base, "population.village.hla_haplotype.A0201_B0702_C0702", 0.2);
    for (auto const* habit : {"smoking", "alcohol", "exercise"}) {
        base.add_attribute(std::string("habit.") + habit + ".modulator", {habit});
        auto const row = std::string("modulator.") + habit;
        base.add_attribute(row + ".acts_on", {"activity"});
        base.add_attribute(row + ".persons", {"any"});
        base.add_attribute(row + ".grade", {"D"});
        put(base, row + ".effect", habit == std::string("smoking") ? 0.8 : 1.1);
        put(base, row + ".onset", 1.0, "day");
        put(base, row + ".recovery", 1.0, "day");
    }
    return base;
}

std::string complaint(ParameterBase const& base) {
    try {
        (void)read_population(base, "village");
    } catch (ScenarioError const& error) {
        return error.problems().front().what;
    }
    return "";
}

/// Standard errors between a share of n and its expectation.
double z_of(double hits, double n, double expected) {
    return (hits / n - expected) / std::sqrt(expected * (1.0 - expected) / n);
}

TEST(Hazard, T26_TheIllustrativeCalibrationGivesSixTenthsInTheMiddleAndTheUpperThird) {
    auto const law = illustrative();

    auto const low = relative_risk(law, 0.5);

    EXPECT_NEAR(low, 0.43 + 0.57 * 0.5, 1e-15);
    EXPECT_NEAR(relative_risk(law, 1.0) / low, 0.60, 0.005);
    EXPECT_NEAR(relative_risk(law, 1.6) / low, 0.60, 0.005);
}

TEST(Hazard, T26_RiskFallsLinearlyToAPlateauAndStaysThere) {
    auto law = illustrative();
    law.killing = 2.0;

    EXPECT_EQ(relative_risk(law, 0.0), 1.0);
    EXPECT_NEAR(relative_risk(law, 0.25), 1.0 - 0.57 * 0.5, 1e-15);
    for (auto const activity : {0.5, 0.6, 3.0, 100.0})
        EXPECT_NEAR(relative_risk(law, activity), 0.43, 1e-15);
}

TEST(Hazard, T26_TheHazardIsTheProductOfCloneStartAndSurvivalAsTheModelWritesIt) {
    auto const law = illustrative();
    auto const b = 3.0;
    auto const d = law.death_birth * b;
    auto const kappa = law.killing * (b - d);

    for (auto const activity : {0.0, 0.4, 0.99, 1.5}) {
        auto const seen = std::max(0.0, 1.0 - (d + kappa * activity) / b);
        auto const survival = (1.0 - law.visible) * (1.0 - d / b) + law.visible * seen;
        auto const nu0 = law.initiation / std::pow(law.reference_age, law.exponent);

        EXPECT_NEAR(cancer_hazard(law, 71.0, activity), nu0 * std::pow(71.0 - law.lag, law.exponent) * survival, 1e-12);
    }
    EXPECT_EQ(cancer_hazard(law, law.lag - 1.0, 0.0), 0.0);
}

TEST(Hazard, CumulativeHazardsInClosedFormAreTheirIntegrals) {
    auto const law = illustrative();
    MortalityLaw const death{0.008, 60.0, 0.1};
    auto const cancer_sum = simpson(45.0, 80.0, [&](double age) { return cancer_hazard(law, age, 0.7); });
    auto const death_sum = simpson(45.0, 80.0, [&](double age) { return death_hazard(death, age); });

    EXPECT_NEAR(cumulative_cancer_hazard(law, 45.0, 80.0, 0.7) / cancer_sum, 1.0, 1e-10);
    EXPECT_NEAR(cumulative_death_hazard(death, 45.0, 80.0) / death_sum, 1.0, 1e-10);
    EXPECT_EQ(cumulative_cancer_hazard(law, 0.0, law.lag, 0.7), 0.0);
    EXPECT_THROW((void)cumulative_death_hazard(death, 50.0, 49.0), ContractError);
}

TEST(Hazard, EventsComeWhenTheCumulativeHazardReachesTheThreshold) {
    auto const law = illustrative();
    MortalityLaw const death{0.008, 60.0, 0.1};
    for (auto const threshold : {1e-6, 0.01, 0.3, 4.0}) {
        auto const cancer = first_cancer_age(law, 50.0, 0.8, threshold);
        auto const changed = first_cancer_age(law, 50.0, 0.2, 58.0, 0.9, threshold);
        auto const dead = death_age(death, 50.0, threshold);
        auto const before = std::min(changed, 58.0);

        EXPECT_NEAR(cumulative_cancer_hazard(law, 50.0, cancer, 0.8) / threshold, 1.0, 1e-6);
        EXPECT_NEAR(cumulative_death_hazard(death, 50.0, dead) / threshold, 1.0, 1e-9);
        EXPECT_NEAR((cumulative_cancer_hazard(law, 50.0, before, 0.2) + cumulative_cancer_hazard(law, before, changed, 0.9)) / threshold,
                    1.0, 1e-6);
    }
}

TEST(Hazard, WhereEveryCloneIsSeenAndKilledCancerNeverComes) {
    auto law = illustrative();
    law.visible = 1.0;

    EXPECT_TRUE(std::isinf(first_cancer_age(law, 50.0, 1.0, 0.01)));
    EXPECT_TRUE(std::isinf(first_cancer_age(law, 50.0, 0.5, 60.0, 1.2, 10.0)));
    EXPECT_LT(first_cancer_age(law, 50.0, 0.5, 60.0, 1.2, 1e-4), 60.0);
    EXPECT_TRUE(std::isinf(death_age({0.0, 60.0, 0.1}, 50.0, 1.0)));
}

TEST(Hazard, T26_SimulatedCancersHaveTheRateRatioOfTheLaw) {
    auto const law = illustrative();
    auto const people = 200000;
    for (auto const activity : {0.5, 1.0, 1.6}) {
        auto const count = [&](double at, std::uint64_t seed) {
            auto cancers = 0.0;
            for (int i = 0; i < people; ++i) {
                Random rng(seed, static_cast<std::uint64_t>(i), Purpose::test);
                cancers += first_cancer_age(law, 60.0, at, rng.exponential()) < 71.0 ? 1.0 : 0.0;
            }
            return cancers;
        };

        auto const with = count(activity, 5);
        auto const none = count(0.0, 6);

        auto const rate = [&](double cancers) { return -std::log1p(-cancers / people); };
        auto const error = std::sqrt(1.0 / with + 1.0 / none);
        EXPECT_LT(std::abs(std::log(rate(with) / rate(none) / relative_risk(law, activity))), 4.0 * error) << activity;
    }
}

TEST(Hazard, InfectionsRiseAsActivityFallsButNotWithoutBound) {
    InfectionRiskLaw const law{0.5, 0.5, 0.1};

    EXPECT_DOUBLE_EQ(infection_hazard(law, 1.0), 0.5);
    EXPECT_NEAR(infection_hazard(law, 0.25), 1.0, 1e-12);
    EXPECT_EQ(infection_hazard(law, 0.0), infection_hazard(law, 0.1));
}

TEST(People, APersonIsTheSameAloneInAnyOrderAndForAnyNeighbours) {
    auto const population = read_population(village(), "village");
    std::vector<Person> few;
    std::vector<Person> many(2000);
    for (std::uint64_t i = 0; i < 20; ++i)
        few.push_back(draw_person(population, 9, i));
    for (std::uint64_t i = 2000; i-- > 0;)
        many[i] = draw_person(population, 9, i);

    for (auto const i : {0, 17, 19}) {
        EXPECT_EQ(few[i].age, many[i].age);
        EXPECT_EQ(few[i].hla, many[i].hla);
        EXPECT_EQ(few[i].activity, many[i].activity);
        EXPECT_EQ(few[i].nk_count, many[i].nk_count);
        EXPECT_EQ(few[i].habits, many[i].habits);
    }
    EXPECT_NE(few[17].activity, few[18].activity);
    EXPECT_NE(few[17].activity, draw_person(population, 10, 17).activity);
}

TEST(People, GenesSexAgeAndSerostatusComeWithTheFrequenciesOfTheData) {
    auto const population = read_population(village(), "village");
    auto const n = 100000.0;
    std::map<std::string, double> seen;
    auto cmv_expected = 0.0;
    auto cmv_variance = 0.0;

    for (std::uint64_t i = 0; i < 100000; ++i) {
        auto const person = draw_person(population, 3, i);
        seen["women"] += person.woman;
        seen["over 40"] += person.age >= 40.0;
        seen["over 60"] += person.age >= 60.0;
        seen["VV"] += person.v158 == 2;
        seen["A/A"] += person.kir == std::array<std::uint8_t, 2>{0, 0};
        seen["A1-B8-C7"] += person.hla[0] == population.hla[0];
        seen["B44"] += population.alleles[1][person.hla[1][1]] == "B*44:02";
        seen["C7:02"] += population.alleles[2][person.hla[0][2]] == "C*07:02";
        seen["cmv"] += person.cmv;
        auto const share = population.law.cmv(person.age, person.woman);
        cmv_expected += share;
        cmv_variance += share * (1.0 - share);
    }

    // A listed haplotype also arises from alleles that happen to meet: 0.5 of the rest, 0.1/0.5 A*01, 0.2/0.5 B*08, 0.25/0.5 C*07:01.
    for (auto const& [what, expected] : std::map<std::string, double>{{"women", 0.6},
                                                                      {"over 40", 0.75},
                                                                      {"over 60", 0.375},
                                                                      {"VV", 0.16},
                                                                      {"A/A", 0.49},
                                                                      {"A1-B8-C7", 0.3 + 0.5 * 0.2 * 0.4 * 0.5},
                                                                      {"B44", 0.2},
                                                                      {"C7:02", 0.45}})
        EXPECT_LT(std::abs(z_of(seen[what], n, expected)), 4.0) << what << " " << seen[what] / n;
    EXPECT_LT(std::abs(seen["cmv"] - cmv_expected), 4.0 * std::sqrt(cmv_variance));
    EXPECT_NEAR(population.allele_frequency(1, 2), 0.2, 1e-12);
}

TEST(People, SerostatusRunsFromTheYoungToTheOldShareInEachSex) {
    auto const law = read_population(village(), "village").law;

    EXPECT_NEAR(law.cmv(25.0, false), 0.3, 1e-12);
    EXPECT_NEAR(law.cmv(50.0, false), 0.5, 1e-12);
    EXPECT_NEAR(law.cmv(99.0, false), 0.7, 1e-12);
    EXPECT_NEAR(law.cmv(10.0, true), 0.4, 1e-12);
}

TEST(People, LatentActivityHasMeanOneAndTheSpreadGivenAndGivingUpAHabitUndoesItsFactor) {
    auto const population = read_population(village(), "village");
    auto sum = 0.0;
    auto squares = 0.0;
    auto logs = 0.0;
    auto log_squares = 0.0;
    auto const n = 50000;
    for (std::uint64_t i = 0; i < n; ++i) {
        auto const person = draw_person(population, 4, i);
        sum += person.activity;
        squares += person.activity * person.activity;
        auto const z = std::log(person.potency_factor);
        logs += z;
        log_squares += z * z;
        auto const free = latent_activity_without(population, person, Habit::smoking);
        EXPECT_NEAR(free / person.activity, person.habits[0] ? 1.0 / 0.8 : 1.0, 1e-12);
    }

    auto const variance = squares / n - sum / n * sum / n;
    EXPECT_LT(std::abs(sum / n - 1.0), 4.0 * std::sqrt(variance / n));
    EXPECT_NEAR(std::sqrt(log_squares / n - logs / n * logs / n), 0.5, 4.0 * 0.5 / std::sqrt(2.0 * n));
}

TEST(People, ADonorsTextsNameItsGenes) {
    auto const population = read_population(village(), "village");
    auto person = draw_person(population, 4, 0);
    person.hla = {population.hla[0], population.hla[1]};
    person.kir = {0, 1};
    person.v158 = 1;
    person.cmv = true;

    EXPECT_EQ(hla_texts(population, person), (std::vector<std::string>{"A*01:01", "A*02:01", "B*08:01", "B*07:02", "C*07:01", "C*07:02"}));
    EXPECT_EQ(kir_texts(population, person), (std::vector<std::string>{"cA01~tA01", "cB01~tB01"}));
    EXPECT_STREQ(fcgr3a_text(person), "VF");
    EXPECT_STREQ(cmv_text(person), "positive");
}

TEST(People, DataThatContradictThemselvesAreErrorsThatSayWhat) {
    auto const changed = [](std::string const& name, double value, std::string const& unit = "1") {
        auto base = village();
        put(base, "population.village." + name, value, unit);
        return complaint(base);
    };

    EXPECT_EQ(complaint(village()), "");
    EXPECT_NE(changed("age.from_20", 0.3).find("add up to"), std::string::npos);
    EXPECT_NE(changed("kir.cA01_tA01", 0.6).find("add up to"), std::string::npos);
    EXPECT_NE(changed("age.from_30", 0.0).find("rise"), std::string::npos) << changed("age.from_30", 0.0);
    EXPECT_NE(changed("hla_haplotype.A0101_B0801_C0701", 0.45).find("A*01:01"), std::string::npos);
    EXPECT_NE(changed("hla_haplotype.A0301_B0801_C0701", 0.01).find("A*03:01"), std::string::npos);
    EXPECT_NE(changed("hla_a.A9", 0.0).find("no HLA allele"), std::string::npos);
    EXPECT_NE(changed("hla_b.B0801", 0.9).find("exceed"), std::string::npos);
    EXPECT_NE(changed("cmv_old_age", 20, "year").find("cmv_old_age"), std::string::npos);
    EXPECT_THROW((void)read_population(village(), "vilage"), ScenarioError);
    auto base = village();
    base.add_attribute("modulator.smoking.acts_on", {"count"});
    EXPECT_NE(complaint(base).find("smoking"), std::string::npos);
}

} // namespace
