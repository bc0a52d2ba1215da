#include "nk/study/hazard_cohort.hpp"

#include "nk/base/random.hpp"
#include "nk/biology/host_laws.hpp"
#include "nk/numerics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace nk::study {
namespace {

// People come in blocks of fixed size, blocks in rounds of fixed size: sums are made in one order, and memory is that of a round.
constexpr std::uint64_t people_in_block = 512;
constexpr std::uint64_t blocks_in_round = 64;
constexpr std::size_t sexes = 2;
constexpr std::size_t thirds = 3;

// Places in the stream of a person beyond those of `draw_person`.
constexpr std::uint64_t life_numbers = 1U << 16;
constexpr std::uint64_t infection_numbers = 1U << 17;

// Thirds are found from a histogram of ln A: memory does not grow with people.
constexpr std::size_t activity_bins = 4096;
constexpr double lowest_log_activity = -8.0;
constexpr double bins_in_unit = 256.0;

struct HazardStudy {
    HazardCohort const& cohort;
    std::vector<HazardArm> const& arms;
    biology::Population const& population;
    biology::HazardLaws const& laws;
    std::array<double, 2> cuts;
    std::size_t years;
};

/// Sums of one block of people.
struct BlockSums {
    std::vector<LifeCounts> groups;
    std::vector<LifeCounts> by_year;
    std::vector<PersonRow> rows;
    void clear(std::size_t group_count, std::size_t year_count) {
        groups.assign(group_count, {});
        by_year.assign(year_count, {});
        rows.clear();
    }
};

double activity_of(HazardCohort const& cohort, biology::Person const& person) {
    auto const activity = cohort.activity ? cohort.activity(person) : person.activity;
    if (!(activity >= 0.0) || std::isinf(activity))
        throw ScenarioError(
            Problem{{}, "range", fmt::format("the NK activity of person {} is {}", person.index, activity), "", "0 or more"});
    return activity;
}

/// Calls visit(block in the round, person) for everybody, then fold(blocks) after each round.
template <class Visit, class Fold>
void for_everybody(HazardCohort const& cohort, biology::Population const& population, backend::Executor executor, Visit visit, Fold fold) {
    auto const blocks = cohort.people / people_in_block + (cohort.people % people_in_block == 0 ? 0 : 1);
    for (std::uint64_t first = 0; first < blocks; first += blocks_in_round) {
        auto const now = std::min(blocks_in_round, blocks - first);
        executor.for_each(now, [&](std::size_t block) {
            auto const begin = (first + block) * people_in_block;
            auto const end = std::min(cohort.people, begin + people_in_block);
            for (auto i = begin; i < end; ++i)
                visit(block, biology::draw_person(population, cohort.seed, cohort.first_person + i));
        });
        fold(static_cast<std::size_t>(now));
    }
}

/// Activity below which a share of the people lies: linear within a bin.
double quantile_of(std::vector<std::uint64_t> const& histogram, double share, double total) {
    auto below = 0.0;
    for (std::size_t bin = 0; bin < histogram.size(); ++bin) {
        auto const here = static_cast<double>(histogram[bin]);
        if (here > 0.0 && below + here >= share * total) {
            auto const way = (share * total - below) / here;
            return std::exp(lowest_log_activity + (static_cast<double>(bin) + way) / bins_in_unit);
        }
        below += here;
    }
    return 0.0;
}

std::array<double, 2> find_cuts(HazardCohort const& cohort, biology::Population const& population, backend::Executor executor) {
    std::vector<std::vector<std::uint64_t>> parts(blocks_in_round, std::vector<std::uint64_t>(activity_bins));
    for_everybody(
        cohort, population, executor,
        [&](std::size_t block, biology::Person const& person) {
            auto const activity = activity_of(cohort, person);
            auto const place = activity > 0.0 ? (std::log(activity) - lowest_log_activity) * bins_in_unit : 0.0;
            ++parts[block][static_cast<std::size_t>(std::clamp(place, 0.0, static_cast<double>(activity_bins - 1)))];
        },
        [](std::size_t) {});
    auto& all = parts.front();
    for (std::size_t part = 1; part < parts.size(); ++part)
        for (std::size_t bin = 0; bin < all.size(); ++bin)
            all[bin] += parts[part][bin];
    auto const total = static_cast<double>(cohort.people);
    return {quantile_of(all, 1.0 / 3.0, total), quantile_of(all, 2.0 / 3.0, total)};
}

std::size_t place_of_group(std::size_t arm, bool woman, std::size_t third, std::size_t band) {
    return ((arm * sexes + (woman ? 1 : 0)) * thirds + third) * age_bands + band;
}

/// Activity of a person in an arm from entry on.
double activity_in(HazardArm const& arm, biology::Population const& population, biology::Person const& person, double activity) {
    if (arm.without && person.habits[static_cast<std::size_t>(*arm.without)])
        activity *= biology::latent_activity_without(population, person, *arm.without) / biology::latent_activity(population, person);
    return activity * arm.activity_factor;
}

/// Arrivals of a Poisson process: the same unit process in every arm, run at the arm's speed.
std::uint32_t arrivals(std::uint64_t seed, std::uint64_t person, double expected) {
    Random rng(seed, person, Purpose::person, infection_numbers);
    std::uint32_t count = 0;
    for (auto at = rng.exponential(); at <= expected; at += rng.exponential())
        ++count;
    return count;
}

PersonRow live(HazardStudy const& study, std::size_t arm_index, biology::Person const& person, double activity) {
    auto const& arm = study.arms[arm_index];
    auto const& law = study.laws.cancer[person.woman ? 1 : 0];
    auto const end = study.cohort.years;
    auto const later = activity_in(arm, study.population, person, activity);
    Random rng(study.cohort.seed, person.index, Purpose::person, life_numbers);
    auto const cancer_threshold = rng.exponential();
    auto const death_threshold = rng.exponential();
    auto const change = person.age + (arm.immediate ? 0.0 : law.lag);
    auto const cancer = biology::first_cancer_age(law, person.age, activity, change, later, cancer_threshold) - person.age;
    auto const death = biology::death_age(study.laws.death[person.woman ? 1 : 0], person.age, death_threshold) - person.age;
    auto const time = std::min({cancer, death, end});
    auto const event = time == end ? LifeEvent::none : time == cancer ? LifeEvent::cancer : LifeEvent::death;
    auto const third = static_cast<std::uint8_t>(activity < study.cuts[0] ? 0 : activity < study.cuts[1] ? 1 : 2);
    auto const infections =
        study.cohort.frail ? arrivals(study.cohort.seed, person.index, biology::infection_hazard(study.laws.infection, later) * time) : 0U;
    return {person.index, person.age, activity, time, infections, static_cast<std::uint8_t>(arm_index), third, event, person.woman};
}

void add(HazardStudy const& study, PersonRow const& row, BlockSums& sums) {
    auto const band = static_cast<std::size_t>(std::clamp(row.age / age_band_width, 0.0, static_cast<double>(age_bands - 1)));
    LifeCounts one;
    one.people = 1;
    one.cancers = row.event == LifeEvent::cancer ? 1 : 0;
    one.deaths = row.event == LifeEvent::death ? 1 : 0;
    one.infections = row.infections;
    one.infected = row.infections > 0 ? 1 : 0;
    one.person_years = row.time;
    one.activity = row.activity;
    sums.groups[place_of_group(row.arm, row.woman, row.third, band)] += one;
    auto const last = std::min(static_cast<std::size_t>(row.time), study.years - 1);
    for (std::size_t year = 0; year <= last; ++year) {
        auto& counts = sums.by_year[row.arm * study.years + year];
        ++counts.people;
        counts.activity += row.activity;
        counts.person_years += std::min(row.time - static_cast<double>(year), 1.0);
        counts.cancers += year == last ? one.cancers : 0;
        counts.deaths += year == last ? one.deaths : 0;
    }
    if (study.cohort.keep_people)
        sums.rows.push_back(row);
}

void fold_into(HazardResult& result, BlockSums const& sums) {
    for (std::size_t i = 0; i < result.groups.size(); ++i)
        result.groups[i] += sums.groups[i];
    for (std::size_t i = 0; i < result.by_year.size(); ++i)
        result.by_year[i] += sums.by_year[i];
    result.rows.insert(result.rows.end(), sums.rows.begin(), sums.rows.end());
}

} // namespace

HazardArm arm_of_modulator(ParameterBase const& base, std::string const& modulator, double strength) {
    auto const found = biology::read_modulator(base, modulator);
    if (found.acts_on != "activity")
        throw ScenarioError(Problem{base.at("modulator." + modulator + ".effect").where, "name",
                                    fmt::format("`{}` acts on {}, not on activity", modulator, found.acts_on), "",
                                    "the hazards of a cohort know activity alone"});
    return {found.title, std::pow(found.law.effect, strength), std::nullopt, false};
}

LifeCounts& LifeCounts::operator+=(LifeCounts const& more) {
    people += more.people;
    cancers += more.cancers;
    deaths += more.deaths;
    infections += more.infections;
    infected += more.infected;
    person_years += more.person_years;
    activity += more.activity;
    return *this;
}

LifeCounts const& HazardResult::group(std::size_t arm, bool woman, std::size_t third, std::size_t band) const {
    NK_EXPECT(arm < arms.size() && third < thirds && band < age_bands);
    return groups[place_of_group(arm, woman, third, band)];
}

LifeCounts HazardResult::count(std::size_t arm, std::optional<std::size_t> third, std::optional<bool> woman) const {
    LifeCounts out;
    for (auto const sex : {false, true})
        for (std::size_t i = 0; i < thirds; ++i)
            for (std::size_t band = 0; band < age_bands; ++band)
                if (third.value_or(i) == i && woman.value_or(sex) == sex)
                    out += group(arm, sex, i, band);
    return out;
}

HazardResult run_hazard_cohort(HazardCohort const& cohort, std::vector<HazardArm> const& arms, biology::Population const& population,
                               biology::HazardLaws const& laws, backend::Executor executor) {
    NK_EXPECT(!arms.empty() && cohort.years > 0.0);
    if (arms.size() > std::numeric_limits<std::uint8_t>::max())
        throw ScenarioError(Problem{{}, "range", fmt::format("{} arms are too many", arms.size()), "", "255 at most"});
    HazardResult result;
    for (auto const& arm : arms)
        result.arms.push_back(arm.label);
    result.cuts = cohort.cuts ? *cohort.cuts : find_cuts(cohort, population, executor);
    result.years = static_cast<std::size_t>(std::ceil(cohort.years));
    result.groups.resize(arms.size() * sexes * thirds * age_bands);
    result.by_year.resize(arms.size() * result.years);
    HazardStudy const study{cohort, arms, population, laws, result.cuts, result.years};
    std::vector<BlockSums> sums(blocks_in_round);
    auto const clear = [&] {
        for (auto& one : sums)
            one.clear(result.groups.size(), result.by_year.size());
    };
    clear();
    for_everybody(
        cohort, population, executor,
        [&](std::size_t block, biology::Person const& person) {
            auto const activity = activity_of(cohort, person);
            for (std::size_t arm = 0; arm < arms.size(); ++arm)
                add(study, live(study, arm, person, activity), sums[block]);
        },
        [&](std::size_t blocks) {
            for (std::size_t block = 0; block < blocks; ++block)
                fold_into(result, sums[block]);
            clear();
        });
    return result;
}

RateRatio mantel_haenszel(std::span<RateStratum const> strata, double confidence) {
    auto above = 0.0;
    auto below = 0.0;
    auto spread = 0.0;
    for (auto const& one : strata) {
        auto const time = one.time + one.reference_time;
        if (!(time > 0.0))
            continue;
        above += one.events * one.reference_time / time;
        below += one.reference_events * one.time / time;
        spread += (one.events + one.reference_events) * one.time * one.reference_time / (time * time);
    }
    if (!(above > 0.0 && below > 0.0)) {
        constexpr auto unknown = std::numeric_limits<double>::quiet_NaN();
        return {unknown, unknown, unknown};
    }
    auto const value = above / below;
    auto const half = numerics::normal_quantile(0.5 + 0.5 * confidence) * std::sqrt(spread / (above * below));
    return {value, value * std::exp(-half), value * std::exp(half)};
}

RateRatio cancer_rate_ratio(HazardResult const& result, std::size_t arm, std::size_t third, std::size_t reference_third,
                            std::optional<bool> woman) {
    std::vector<RateStratum> strata;
    for (auto const sex : {false, true})
        for (std::size_t band = 0; band < age_bands && woman.value_or(sex) == sex; ++band) {
            auto const& a = result.group(arm, sex, third, band);
            auto const& b = result.group(arm, sex, reference_third, band);
            strata.push_back({static_cast<double>(a.cancers), a.person_years, static_cast<double>(b.cancers), b.person_years});
        }
    return mantel_haenszel(strata);
}

RateRatio cancer_rate_ratio_of_arms(HazardResult const& result, std::size_t arm, std::size_t reference_arm) {
    std::vector<RateStratum> strata;
    for (auto const sex : {false, true})
        for (std::size_t band = 0; band < age_bands; ++band) {
            RateStratum one;
            for (std::size_t third = 0; third < thirds; ++third) {
                auto const& a = result.group(arm, sex, third, band);
                auto const& b = result.group(reference_arm, sex, third, band);
                one.events += static_cast<double>(a.cancers);
                one.time += a.person_years;
                one.reference_events += static_cast<double>(b.cancers);
                one.reference_time += b.person_years;
            }
            strata.push_back(one);
        }
    return mantel_haenszel(strata);
}

} // namespace nk::study
