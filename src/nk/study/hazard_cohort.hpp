#pragma once
#include "nk/backend/executor.hpp"
#include "nk/biology/hazard.hpp"
#include "nk/biology/people.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nk::study {

// A cohort by hazards alone: people of a population lead their lives under the laws of model section 3.6. It repeats an association
// between NK activity and cancer that one cohort showed; it does not show that raising the activity of a person prevents cancer.

/// What is done to everybody in one arm. Arms share people and chance: a person who differs between arms differs because of the arm.
struct HazardArm {
    std::string label;
    double activity_factor = 1.0;                         ///< on NK activity from entry on
    std::optional<biology::Habit> without = std::nullopt; ///< a habit that those who have it give up at entry
    bool immediate = false; ///< cancer hazard changes at entry; else one lag later, when clones started after entry are found
};

/// An arm in which everybody lives with a modulator of data/modulators.toml.
///
/// strength  power of its factor: 1 as published, 0 nothing
/// errors    ScenarioError: no such modulator, or one that does not act on activity
HazardArm arm_of_modulator(ParameterBase const& base, std::string const& modulator, double strength = 1.0);

/// Latent activity of a person, e.g. predicted lysis over its mean; called several times for a person, from several threads.
using ActivityOf = std::function<double(biology::Person const&)>;

struct HazardCohort {
    std::uint64_t people = 0;
    double years = 0.0;
    std::uint64_t seed = 0;
    std::uint64_t first_person = 0; ///< parts of one cohort: people first_person .. first_person + people - 1
    bool frail = false;             ///< everybody is old and frail: infections are counted
    bool keep_people = false;       ///< fill `HazardResult::rows`: one row for each person and arm
    /// Activities that divide the thirds; none = the thirds of these people at entry. To be given to the parts of one cohort.
    std::optional<std::array<double, 2>> cuts;
    ActivityOf activity; ///< none = `Person::activity`
};

enum class LifeEvent : std::uint8_t { none, cancer, death };

/// Life of one person in one arm.
struct PersonRow {
    std::uint64_t person;
    double age;      ///< at entry [year]
    double activity; ///< at entry, before the arm
    double time;     ///< of the event or the end [year from entry]
    std::uint32_t infections;
    std::uint8_t arm;
    std::uint8_t third; ///< 0 lowest activity, 2 highest
    LifeEvent event;
    bool woman;
};

/// Sums over people of one kind.
struct LifeCounts {
    std::uint64_t people = 0;
    std::uint64_t cancers = 0;
    std::uint64_t deaths = 0; ///< of other causes, before any cancer
    std::uint64_t infections = 0;
    std::uint64_t infected = 0; ///< people with at least one
    double person_years = 0.0;
    double activity = 0.0; ///< sum at entry
    LifeCounts& operator+=(LifeCounts const& more);
};

inline constexpr std::size_t age_bands = 12; ///< of age at entry
inline constexpr double age_band_width = 10.0;

struct HazardResult {
    std::vector<std::string> arms;
    std::array<double, 2> cuts{};
    std::vector<LifeCounts> groups;  ///< shape (arms, 2 sexes, 3 thirds, age_bands)
    std::vector<LifeCounts> by_year; ///< shape (arms, years): `people` are those at risk at its start; infections are not told apart
    std::size_t years = 0;
    std::vector<PersonRow> rows; ///< by person, then arm

    LifeCounts const& group(std::size_t arm, bool woman, std::size_t third, std::size_t band) const;
    /// Sum over ages; and over what is not given.
    LifeCounts count(std::size_t arm, std::optional<std::size_t> third = {}, std::optional<bool> woman = {}) const;
};

/// Lives of `cohort.people` people in every arm. Memory does not grow with people unless rows are kept. The same bits for any number
/// of threads.
///
/// errors   ScenarioError: an activity that is no number; more people or arms than rows can tell apart
/// expects  at least one arm, years > 0
HazardResult run_hazard_cohort(HazardCohort const& cohort, std::vector<HazardArm> const& arms, biology::Population const& population,
                               biology::HazardLaws const& laws, backend::Executor executor);

/// Events and person-years of two groups in one stratum.
struct RateStratum {
    double events = 0.0;
    double time = 0.0;
    double reference_events = 0.0;
    double reference_time = 0.0;
};

struct RateRatio {
    double value;
    double low;
    double high;
};
/// Mantel-Haenszel rate ratio over strata with the interval of Greenland & Robins 1985. NaN without events in either group.
RateRatio mantel_haenszel(std::span<RateStratum const> strata, double confidence = 0.95);

/// Cancer in a third of activity against another, within one arm; over strata of age at entry, and of sex when none is given.
RateRatio cancer_rate_ratio(HazardResult const& result, std::size_t arm, std::size_t third, std::size_t reference_third,
                            std::optional<bool> woman = {});
/// Cancer in an arm against another, over strata of age at entry and sex. The arms share people, so the interval is too wide.
RateRatio cancer_rate_ratio_of_arms(HazardResult const& result, std::size_t arm, std::size_t reference_arm);

} // namespace nk::study
