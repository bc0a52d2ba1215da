#include "nk/body/mixed_well.hpp"

#include <algorithm>
#include <cmath>

namespace nk::body {
namespace {

constexpr int most_kills = 24;

/// Shares of cells with 0, 1, 2, ... kills when each cell's number is Poisson with its own mean.
std::vector<double> kill_shares(std::vector<double> const& means) {
    std::vector<double> out(most_kills, 0.0);
    for (auto const mean : means) {
        auto p = std::exp(-mean);
        for (int k = 0; k < most_kills; ++k) {
            out[static_cast<std::size_t>(k)] += p / static_cast<double>(means.size());
            p *= mean / (k + 1);
        }
    }
    return out;
}

/// Share of all kills done by the best `top` share of the cells.
double share_of_best(std::vector<double> const& kill_share, double top) {
    auto best = 0.0;
    auto all = 0.0;
    for (int k = most_kills - 1; k >= 1; --k) {
        auto const cells = kill_share[static_cast<std::size_t>(k)];
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
    std::vector<double> kill_rate;
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
            auto in_contact = 0.0; // mean time through the three stages, given that they end in a hit
            for (auto const rate : seen.stage_rate)
                in_contact += 1.0 / std::max(1e-9, rate + seen.detach);
            to_commitment += outcome.p_kill * in_contact;
            killed += outcome.p_kill;
        }
        auto const attempts = nk.opening_rate * well.touching;
        auto const rate = attempts / (1.0 + attempts * mean_time);
        for (std::size_t t = 0; t < p_kill.size(); ++t)
            hazard[t] += well.nk_per_target * rate * p_kill[t] / killers;
        kill_rate.push_back(rate * kills);
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
    for (auto const h : hazard)
        out.lysis += (1.0 - std::exp(-h * seen_for)) / targets;
    for (auto& rate : kill_rate) {
        out.kills_per_nk += rate * killing_for / killers;
        out.non_killers += std::exp(-rate * killing_for) / killers;
        rate *= killing_for;
    }
    out.kill_share = kill_shares(kill_rate);
    out.top_quartile = share_of_best(out.kill_share, 0.25);
    out.top_decile = share_of_best(out.kill_share, 0.10);
    out.cd107a = 1.0 - no_hit;
    out.hit_probability = opened > 0.0 ? with_hit / opened : 0.0;
    out.contact_minutes = opened > 0.0 ? contact_minutes / opened : 0.0;
    return out;
}

} // namespace nk::body
