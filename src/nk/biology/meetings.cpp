#include "nk/biology/meetings.hpp"

#include "nk/numerics/clusters.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

namespace nk::biology {
namespace {

constexpr std::size_t least_adaptive = 8;    ///< adaptive cells in a sample
constexpr std::uint64_t longest_search = 64; ///< how many times the sample is drawn to find them
constexpr double least_chance = 1e-9;        ///< chances are interpolated as logarithms; below this they are nothing

double bounded_logit(double p) {
    auto const q = std::clamp(p, least_chance, 1.0 - least_chance);
    return std::log(q / (1.0 - q));
}

/// The interval of an axis around x, and how far along x lies.
struct Position {
    std::size_t low = 0;
    double along = 0.0;
};

Position position_on(std::vector<double> const& axis, double x) {
    if (axis.size() == 1 || x <= axis.front())
        return {};
    if (x >= axis.back())
        return {axis.size() - 2, 1.0};
    auto const above = std::upper_bound(axis.begin(), axis.end(), x);
    auto const low = static_cast<std::size_t>(above - axis.begin()) - 1;
    return {low, (x - axis[low]) / (axis[low + 1] - axis[low])};
}

/// Axes of factors are spaced evenly in their logarithm, so they are interpolated there.
Position position_on_log(std::vector<double> const& axis, double x) {
    auto position = position_on(axis, x);
    if (position.along > 0.0 && position.along < 1.0)
        position.along = std::log(x / axis[position.low]) / std::log(axis[position.low + 1] / axis[position.low]);
    return position;
}

} // namespace

MeetingTable::MeetingTable(Panel const& panel, Laws const& laws, RecognitionSwitches const& switches, Repertoire const& repertoire,
                           std::uint64_t seed, std::vector<MeetingTarget> targets, Size size, MeetingAxes axes)
    : panel_(panel), laws_(laws), switches_(switches), families_(LigandFamilies::from(panel)), nkg2d_(panel.receptor("NKG2D")),
      targets_(std::move(targets)), axes_(std::move(axes)) {
    NK_EXPECT(!targets_.empty() && size.cells >= 2 && size.dim_classes >= 1);
    draw_cells(repertoire, seed, size.cells);
    make_classes(size.dim_classes);
    fill();
}

MeetingTable MeetingTable::under(Panel panel, ReceptorCopies const& receptor_factor, std::vector<LigandCopies> const& ligands) const {
    NK_EXPECT(ligands.size() == targets_.size());
    auto out = *this;
    out.panel_ = std::move(panel);
    out.families_ = LigandFamilies::from(out.panel_);
    out.receptor_factor_ = receptor_factor;
    for (std::size_t t = 0; t < ligands.size(); ++t)
        out.targets_[t].ligands = ligands[t];
    out.first_.clear();
    out.values_.clear();
    out.fill();
    return out;
}

void MeetingTable::draw_cells(Repertoire const& repertoire, std::uint64_t seed, std::size_t cells) {
    // adaptive cells are rare before cytomegalovirus, but they are what grows after it: drawn on until there are some
    auto adaptive = std::size_t{0};
    auto bright = 0.0;
    auto drawn = 0.0;
    for (std::uint64_t index = 0; index < cells || (adaptive < least_adaptive && index < longest_search * cells); ++index) {
        auto const born = repertoire.cell(seed, index);
        drawn += 1.0;
        bright += born.bright ? 1.0 : 0.0;
        adaptive += born.adaptive ? 1 : 0;
        if (index < cells || born.adaptive)
            cells_.push_back({born});
    }
    bright_ = bright / drawn;
    adaptive_ = static_cast<double>(adaptive) / (drawn - bright);
}

std::size_t MeetingTable::levels_of(std::size_t target) const {
    return damage_levels(targets_[target].resistance.hits_to_kill);
}

std::vector<double> const& MeetingTable::nkg2d_axis(std::size_t target) const {
    static std::vector<double> const usual{1.0};
    return targets_[target].sheds ? axes_.nkg2d : usual;
}

/// Calls each(cell index, recognition, lytic) for all cells of the sample against one target.
template <class Each> void MeetingTable::solve_cells(std::size_t target, MeetingState const& state, Each each) const {
    auto ligands = targets_[target].ligands;
    for (std::size_t l = 0; l < panel_.ligands.size(); ++l)
        if (families_.hla[l] || families_.hla_e[l])
            ligands[l] *= static_cast<float>(state.hla);
    Lytic lytic;
    lytic.granules = laws_.killing.granules;
    lytic.content = state.content;
    lytic.fasl = laws_.killing.fasl_rest;
    std::vector<ReceptorCopies> receptors;
    std::vector<NkSignalState> states;
    for (auto const& cell : cells_) {
        auto copies = cell.born.copies;
        for (std::size_t r = 0; r < panel_.receptors.size(); ++r)
            copies[r] *= static_cast<float>(1.0 + (panel_.receptors[r].primed_factor - 1.0) * state.priming) *
                         (receptor_factor_ ? (*receptor_factor_)[r] : 1.0F);
        if (nkg2d_ >= 0)
            copies[static_cast<std::size_t>(nkg2d_)] *= static_cast<float>(state.nkg2d);
        receptors.push_back(copies);
        states.push_back({cell.born.education, state.priming, 0.0, lytic_filling(laws_.killing, lytic), 1.0});
    }
    std::vector<Recognition> seen(cells_.size());
    recognise(panel_, laws_, receptors, states, ligands, switches_, seen);
    for (std::size_t i = 0; i < cells_.size(); ++i)
        each(i, seen[i], lytic);
}

/// P(kill) of every cell against an undamaged target.
std::vector<double> MeetingTable::chances(std::size_t target, double priming) const {
    std::vector<double> out(cells_.size());
    solve_cells(target, {.priming = priming}, [&](std::size_t i, Recognition const& seen, Lytic const& lytic) {
        out[i] = solve_contact(laws_, seen, lytic, targets_[target].resistance).p_kill;
    });
    return out;
}

/// What cells are told apart by: logit P(kill) against each target, resting and half primed.
std::vector<std::vector<double>> MeetingTable::features() const {
    std::vector<std::vector<double>> out(cells_.size());
    for (auto const priming : {0.0, 0.5})
        for (std::size_t t = 0; t < targets_.size(); ++t) {
            auto const p = chances(t, priming);
            for (std::size_t i = 0; i < p.size(); ++i)
                out[i].push_back(bounded_logit(p[i]));
        }
    return out;
}

void MeetingTable::make_classes(std::size_t dim_classes) {
    auto const points = features();
    auto within = 0.0;
    for (int stage = 0; stage < 3; ++stage) { // bright, adaptive, other dim cells
        std::vector<std::size_t> members;
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            auto const& born = cells_[i].born;
            if (stage == (born.bright ? 0 : born.adaptive ? 1 : 2))
                members.push_back(i);
        }
        if (members.empty())
            continue;
        std::vector<std::vector<double>> own;
        for (auto const i : members)
            own.push_back(points[i]);
        auto const groups = numerics::k_means(own, stage == 2 ? dim_classes : 1);
        within += groups.unexplained * static_cast<double>(members.size());
        auto const of_stage = static_cast<double>(members.size());
        for (std::size_t g = 0; g < groups.centres.size(); ++g) {
            NkClass one;
            one.bright = stage == 0;
            one.adaptive = stage == 1;
            one.name = stage == 0 ? "bright" : stage == 1 ? "adaptive" : fmt::format("dim {}", g + 1);
            auto attach = 0.0;
            auto count = 0.0;
            for (std::size_t m = 0; m < members.size(); ++m)
                if (groups.of[m] == g) {
                    cells_[members[m]].nk_class = classes_.size();
                    attach += cells_[members[m]].born.attach_factor;
                    one.education += cells_[members[m]].born.education;
                    count += 1.0;
                }
            one.education /= count;
            one.share = count / of_stage * (one.bright ? 1.0 : one.adaptive ? adaptive_ : 1.0 - adaptive_);
            attach_.push_back(attach / count);
            classes_.push_back(std::move(one));
        }
    }
    unexplained_ = within / static_cast<double>(cells_.size());
}

void MeetingTable::fill() {
    for (std::size_t t = 0; t < targets_.size(); ++t) {
        first_.push_back(values_.size());
        auto const levels = levels_of(t);
        auto const nodes = axes_.priming.size() * axes_.hla.size() * axes_.content.size() * nkg2d_axis(t).size();
        values_.resize(values_.size() + classes_.size() * levels * nodes * numbers, 0.0);
        std::array<std::size_t, 4> at{};
        for (at[0] = 0; at[0] < axes_.priming.size(); ++at[0])
            for (at[1] = 0; at[1] < axes_.hla.size(); ++at[1])
                for (at[2] = 0; at[2] < axes_.content.size(); ++at[2])
                    for (at[3] = 0; at[3] < nkg2d_axis(t).size(); ++at[3]) {
                        MeetingState const state{axes_.priming[at[0]], axes_.hla[at[1]], axes_.content[at[2]], nkg2d_axis(t)[at[3]]};
                        std::vector<double> weight(classes_.size() * levels, 0.0);
                        solve_cells(t, state, [&](std::size_t i, Recognition const& seen, Lytic const& lytic) {
                            auto const q = cells_[i].nk_class;
                            auto const outcomes = solve_contacts(laws_, seen, lytic, targets_[t].resistance);
                            for (std::size_t d = 0; d < levels; ++d) {
                                auto const& solved = outcomes[d];
                                auto* const sum = values_.data() + offset(q, t, d, at);
                                double const attach = cells_[i].born.attach_factor;
                                weight[q * levels + d] += attach;
                                sum[0] += attach * solved.p_kill;
                                sum[1] += attach * std::max(0.0, solved.p_hit - solved.p_kill);
                                sum[2] += attach * solved.contact_time;
                                sum[3] += attach * solved.hits;
                                sum[4] += attach * solved.contact_time * seen.ifng;
                            }
                        });
                        for (std::size_t q = 0; q < classes_.size(); ++q)
                            for (std::size_t d = 0; d < levels; ++d) {
                                auto* const mean = values_.data() + offset(q, t, d, at);
                                for (std::size_t k = 0; k < numbers; ++k)
                                    mean[k] /= weight[q * levels + d];
                                mean[0] = std::log(mean[0] + least_chance);
                                mean[1] = std::log(mean[1] + least_chance);
                            }
                    }
    }
}

std::size_t MeetingTable::offset(std::size_t nk_class, std::size_t target, std::size_t damage,
                                 std::array<std::size_t, 4> const& index) const {
    auto i = nk_class * levels_of(target) + damage;
    i = i * axes_.priming.size() + index[0];
    i = i * axes_.hla.size() + index[1];
    i = i * axes_.content.size() + index[2];
    i = i * nkg2d_axis(target).size() + index[3];
    return first_[target] + i * numbers;
}

Meeting MeetingTable::at(std::size_t nk_class, std::size_t target, std::size_t damage, MeetingState const& state) const {
    std::array<Position, 4> const positions{position_on(axes_.priming, state.priming), position_on_log(axes_.hla, state.hla),
                                            position_on(axes_.content, state.content), position_on_log(nkg2d_axis(target), state.nkg2d)};
    std::array<double, numbers> sum{};
    for (unsigned corner = 0; corner < 16; ++corner) {
        auto weight = 1.0;
        std::array<std::size_t, 4> index;
        for (std::size_t a = 0; a < 4; ++a) {
            auto const upper = (corner >> a & 1U) != 0;
            weight *= upper ? positions[a].along : 1.0 - positions[a].along;
            index[a] = positions[a].low + (upper ? 1 : 0);
        }
        if (weight == 0.0)
            continue;
        auto const* const value = values_.data() + offset(nk_class, target, damage, index);
        for (std::size_t k = 0; k < numbers; ++k)
            sum[k] += weight * value[k];
    }
    return {std::max(0.0, std::exp(sum[0]) - least_chance), std::max(0.0, std::exp(sum[1]) - least_chance), sum[2], sum[3], sum[4]};
}

double MeetingTable::opening(std::size_t nk_class, std::size_t target, double priming, Surroundings const& around) const {
    auto const& met = targets_[target];
    return opening_coefficient(laws_.search, met.radius, met.icam1, priming, attach_[nk_class], around);
}

} // namespace nk::biology
