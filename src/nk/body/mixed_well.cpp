#include "nk/body/mixed_well.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace nk::body {
namespace {

constexpr int most_kills = 24;

/// Chances of 0, 1, 2, ... kills of one cell.
using KillChances = std::array<double, most_kills>;

/// Kills at a constant rate.
KillChances steady_kills(double mean) {
    KillChances out;
    auto p = std::exp(-mean);
    for (int k = 0; k < most_kills; ++k) {
        out[k] = p;
        p *= mean / (k + 1);
    }
    return out;
}

/// Kills when each one raises the rate of the next: a renewal process with hazard rate(minutes since the last kill), solved on a grid.
/// first  the rate before the first kill [1/min]
template <class Rate> KillChances bursts_of_kills(double first, Rate rate, double minutes) {
    constexpr int bins = 64;
    auto const width = minutes / bins;
    std::array<double, bins> next; // chance that the next kill falls into a bin after a kill
    auto alive = 1.0;
    for (int i = 0; i < bins; ++i) {
        auto const stays = std::exp(-width * rate((i + 0.5) * width));
        next[i] = alive * (1.0 - stays);
        alive *= stays;
    }
    std::array<double, bins> kill; // chance that kill n falls into a bin
    auto const stays = std::exp(-width * first);
    alive = 1.0;
    for (int i = 0; i < bins; ++i) {
        kill[i] = alive * (1.0 - stays);
        alive *= stays;
    }
    KillChances out{};
    auto at_least = 1.0;
    for (int n = 0; n < most_kills; ++n) {
        auto const more = std::accumulate(kill.begin(), kill.end(), 0.0);
        out[n] = std::max(0.0, at_least - more);
        at_least = more;
        // from the middle of one bin to the middle of another: half of a bin before, half after
        std::array<double, bins> later{};
        for (int i = 0; i < bins; ++i)
            for (int k = 0; k <= i; ++k)
                later[i] += kill[i - k] * (k == 0 ? 0.5 * next[0] : 0.5 * (next[k - 1] + next[k]));
        kill = later;
    }
    return out;
}

/// Share of all kills done by the best `top` share of the cells.
double share_of_best(KillChances const& kill_share, double top) {
    auto best = 0.0;
    auto all = 0.0;
    for (int k = most_kills - 1; k >= 1; --k) {
        auto const cells = kill_share[k];
        all += k * cells;
        best += k * std::min(top, cells);
        top -= std::min(top, cells);
    }
    return all > 0.0 ? best / all : 0.0;
}

} // namespace

MixedOutcome solve(MixedWell const& well, biology::Panel const& panel, biology::Laws const& laws,
                   biology::RecognitionSwitches const& switches) {
    NK_EXPECT(!well.killers.empty() && !well.targets.empty() && well.minutes > 0.0);
    auto const killers = static_cast<double>(well.killers.size());
    auto const targets = static_cast<double>(well.targets.size());
    std::vector<double> hazard(well.targets.size(), 0.0);
    struct Killer {
        double attempts;
        double mean_time;
        double kills; ///< per contact
        std::vector<double> p_kill;
    };
    std::vector<Killer> seen_killers;
    auto no_hit = 0.0;
    auto opened = 0.0;
    auto with_hit = 0.0;
    auto contact_minutes = 0.0;
    auto killed = 0.0;
    auto delay = 0.0; // contact opening to membrane failure, weighted by kills
    auto to_commitment = 0.0;
    auto const& killing = laws.killing;
    std::vector<biology::ReceptorCopies> receptors;
    std::vector<biology::NkSignalState> states;
    for (auto const& nk : well.killers) {
        receptors.push_back(nk.receptors);
        states.push_back(nk.state);
    }
    std::vector<std::vector<biology::Recognition>> by_target(well.targets.size(), std::vector<biology::Recognition>(states.size()));
    for (std::size_t t = 0; t < well.targets.size(); ++t)
        biology::recognise(panel, laws, receptors, states, well.targets[t].ligands, switches, by_target[t]);
    for (std::size_t k = 0; k < well.killers.size(); ++k) {
        auto const& nk = well.killers[k];
        std::vector<double> p_kill;
        auto mean_time = 0.0;
        auto mean_hit = 0.0;
        auto kills = 0.0;
        for (std::size_t t = 0; t < well.targets.size(); ++t) {
            auto const& seen = by_target[t][k];
            auto const outcome = biology::solve_contact(laws, seen, nk.lytic, well.targets[t].resistance);
            p_kill.push_back(outcome.p_kill);
            mean_time += outcome.contact_time / targets;
            mean_hit += outcome.p_hit / targets;
            kills += outcome.p_kill / targets;
            delay += outcome.p_granzyme * (killing.execution_granzyme + killing.leak_time) +
                     outcome.p_necrosis * killing.execution_necrosis +
                     outcome.p_receptor * (killing.execution_receptor + killing.leak_time);
            auto in_contact = 0.0; // mean time through the stages, given that they end in a hit
            for (auto stage = biology::first_stage(laws.recognition); stage < 3; ++stage)
                in_contact += 1.0 / std::max(1e-9, seen.stage_rate[stage] + seen.detach);
            to_commitment += outcome.p_kill * in_contact;
            killed += outcome.p_kill;
        }
        auto const attempts = nk.opening_rate * well.touching;
        auto const rate = attempts / (1.0 + attempts * mean_time);
        seen_killers.push_back({attempts, mean_time, kills, std::move(p_kill)});
        no_hit += std::exp(-rate * mean_hit * well.minutes) / killers;
        opened += rate;
        with_hit += rate * mean_hit;
        contact_minutes += rate * mean_time;
    }
    to_commitment = killed > 0.0 ? to_commitment / killed : 0.0;
    delay = killed > 0.0 ? delay / killed : 0.0;
    auto const seen_for = std::max(0.0, well.minutes - to_commitment - delay);
    auto const killing_for = std::max(0.0, well.minutes - to_commitment);
    MixedOutcome out;
    KillChances kill_share{};
    auto const gain = well.bursts ? laws.search.attach_burst_gain : 0.0;
    for (auto const& killer : seen_killers) {
        auto const rate_when = [&](double armed) {
            auto const attempts = killer.attempts * (1.0 + gain * armed);
            return attempts / (1.0 + attempts * killer.mean_time);
        };
        auto const rate = rate_when(0.0);
        auto const chances =
            gain > 0.0 ? bursts_of_kills(
                             rate * killer.kills,
                             [&](double minutes) { return rate_when(biology::armed_after(killing, minutes)) * killer.kills; }, killing_for)
                       : steady_kills(rate * killer.kills * killing_for);
        auto kills = 0.0;
        for (int k = 0; k < most_kills; ++k) {
            kill_share[k] += chances[k] / killers;
            kills += k * chances[k];
        }
        auto const alone = rate * killer.kills * killing_for;
        auto const speed_up = alone > 0.0 ? kills / alone : 1.0;
        for (std::size_t t = 0; t < hazard.size(); ++t)
            hazard[t] += well.nk_per_target * rate * speed_up * killer.p_kill[t] / killers;
        out.kills_per_nk += kills / killers;
    }
    out.non_killers = kill_share[0];
    for (auto const h : hazard)
        out.lysis += (1.0 - std::exp(-h * seen_for)) / targets;
    out.kill_share.assign(kill_share.begin(), kill_share.end());
    out.top_quartile = share_of_best(kill_share, 0.25);
    out.top_decile = share_of_best(kill_share, 0.10);
    out.cd107a = 1.0 - no_hit;
    out.hit_probability = opened > 0.0 ? with_hit / opened : 0.0;
    out.contact_minutes = opened > 0.0 ? contact_minutes / opened : 0.0;
    return out;
}

} // namespace nk::body
