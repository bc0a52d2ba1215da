#include "nk/study/host_arm.hpp"

#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/host_builder.hpp"
#include "nk/simulate/host_run.hpp"
#include "nk/simulate/infection_outcome.hpp"
#include "nk/simulate/therapy_outcome.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

constexpr double hours_per_day = 24.0;

[[noreturn]] void refuse_host(Arm const& arm, std::string const& what, std::string const& hint) {
    throw ScenarioError(Problem{{}, "arm", "arm \"" + arm.name + "\": " + what, "", hint});
}

std::vector<double> looks_at(Arm const& arm, scenario::HostScenario const& scenario) {
    if (arm.looks.empty())
        return {scenario.host.duration * hours_per_day};
    auto looks = arm.looks;
    std::sort(looks.begin(), looks.end());
    if (looks.back() > scenario.host.duration * hours_per_day + 1e-9)
        refuse_host(
            arm,
            fmt::format("a look at {:g} h comes after the end of its host at {:g} h", looks.back(), scenario.host.duration * hours_per_day),
            "lengthen `host.duration`");
    return looks;
}

/// Days from the beginning of an infection after which its titre stays below detection until now; -1 while it does not.
double undetected_after(std::vector<double> const& days, std::vector<double> const& titre, double began, double detection) {
    auto last = -1.0;
    for (std::size_t i = 0; i < days.size(); ++i)
        if (titre[i] >= detection)
            last = days[i];
    return last < 0.0 || titre.back() >= detection ? -1.0 : last - began;
}

std::map<std::string, double> readouts_of(body::Host const& host, simulate::HostCourse const& course) {
    std::map<std::string, double> out;
    auto const last = course.last();
    for (auto const& [name, value] : last.items())
        out[name] = value.get<double>();
    for (std::size_t i = 0; i < host.infections().size(); ++i) {
        auto const& plan = host.plan().infections[i];
        auto const& now = host.infections()[i];
        auto const& titre = course.values(plan.name + "_titre");
        auto const detection = plan.course.law.detection;
        auto const from_start = [&](double day) { return day < 0.0 ? -1.0 : day - now.began; };
        out[plan.name + "_log10_titre"] = std::log10(std::max(detection, titre.back()));
        out[plan.name + "_peak_log10"] = std::log10(std::max(detection, now.peak));
        out[plan.name + "_peak_days"] = from_start(now.peak_day);
        out[plan.name + "_cleared_days"] = from_start(simulate::day_of_clearance(host, course, i));
        out[plan.name + "_takeover_days"] = from_start(now.takeover);
        out[plan.name + "_least_alive"] = now.least_alive;
        out[plan.name + "_undetected_days"] = undetected_after(course.values("day"), titre, now.began, detection);
    }
    if (!host.plan().therapy)
        return out;
    auto const therapy = simulate::therapy_outcome(host, course);
    out["crs_grade"] = therapy.crs_grade;
    for (std::size_t g = 0; g < therapy.grafts.size(); ++g) {
        auto const& name = host.plan().therapy->grafts[g].name;
        out[name + "_peak"] = therapy.grafts[g].peak;
        out[name + "_peak_day"] = therapy.grafts[g].peak_day;
        out[name + "_last_seen"] = therapy.grafts[g].last_seen;
    }
    return out;
}

std::vector<Observation> observe_one_host(Arm const& arm, body::HostPlan const& plan, scenario::HostScenario const& scenario,
                                          std::vector<double> const& looks) {
    body::Host host(plan);
    simulate::HostCourse course(host.plan());
    course.note(host);
    std::vector<Observation> out;
    auto const every = scenario.host.output_every;
    for (auto const look : looks) {
        auto const end = look / hours_per_day;
        while (host.day() < end) {
            host.advance(std::min(end, (std::floor(host.day() / every + 1e-9) + 1.0) * every));
            course.note(host);
        }
        Observation o;
        o.arm = arm.name;
        o.hour = look;
        o.readouts = readouts_of(host, course);
        out.push_back(std::move(o));
    }
    return out;
}

/// The scenario, or one of its own arms.
scenario::HostReading read_treated(Arm const& arm, ArmFile const& file, ParameterBase const& base) {
    auto const read = [&](std::vector<std::string> const& set) {
        return scenario::read_host_scenario(file.text, base, set, nullptr, file.path, file.open);
    };
    auto reading = read(arm.set);
    if (arm.as_arm.empty())
        return reading;
    auto const found = reading.scenario.arm.find(arm.as_arm);
    if (found == reading.scenario.arm.end())
        refuse_host(arm, "its scenario has no arm `" + arm.as_arm + "`", "name one of its [arm.*]");
    auto const treated = found->second;
    auto set = treated.set;
    set.insert(set.end(), arm.set.begin(), arm.set.end());
    reading = read(set);
    reading.scenario = scenario::arm_of(reading.scenario, treated);
    return reading;
}

} // namespace

std::vector<Observation> observe_hosts(Arm const& arm, ArmFile const& file, ParameterBase const& base, backend::Executor executor) {
    if (arm.donors > 1.0)
        refuse_host(arm, "a host has no random donors", "take `replicates`, or give `donor` in the scenario");
    auto const reading = read_treated(arm, file, base);
    auto const looks = looks_at(arm, reading.scenario);
    auto const plan = simulate::build_host(reading.scenario, reading.base);
    std::vector<std::vector<Observation>> each(static_cast<std::size_t>(std::lround(arm.replicates)));
    executor.for_each(each.size(), [&](std::size_t replicate) {
        auto own = plan;
        own.seed = derived_seed(plan.seed, replicate + 1);
        each[replicate] = observe_one_host(arm, own, reading.scenario, looks);
    });
    std::vector<Observation> out;
    for (auto const& observations : each)
        out.insert(out.end(), observations.begin(), observations.end());
    return out;
}

} // namespace nk::study
