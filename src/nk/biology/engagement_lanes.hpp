#pragma once
#include "nk/biology/engagement.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace nk::biology::lanes {

/// `width` doubles that go through the same operations side by side; each lane has the bits it would have alone.
/// Packs are handed over by reference: by value their passing would depend on the processor.
template <int width> struct Pack {
    using Type [[gnu::vector_size(8 * width)]] = double;
    using Mask [[gnu::vector_size(8 * width)]] = long long;
};
template <> struct Pack<1> {
    using Type = double;
    using Mask = bool;
};

template <class V> inline constexpr int width_of = sizeof(V) / sizeof(double);
template <class V> using MaskOf = typename Pack<width_of<V>>::Mask;

template <class V> [[gnu::always_inline]] inline bool any(MaskOf<V> const& mask) {
    if constexpr (width_of<V> == 1)
        return mask;
    else {
        auto found = false;
        for (int i = 0; i < width_of<V>; ++i)
            found = found || mask[i] != 0;
        return found;
    }
}

/// out = mask ? yes : no
template <class V> [[gnu::always_inline]] inline void select(V& out, MaskOf<V> const& mask, V const& yes, V const& no) {
    if constexpr (width_of<V> == 1)
        out = mask ? yes : no;
    else
        out = reinterpret_cast<V>((reinterpret_cast<MaskOf<V>>(yes) & mask) | (reinterpret_cast<MaskOf<V>>(no) & ~mask));
}

template <class V> double& lane(V& pack, int i) {
    return reinterpret_cast<double*>(&pack)[i];
}
template <class V> double lane(V const& pack, int i) {
    return reinterpret_cast<double const*>(&pack)[i];
}

/// What a contact takes from each cell.
struct ContactShares {
    double receptor; ///< share of the NK cell's receptors in the contact [1]
    double ligand;   ///< share of the target's ligands in the contact [1]
    double volume;   ///< contact area times confinement [um3]
};

inline constexpr int most = largest_group; ///< receptors or ligands that compete in one group

/// One group reduced to what can be there. One side is solved for (`unknown`), the other (`partner`) follows from it.
/// Pairs are sorted by partner, then by unknown.
template <class V> struct System {
    int unknowns = 0;
    int partners = 0;
    int pairs = 0;
    V total[most];         ///< of the unknowns [molecule]
    V partner_total[most]; ///< [molecule]
    V x[most];             ///< free unknowns [molecule]
    int first_pair[most + 1];
    int unknown[max_pairs];
    int binding[max_pairs];
    double affinity[max_pairs]; ///< 1/K [1/molecule]
    V bound[max_pairs];         ///< [molecule]
};

// `n` is the number of unknowns where it is known beforehand, else 0.

/// Bound pairs and, for each unknown, what they and the free ones exceed its total by.
template <int n, class V> [[gnu::always_inline]] inline void balance(System<V>& s, V* residual, V* share) {
    auto const unknowns = n > 0 ? n : s.unknowns;
    for (int u = 0; u < unknowns; ++u)
        residual[u] = s.x[u] - s.total[u];
    for (int j = 0; j < s.partners; ++j) {
        V occupancy = V{} + 1.0;
        for (int p = s.first_pair[j]; p < s.first_pair[j + 1]; ++p) {
            share[p] = s.x[s.unknown[p]] * s.affinity[p];
            occupancy += share[p];
        }
        V const inverse = 1.0 / occupancy;
        for (int p = s.first_pair[j]; p < s.first_pair[j + 1]; ++p) {
            share[p] *= inverse;
            s.bound[p] = s.partner_total[j] * share[p];
            residual[s.unknown[p]] += s.bound[p];
        }
    }
}

/// One exact update of all unknowns with the partners held: sure, and slow where most molecules are bound.
template <int n, class V> [[gnu::always_inline]] inline void alternate(System<V>& s) {
    auto const unknowns = n > 0 ? n : s.unknowns;
    V divisor[n > 0 ? n : most];
    for (int u = 0; u < unknowns; ++u)
        divisor[u] = V{} + 1.0;
    for (int j = 0; j < s.partners; ++j) {
        V occupancy = V{} + 1.0;
        for (int p = s.first_pair[j]; p < s.first_pair[j + 1]; ++p)
            occupancy += s.x[s.unknown[p]] * s.affinity[p];
        V const free = s.partner_total[j] / occupancy;
        for (int p = s.first_pair[j]; p < s.first_pair[j + 1]; ++p)
            divisor[s.unknown[p]] += free * s.affinity[p];
    }
    for (int u = 0; u < unknowns; ++u)
        s.x[u] = s.total[u] / divisor[u];
}

/// Solves A d = b in place for symmetric positive definite A (lower triangle, LDL').
template <int stride, class V> [[gnu::always_inline]] inline void solve_symmetric(V (*a)[stride], V* b, int n) {
    V inverse[stride];
    for (int j = 0; j < n; ++j) {
        V scaled[stride];
        for (int k = 0; k < j; ++k) {
            scaled[k] = a[j][k] * inverse[k];
            a[j][j] -= a[j][k] * scaled[k];
        }
        V pivot;
        select<V>(pivot, a[j][j] > 0.0, a[j][j], V{} + 1.0);
        inverse[j] = 1.0 / pivot;
        for (int i = j + 1; i < n; ++i)
            for (int k = 0; k < j; ++k)
                a[i][j] -= a[i][k] * scaled[k];
    }
    for (int i = 0; i < n; ++i)
        for (int k = 0; k < i; ++k)
            b[i] -= a[i][k] * (inverse[k] * b[k]);
    for (int i = n - 1; i >= 0; --i) {
        b[i] *= inverse[i];
        for (int k = i + 1; k < n; ++k)
            b[i] -= a[k][i] * inverse[i] * b[k];
    }
}

/// One Newton step in ln x for the lanes in `active`; those whose residuals had been small before it leave `active`.
template <int n, class V> [[gnu::always_inline]] inline void newton_step(System<V>& s, MaskOf<V>& active) {
    auto const unknowns = n > 0 ? n : s.unknowns;
    V residual[n > 0 ? n : most];
    V share[max_pairs];
    V hessian[n > 0 ? n : most][n > 0 ? n : most];
    balance<n>(s, residual, share);
    V const zero = 0.0 * s.x[0]; // the compiler must not see that it is one, or it calls memset for every short row
    for (int i = 0; i < unknowns; ++i) {
        for (int j = 0; j < i; ++j)
            hessian[i][j] = zero;
        // an unknown of which there is nothing stays at nothing
        select<V>(hessian[i][i], s.total[i] > 0.0, s.x[i], V{} + 1.0);
    }
    for (int j = 0; j < s.partners; ++j)
        for (int p = s.first_pair[j]; p < s.first_pair[j + 1]; ++p) {
            auto const u = s.unknown[p];
            hessian[u][u] += s.bound[p];
            for (int q = s.first_pair[j]; q <= p; ++q)
                hessian[u][s.unknown[q]] -= s.bound[p] * share[q];
        }
    // Newton squares the error: a residual of 1e-6 before a step is rounding after it.
    MaskOf<V> off = s.x[0] < 0.0; // none
    for (int u = 0; u < unknowns; ++u)
        off = off | (residual[u] > 1e-6 * s.total[u]) | (residual[u] < -1e-6 * s.total[u]);
    if constexpr (n == 1)
        residual[0] /= hessian[0][0];
    else
        solve_symmetric(hessian, residual, unknowns);
    auto const limit = V{} + 2.0;
    for (int u = 0; u < unknowns; ++u) {
        V step;
        select<V>(step, residual[u] > limit, limit, residual[u]);
        select<V>(step, step < -limit, -limit, step);
        // exp(-step) as a quotient that is positive everywhere
        V next = s.x[u] * ((12.0 - 6.0 * step + step * step) / (12.0 + 6.0 * step + step * step));
        select<V>(next, next < s.total[u], next, s.total[u]);
        select<V>(s.x[u], active, next, s.x[u]);
    }
    active = active & off;
}

template <int n, class V> [[gnu::always_inline]] inline void solve(System<V>& s) {
    auto const unknowns = n > 0 ? n : s.unknowns;
    for (int u = 0; u < unknowns; ++u)
        s.x[u] = s.total[u];
    alternate<n>(s);
    alternate<n>(s);
    MaskOf<V> active = s.x[0] >= 0.0;
    for (int i = 0; i < 60 && any<V>(active); ++i)
        newton_step<n>(s, active);
    for (int i = 0; i < 4000 && any<V>(active); ++i) { // slow but sure, should Newton stall
        System<V> swept = s;
        alternate<n>(swept);
        for (int u = 0; u < unknowns; ++u)
            select<V>(s.x[u], active, swept.x[u], s.x[u]);
        newton_step<n>(s, active);
    }
    V residual[n > 0 ? n : most];
    V share[max_pairs];
    balance<n>(s, residual, share);
}

/// The smaller root of C^2 - (a + b + k) C + a b = 0; neither small nor large k cancels.
inline double bound_pairs(double a, double b, double k) {
    auto const divisor = a + b + k + std::sqrt((a - b) * (a - b) + k * (k + 2.0 * (a + b)));
    return divisor > 0.0 ? 2.0 * a * b / divisor : 0.0;
}

/// Fills `s` with the pairs of `group` whose ligand is on the target and whose receptor is on one of the cells.
template <class V>
void assemble(Panel const& panel, BindingGroup const& group, ContactShares const& contact, std::span<ReceptorCopies const> nk,
              LigandCopies const& target, System<V>& s) {
    constexpr int width = width_of<V>;
    auto const receptors = static_cast<int>(group.receptors.size());
    auto ligands = 0;
    for (auto const l : group.ligands)
        ligands += target[l] > 0.0F ? 1 : 0;
    // The choice must not depend on the cells, so that a cell alone has the bits it has among others.
    auto const solve_ligands = ligands <= receptors;
    std::array<int, max_receptors> receptor_slot;
    std::array<int, max_ligands> ligand_slot;
    auto put = [&](V& out, int receptor) {
        auto present = false;
        out = V{};
        for (int i = 0; i < width && i < static_cast<int>(nk.size()); ++i) {
            auto const copies = nk[static_cast<std::size_t>(i)][static_cast<std::size_t>(receptor)];
            lane(out, i) = copies > 0.0F ? contact.receptor * static_cast<double>(copies) : 0.0;
            present = present || copies > 0.0F;
        }
        return present;
    };
    auto& receptor_count = solve_ligands ? s.partners : s.unknowns;
    auto& ligand_count = solve_ligands ? s.unknowns : s.partners;
    auto* receptor_total = solve_ligands ? s.partner_total : s.total;
    auto* ligand_total = solve_ligands ? s.total : s.partner_total;
    for (auto const r : group.receptors) {
        V total;
        if (auto& slot = receptor_slot[static_cast<std::size_t>(r)]; put(total, r)) {
            slot = receptor_count++;
            receptor_total[slot] = total;
        } else
            slot = -1;
    }
    for (auto const l : group.ligands) {
        auto& slot = ligand_slot[static_cast<std::size_t>(l)];
        slot = -1;
        if (target[static_cast<std::size_t>(l)] > 0.0F) {
            slot = ligand_count++;
            ligand_total[slot] = V{} + contact.ligand * static_cast<double>(target[static_cast<std::size_t>(l)]);
        }
    }
    auto last = -1;
    for (auto const p : solve_ligands ? group.by_receptor : group.by_ligand) {
        auto const& b = panel.bindings[static_cast<std::size_t>(p)];
        auto const r = receptor_slot[static_cast<std::size_t>(b.receptor)];
        auto const l = ligand_slot[static_cast<std::size_t>(b.ligand)];
        if (r < 0 || l < 0 || !(b.size_match > 0.0))
            continue;
        auto const partner = solve_ligands ? r : l;
        while (last < partner)
            s.first_pair[++last] = s.pairs;
        s.unknown[s.pairs] = solve_ligands ? l : r;
        s.affinity[s.pairs] = b.size_match / (b.kd * contact.volume);
        s.binding[s.pairs] = p;
        ++s.pairs;
    }
    while (last < s.partners)
        s.first_pair[++last] = s.pairs;
}

/// Binding equilibria of up to `width` cells with one target.
template <int width>
[[gnu::always_inline]] inline void engage(Panel const& panel, ContactShares const& contact, std::span<ReceptorCopies const> nk,
                                          LigandCopies const& target, std::span<Engagement> out) {
    using V = typename Pack<width>::Type;
    for (auto& one : out)
        std::fill_n(one.bound.begin(), panel.bindings.size(), 0.0F);
    for (auto const& group : panel.groups) {
        System<V> s;
        assemble(panel, group, contact, nk, target, s);
        if (s.pairs == 0)
            continue;
        if (group.by_receptor.size() == 1)
            for (int i = 0; i < width; ++i)
                lane(s.bound[0], i) = bound_pairs(lane(s.total[0], i), lane(s.partner_total[0], i), 1.0 / s.affinity[0]);
        else if (s.unknowns == 1)
            solve<1>(s);
        else if (s.unknowns == 2)
            solve<2>(s);
        else
            solve<0>(s);
        for (int p = 0; p < s.pairs; ++p)
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i].bound[static_cast<std::size_t>(s.binding[p])] = static_cast<float>(lane(s.bound[p], static_cast<int>(i)));
    }
}

/// Any number of cells with one target, `width` at a time.
template <int width>
[[gnu::always_inline]] inline void engage_in_packs(Panel const& panel, ContactShares const& contact, std::span<ReceptorCopies const> nk,
                                                   LigandCopies const& target, std::span<Engagement> out) {
    for (std::size_t i = 0; i < nk.size(); i += width) {
        auto const n = nk.size() - i < width ? nk.size() - i : width;
        engage<width>(panel, contact, nk.subspan(i, n), target, out.subspan(i, n));
    }
}

using ManyCells = void (*)(Panel const&, ContactShares const&, std::span<ReceptorCopies const>, LigandCopies const&, std::span<Engagement>);

/// `engage_in_packs` as wide as the registers of the machine that runs; the bits are the same for every width, as nothing fuses multiply
/// and add. The build takes its definition from engagement_x86.cpp or engagement_portable.cpp.
ManyCells widest_here();

} // namespace nk::biology::lanes
