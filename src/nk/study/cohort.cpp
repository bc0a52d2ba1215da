#include "nk/study/cohort.hpp"

#include "nk/base/hash.hpp"
#include "nk/biology/hazard.hpp"
#include "nk/scenario/toml_writer.hpp"
#include "nk/simulate/host_builder.hpp"
#include "nk/simulate/therapy_builder.hpp"
#include "nk/simulate/therapy_outcome.hpp"
#include "nk/study/cohort_tables.hpp"
#include "nk/study/hazard_cohort.hpp"
#include "nk/study/patient.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace nk::study {
namespace {

constexpr double year_length = 365.25;
constexpr double longest_search = 1e5; ///< persons looked at to find one of the ages and sex wanted
constexpr char const* whole_scenario = "all";

bool is_drawn(std::vector<std::string> const& words, char const* word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Person of a job: the first of an endless row of candidates of that job who is of the age and sex wanted.
biology::Person person_of(CohortStudy const& study, std::size_t job) {
    auto const& given = study.reading.scenario.cohort;
    auto const seed = static_cast<std::uint64_t>(study.reading.scenario.seed);
    auto const fits = [&](biology::Person const& person) {
        return person.age >= given.age_from && person.age <= given.age_to && (given.sex == "any" || (given.sex == "women") == person.woman);
    };
    for (double k = 0; k < longest_search; k += 1.0) {
        auto const person = biology::draw_person(study.population, derived_seed(seed, static_cast<std::uint64_t>(k)), job);
        if (fits(person))
            return person;
    }
    throw ScenarioError(Problem{{}, "range", fmt::format("nobody of `{}` is of the ages and sex wanted", study.population.name), "", ""});
}

/// A scenario with what is known of one person, and the infections that the person meets by chance.
class PersonInArm {
  public:
    PersonInArm(CohortStudy const& study, scenario::CohortScenario const& scenario, ParameterBase const& base,
                biology::Person const& person, std::size_t job)
        : study_(study), given_(scenario), host_(scenario), base_(base), job_(job) {
        take_person(person);
        take_spread();
        take_exposure();
        host_.seed = static_cast<double>(derived_seed(static_cast<std::uint64_t>(given_.seed), job) >> 11);
    }
    scenario::HostScenario const& host() const { return host_; }
    ParameterBase const& base() const { return base_; }

  private:
    void take_person(biology::Person const& person) {
        auto const& drawn = given_.cohort.drawn;
        if (is_drawn(drawn, "age"))
            host_.host.age = person.age;
        if (is_drawn(drawn, "hla"))
            host_.donor.hla = biology::hla_texts(study_.population, person);
        if (is_drawn(drawn, "kir"))
            host_.donor.kir = biology::kir_texts(study_.population, person);
        if (is_drawn(drawn, "fcgr3a"))
            host_.donor.fcgr3a = biology::fcgr3a_text(person);
        if (is_drawn(drawn, "cmv"))
            host_.donor.cmv = biology::cmv_text(person);
        if (is_drawn(drawn, "nk_count"))
            host_.host.nk_count = person.nk_count;
        if (is_drawn(drawn, "potency"))
            host_.host.potency *= person.potency_factor;
    }
    /// The same numbers for the same person in every arm: each spread has its own stream, named by its place among all.
    void take_spread() {
        std::uint64_t place = 0;
        for (auto const& [name, vary] : given_.vary) {
            Random rng(static_cast<std::uint64_t>(given_.seed), job_, Purpose::study, 1000 * ++place);
            auto const even = !vary.high.unit.empty();
            auto const value = even ? vary.low.value + rng.uniform() * (vary.high.value - vary.low.value)
                                    : vary.median.value * std::exp(vary.log_sd * rng.normal());
            auto const& unit = even ? vary.high.unit : vary.median.unit;
            scenario::set_value(host_, base_, vary.key, fmt::format("{:.17g}{}", value, unit == "1" ? "" : " " + unit));
        }
    }
    void take_exposure() {
        std::uint64_t place = 0;
        for (auto const& [name, exposure] : given_.exposure) {
            Random rng(static_cast<std::uint64_t>(given_.seed), job_, Purpose::first_infected, 1000 * ++place);
            auto at = 0.0;
            for (int n = 1; exposure.rate > 0.0; ++n) {
                at += year_length / exposure.rate * rng.exponential();
                if (at >= host_.host.duration)
                    break;
                auto& infection = host_.infection[fmt::format("{} {}", name, n)];
                infection.like = exposure.like.empty() ? name : exposure.like;
                infection.at = at;
            }
        }
    }
    CohortStudy const& study_;
    scenario::CohortScenario const& given_;
    scenario::HostScenario host_;
    ParameterBase base_;
    std::size_t job_;
};

/// First day on which a course comes to a bound; -1 = never.
double first_day(std::vector<double> const& days, std::vector<double> const& values, double bound, bool from_below) {
    for (std::size_t i = 0; i < days.size(); ++i)
        if (from_below ? values[i] >= bound : values[i] <= bound)
            return days[i];
    return -1.0;
}

/// The earlier of two days, where -1 is never.
double earlier(double a, double b) {
    return a < 0.0 ? b : b < 0.0 ? a : std::min(a, b);
}

struct Lives {
    double tumour = -1.0, infection = -1.0, severe = -1.0, other = -1.0, cancer = -1.0, progression = -1.0;
    std::size_t organ = 0; ///< that the lethal infection was in
    double death() const { return earlier(tumour, earlier(infection, other)); }
    char const* cause() const {
        auto const day = death();
        return day < 0.0 ? "" : day == tumour ? "tumour" : day == infection ? "infection" : "other cause";
    }
};

Lives lives_of(body::Host const& host, simulate::HostCourse const& course, biology::ResponseLaw const& law) {
    Lives out;
    auto const& days = course.values("day");
    for (auto const& tumour : host.plan().tumours)
        out.tumour = earlier(out.tumour, first_day(days, course.values(tumour.name + "_cells"), law.lethal, true));
    for (std::size_t i = 0; i < host.plan().infections.size(); ++i) {
        auto const& organ = host.plan().organs[host.plan().infections[i].organ].organ.name;
        auto const& alive = course.values("alive_" + organ);
        auto const lethal = first_day(days, alive, 1.0 - law.lethal_damage, false);
        if (lethal >= 0.0 && (out.infection < 0.0 || lethal < out.infection)) {
            out.infection = lethal;
            out.organ = host.plan().infections[i].organ;
        }
        out.severe = earlier(out.severe, first_day(days, alive, 1.0 - law.severe_damage, false));
    }
    return out;
}

std::vector<CohortInfection> infections_of(body::Host const& host, simulate::HostCourse const& course,
                                           scenario::HostScenario const& scenario, Lives const& lived, biology::ResponseLaw const& law) {
    auto const death = lived.death();
    auto const fatal =
        death >= 0.0 && death == lived.infection ? simulate::infection_to_blame(host, course, lived.organ, death) : -1; // nobody dies twice
    std::vector<CohortInfection> out;
    for (std::size_t i = 0; i < host.plan().infections.size(); ++i) {
        auto const& plan = host.plan().infections[i];
        CohortInfection one;
        one.seen = simulate::infection_seen(host, course, i, death < 0.0 ? 1e300 : death);
        if (one.seen.began < 0.0)
            continue;
        one.name = plan.name;
        auto const given = scenario.infection.find(plan.name);
        one.virus = given == scenario.infection.end() || given->second.like.empty() ? plan.name : given->second.like;
        one.organ = host.plan().organs[plan.organ].organ.name;
        one.unit = plan.course.titre;
        one.detection = plan.course.law.detection;
        one.severe = one.seen.organ_lost >= law.severe_damage &&
                     simulate::infection_to_blame(host, course, plan.organ, one.seen.worst_day) == static_cast<int>(i);
        one.fatal = fatal == static_cast<int>(i);
        out.push_back(std::move(one));
    }
    return out;
}

/// Viruses that somebody may meet: those of the scenario and of exposure by chance.
std::set<std::string> viruses_of(scenario::HostScenario const& host, scenario::CohortScenario const& cohort) {
    std::set<std::string> out;
    for (auto const& [name, one] : host.infection)
        out.insert(one.like.empty() ? name : one.like);
    for (auto const& [name, one] : cohort.exposure)
        out.insert(one.like.empty() ? name : one.like);
    return out;
}

/// Infections that are found come before those that are not.
bool sooner_detected(CohortInfection const& a, CohortInfection const& b) {
    return a.seen.detected != b.seen.detected ? a.seen.detected : a.seen.began < b.seen.began;
}

/// Rows of adtte. viruses  that the person may have met
void add_events(CohortArm const& arm, body::Host const& host, Lives const& lived, double duration,
                std::vector<CohortInfection> const& infections, std::set<std::string> const& viruses, CohortRows& rows) {
    auto const death = lived.death();
    auto const end = death < 0.0 ? duration : death;
    auto const tumours = !host.plan().tumours.empty();
    rows.event(arm.label, "OS", end, death >= 0.0, lived.cause());
    if (tumours) {
        auto const first = earlier(lived.progression, death);
        rows.event(arm.label, "PFS", first < 0.0 ? end : std::min(first, end), first >= 0.0,
                   first < 0.0      ? ""
                   : first == death ? lived.cause()
                                    : "progression");
    }
    auto const add = [&](char const* code, double day, std::string const& what) {
        auto const happened = day >= 0.0 && day <= end;
        rows.event(arm.label, code, happened ? day : end, happened, happened ? what : "");
    };
    if (!viruses.empty()) {
        auto const first = std::min_element(infections.begin(), infections.end(), sooner_detected);
        auto const infected = first != infections.end() && first->seen.detected;
        add("FIRSTINF", infected ? first->seen.began : -1.0, infected ? first->virus : "");
        add("SEVINF", lived.severe, "severe infection");
    }
    if (!tumours)
        add("CANCER", lived.cancer, "first cancer (hazard law)");
}

/// Runs one person in one arm and adds the rows.
void add_life(CohortStudy const& study, CohortArm const& arm, biology::Person const& person, std::size_t job, double reference_activity,
              biology::HazardLaws const& hazards, simulate::KnownMeetings& known, CohortRows& rows) {
    PersonInArm const life(study, arm.reading.scenario, arm.reading.base, person, job);
    body::Host host(simulate::build_host(life.host(), life.base(), &known));
    auto const duration = life.host().host.duration;
    auto const course = simulate::follow(host, duration, life.host().host.output_every);
    auto const law = life.base().load<biology::ResponseLaw>("therapy.response");
    auto lived = lives_of(host, course, law);
    auto const activity = reference_activity > 0.0 ? course.values("k562_killing").front() / reference_activity : 1.0;
    auto const sex = person.woman ? 1U : 0U;
    Random rng(static_cast<std::uint64_t>(study.reading.scenario.seed), job, Purpose::life);
    auto const death_threshold = rng.exponential();
    auto const cancer_threshold = rng.exponential();
    auto const day_of = [&](double age) {
        auto const day = (age - life.host().host.age) * year_length;
        return day <= duration ? day : -1.0;
    };
    lived.other = day_of(biology::death_age(hazards.death[sex], life.host().host.age, death_threshold));
    lived.cancer = day_of(biology::first_cancer_age(hazards.cancer[sex], life.host().host.age, activity, cancer_threshold));
    auto const infections = infections_of(host, course, life.host(), lived, law);
    auto const viruses = viruses_of(life.host(), arm.reading.scenario);
    rows.subject(arm.label, person, life.host(), activity, {lived.death(), lived.cause(), infections});
    rows.infections(arm.label, infections, viruses);
    if (host.plan().therapy) {
        auto const outcome = simulate::therapy_outcome(host, course);
        for (auto const& tumour : outcome.tumours)
            lived.progression = earlier(lived.progression, tumour.progressed);
        rows.responses(arm.label, host, outcome, simulate::short_doses(life.host(), life.base()).size(),
                       lived.death() < 0.0 ? duration : lived.death());
    }
    add_events(arm, host, lived, duration, infections, viruses, rows);
    rows.course(arm.label, host, course, lived.death() < 0.0 ? duration : lived.death());
}

/// Activity of the scenario's own person, to whom others are compared.
double reference_of(scenario::CohortReading const& reading) {
    scenario::HostScenario healthy = reading.scenario;
    healthy.infection.clear();
    healthy.tumour.clear();
    healthy.event.clear();
    healthy.habit.clear();
    healthy.infusion.clear();
    healthy.treatment.clear();
    healthy.product.clear();
    healthy.target.clear();
    return body::Host(simulate::build_host(healthy, reading.base)).probe();
}

JobPlan body_plan(CohortStudy const& study) {
    JobPlan out;
    out.count = static_cast<std::size_t>(study.reading.scenario.cohort.people);
    out.tables = CohortRows::tables();
    auto const hazards = biology::HazardLaws::from(study.reading.base);
    auto const reference = reference_of(study.reading);
    out.run = [study, hazards, reference](std::size_t job) {
        auto const person = person_of(study, job);
        CohortRows rows(job);
        simulate::KnownMeetings known;
        for (auto const& arm : study.arms)
            add_life(study, arm, person, job, reference, hazards, known, rows);
        return rows.take();
    };
    return out;
}

/// Factor on activity of the habits of an arm: modulators that act on it.
double habits_factor(scenario::CohortReading const& reading) {
    auto out = reading.scenario.host.potency;
    for (auto const& [name, habit] : reading.scenario.habit) {
        auto const row = biology::read_modulator(reading.base, habit.like.empty() ? name : habit.like);
        if (row.acts_on == "activity")
            out *= std::pow(row.law.effect, habit.strength);
    }
    return out;
}

JobPlan hazard_plan(CohortStudy const& study) {
    auto const& scenario = study.reading.scenario;
    auto const people = static_cast<std::size_t>(scenario.cohort.people);
    HazardCohort cohort;
    cohort.years = scenario.host.duration / year_length;
    cohort.seed = static_cast<std::uint64_t>(scenario.seed);
    std::vector<HazardArm> arms;
    for (auto const& arm : study.arms)
        arms.push_back({arm.label, habits_factor(arm.reading), std::nullopt, false});
    auto const laws = biology::HazardLaws::from(study.reading.base);
    cohort.people = std::min<std::size_t>(people, hazard_block); // thirds of activity are those of the first block
    cohort.cuts = run_hazard_cohort(cohort, {arms.front()}, study.population, laws, backend::Executor(1)).cuts;
    JobPlan out;
    out.count = (people + hazard_block - 1) / hazard_block;
    out.tables = hazard_tables();
    out.run = [cohort, arms, people, laws, population = study.population](std::size_t job) {
        auto mine = cohort;
        mine.first_person = job * hazard_block;
        mine.people = std::min(hazard_block, people - job * hazard_block);
        return hazard_rows(run_hazard_cohort(mine, arms, population, laws, backend::Executor(1)));
    };
    return out;
}

} // namespace

Patient treat_patient(CohortStudy const& cohort, scenario::CohortScenario const& scenario, ParameterBase const& base, std::size_t number,
                      simulate::KnownMeetings& known) {
    PersonInArm const life(cohort, scenario, base, person_of(cohort, number), number);
    body::Host host(simulate::build_host(life.host(), life.base(), &known));
    auto const course = simulate::follow(host, life.host().host.duration, life.host().host.output_every);
    Patient out;
    for (auto const& tumour : host.plan().tumours) {
        auto const& cells = course.values(tumour.name + "_cells");
        out.burden_first += cells.front();
        out.burden_last += cells.back();
    }
    if (!host.plan().therapy)
        return out;
    auto const outcome = simulate::therapy_outcome(host, course);
    out.responding_at_end =
        !outcome.tumours.empty() && outcome.tumours.front().responded >= 0.0 && outcome.tumours.front().progressed < 0.0;
    out.il6_peak = outcome.il6_peak;
    out.crs_2 = host.plan().therapy->laws.response.crs_2;
    for (auto const& graft : host.plan().therapy->grafts)
        for (auto const& infusion : graft.infusions)
            out.cells_given += infusion.cells;
    return out;
}

CohortStudy plan_cohort(CohortReader const& reader, ParameterBase const& base, std::string const& version) {
    CohortStudy study{reader({}), {}, {}, {}};
    auto const& scenario = study.reading.scenario;
    study.population = biology::read_population(study.reading.base, scenario.cohort.population);
    auto const add = [&](std::string const& name, scenario::HostArm const& arm) {
        auto reading = reader(arm.set);
        static_cast<scenario::HostScenario&>(reading.scenario) = scenario::arm_of(reading.scenario, arm);
        study.arms.push_back({name, arm.label.empty() ? name : arm.label, std::move(reading)});
    };
    add(whole_scenario, {scenario.cohort.label, {}, {}});
    for (auto const& [name, arm] : scenario.arm)
        add(name, arm);
    auto plan = scenario.cohort.model == "hazard" ? hazard_plan(study) : body_plan(study);
    plan.kind = "cohort";
    plan.scenario = study.reading.resolved_text;
    auto key = plan.scenario + base.hash() + study.reading.base.hash() + version;
    for (auto const& arm : study.arms)
        key += scenario::to_toml(arm.reading.scenario);
    Hasher hasher;
    hasher.add(key);
    plan.key = hasher.hex();
    study.plan = std::move(plan);
    return study;
}

} // namespace nk::study
