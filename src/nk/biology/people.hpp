#pragma once
#include "nk/base/field.hpp"
#include "nk/base/parameters.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace nk::biology {

/// Habits with an effect on lytic activity; rows [habit.*] name the modulator each stands for.
enum class Habit : std::uint8_t { smoking, alcohol, exercise };
inline constexpr std::size_t number_of_habits = 3;
char const* to_text(Habit habit);

/// Numbers of one population: rows [population.*] of data/people.toml. Shares are of people.
struct PopulationLaw {
    double women;
    double v158;
    double cmv_young_age;
    double cmv_old_age;
    double cmv_young_men;
    double cmv_old_men;
    double cmv_young_women;
    double cmv_old_women;
    double nk_count_men;
    double nk_count_women;
    double nk_count_log_sd;
    double activity_log_sd;
    double smoking_men;
    double smoking_women;
    double alcohol_men;
    double alcohol_women;
    double exercise_men;
    double exercise_women;
    static constexpr auto fields() {
        return std::tuple{
            Field{"women", &PopulationLaw::women, "1", fraction, "share of women"},
            Field{"v158", &PopulationLaw::v158, "1", fraction, "frequency of the allele FCGR3A-158V"},
            Field{"cmv_young_age", &PopulationLaw::cmv_young_age, "year", Range{0, 120}, "age of the first two shares below"},
            Field{"cmv_old_age", &PopulationLaw::cmv_old_age, "year", Range{0, 120}, "age of the last two; linear in log-odds between"},
            Field{"cmv_young_men", &PopulationLaw::cmv_young_men, "1", Range{1e-6, 1 - 1e-6}, "young men with antibody to cytomegalovirus"},
            Field{"cmv_old_men", &PopulationLaw::cmv_old_men, "1", Range{1e-6, 1 - 1e-6}, "old men with antibody to cytomegalovirus"},
            Field{"cmv_young_women", &PopulationLaw::cmv_young_women, "1", Range{1e-6, 1 - 1e-6}, "young women with it"},
            Field{"cmv_old_women", &PopulationLaw::cmv_old_women, "1", Range{1e-6, 1 - 1e-6}, "old women with it"},
            Field{"nk_count_men", &PopulationLaw::nk_count_men, "cell/uL", Range{1, 1e5}, "median NK cells in blood of men"},
            Field{"nk_count_women", &PopulationLaw::nk_count_women, "cell/uL", Range{1, 1e5}, "median NK cells in blood of women"},
            Field{"nk_count_log_sd", &PopulationLaw::nk_count_log_sd, "1", Range{0, 3}, "sd of ln(NK cells in blood) between people"},
            Field{"activity_log_sd", &PopulationLaw::activity_log_sd, "1", Range{0, 3}, "sd of ln(lysis at a fixed ratio) between people"},
            Field{"smoking_men", &PopulationLaw::smoking_men, "1", fraction, "men who smoke"},
            Field{"smoking_women", &PopulationLaw::smoking_women, "1", fraction, "women who smoke"},
            Field{"alcohol_men", &PopulationLaw::alcohol_men, "1", fraction, "men who drink alcohol regularly"},
            Field{"alcohol_women", &PopulationLaw::alcohol_women, "1", fraction, "women who drink alcohol regularly"},
            Field{"exercise_men", &PopulationLaw::exercise_men, "1", fraction, "men who exercise"},
            Field{"exercise_women", &PopulationLaw::exercise_women, "1", fraction, "women who exercise"}};
    }
    /// Share with antibody to cytomegalovirus at an age [year]: linear in log-odds between the two ages, level outside.
    double cmv(double age, bool woman) const;
    double habit(Habit habit, bool woman) const;
};

/// HLA-A, -B, -C in this order: places in `Population::alleles`.
using HlaHaplotype = std::array<std::uint16_t, 3>;

/// A population people can be drawn from. A value; `upto` lists are cumulative shares.
struct Population {
    std::string name;
    std::string title;
    PopulationLaw law;
    std::vector<double> age_edge; ///< of the age bands [year], one more than `age_upto`; ages are uniform within a band
    std::vector<double> age_upto;
    std::vector<std::string> kir; ///< haplotypes as typing reads them: "cA01~tB01"
    std::vector<double> kir_upto;
    std::array<std::vector<std::string>, 3> alleles; ///< "A*02:01", by locus
    std::vector<HlaHaplotype> hla;                   ///< frequent haplotypes
    std::vector<double> hla_upto;                    ///< ends at the share they cover; the rest of the haplotypes is drawn locus by locus
    std::array<std::vector<double>, 3> rest_upto;    ///< by locus: alleles on haplotypes that are not listed, ends at 1
    std::array<double, number_of_habits> effect;     ///< factor of each habit on lytic activity

    /// Frequency of an allele among the haplotypes drawn: that of the data where a locus is listed in full, slightly more otherwise.
    double allele_frequency(std::size_t locus, std::size_t allele) const;
    /// Mean of the factors of all habits in men or women.
    double mean_effect(bool woman) const;
};

/// errors  ScenarioError: there is no such population; shares do not add up to 1; haplotypes carry an allele more often than its
///         locus allows; a habit names no modulator of activity; a number is missing or out of range
Population read_population(ParameterBase const& base, std::string const& name);

/// One person as a cohort sees them: small, of fixed size, freely copied.
struct Person {
    double age;             ///< [year]
    double nk_count;        ///< [cell/uL]
    double nk_count_factor; ///< relative to the median of the sex
    double potency_factor;  ///< lysis at a fixed ratio of killers to targets, log-normal with mean 1
    double activity;        ///< latent NK activity A relative to the mean of the sex: see `latent_activity`
    std::uint64_t index;    ///< who it is
    std::array<HlaHaplotype, 2> hla;
    std::array<std::uint8_t, 2> kir; ///< places in `Population::kir`
    std::array<bool, number_of_habits> habits;
    std::uint8_t v158; ///< FCGR3A-158V alleles, 0 to 2
    bool woman;
    bool cmv;
};

/// Person number `index` of an endless population: a pure function of the arguments, so the same in a cohort of any size, in any
/// order and on any thread. Age, sex, KIR, HLA, FCGR3A, cytomegalovirus, NK number and potency are independent of each other but
/// for what the data give by sex and age: correlations between them are not published in a form that could be used.
Person draw_person(Population const& population, std::uint64_t seed, std::uint64_t index);

/// Latent NK activity without a run of a body: potency times the factors of the person's habits, over their mean in the sex, so that
/// its mean is 1. Age does not enter: lysis by whole blood mononuclear cells is kept in the old, who have more, weaker NK cells.
double latent_activity(Population const& population, Person const& person);
/// The same had the person given up a habit.
double latent_activity_without(Population const& population, Person const& person, Habit without);

/// The genes as texts a scenario's donor takes: six HLA alleles, two KIR haplotypes, "VV", "VF" or "FF", "positive" or "negative".
std::vector<std::string> hla_texts(Population const& population, Person const& person);
std::vector<std::string> kir_texts(Population const& population, Person const& person);
char const* fcgr3a_text(Person const& person);
char const* cmv_text(Person const& person);

} // namespace nk::biology
