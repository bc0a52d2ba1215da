#include "nk/biology/engagement.hpp"

#include <algorithm>
#include <cmath>

namespace nk::biology {
namespace {

constexpr int most_in_group = 16; ///< receptors or ligands present at a time in one group

/// One group reduced to the molecules that are there, with K in molecules of the contact.
struct Small {
    int receptors = 0;
    int ligands = 0;
    int pairs = 0;
    std::array<double, most_in_group> R;
    std::array<double, most_in_group> L;
    std::array<int, max_pairs> receptor;
    std::array<int, max_pairs> ligand;
    std::array<double, max_pairs> inverse_k;
    std::array<int, max_pairs> binding;
};

/// Solves A d = b in place for a small symmetric positive definite A (Cholesky); returns false when A is not.
bool solve_cholesky(std::array<double, most_in_group * most_in_group>& a, std::array<double, most_in_group>& b, int n) {
    for (int j = 0; j < n; ++j) {
        for (int k = 0; k < j; ++k)
            a[j * most_in_group + j] -= a[j * most_in_group + k] * a[j * most_in_group + k];
        if (!(a[j * most_in_group + j] > 0.0))
            return false;
        auto const pivot = std::sqrt(a[j * most_in_group + j]);
        auto const inverse = 1.0 / pivot;
        a[j * most_in_group + j] = inverse;
        for (int i = j + 1; i < n; ++i) {
            auto sum = a[i * most_in_group + j];
            for (int k = 0; k < j; ++k)
                sum -= a[i * most_in_group + k] * a[j * most_in_group + k];
            a[i * most_in_group + j] = sum * inverse;
        }
    }
    for (int i = 0; i < n; ++i) {
        for (int k = 0; k < i; ++k)
            b[i] -= a[i * most_in_group + k] * b[k];
        b[i] *= a[i * most_in_group + i];
    }
    for (int i = n - 1; i >= 0; --i) {
        for (int k = i + 1; k < n; ++k)
            b[i] -= a[k * most_in_group + i] * b[k];
        b[i] *= a[i * most_in_group + i];
    }
    return true;
}

/// Free ligands by alternating exact updates, `sweeps` times; a lower bound that rises to the solution.
void alternate(Small const& s, std::array<double, most_in_group>& x, std::array<double, most_in_group>& occupancy, int sweeps) {
    for (int sweep = 0; sweep < sweeps; ++sweep) {
        occupancy.fill(1.0);
        for (int p = 0; p < s.pairs; ++p)
            occupancy[s.receptor[p]] += x[s.ligand[p]] * s.inverse_k[p];
        std::array<double, most_in_group> divisor;
        divisor.fill(1.0);
        for (int p = 0; p < s.pairs; ++p)
            divisor[s.ligand[p]] += s.R[s.receptor[p]] / occupancy[s.receptor[p]] * s.inverse_k[p];
        for (int l = 0; l < s.ligands; ++l)
            x[l] = s.L[l] / divisor[l];
    }
}

/// One Newton step in ln x; returns the largest relative residual before the step.
double newton_step(Small const& s, std::array<double, most_in_group>& x, std::array<double, most_in_group>& occupancy) {
    occupancy.fill(1.0);
    for (int p = 0; p < s.pairs; ++p)
        occupancy[s.receptor[p]] += x[s.ligand[p]] * s.inverse_k[p];
    std::array<double, most_in_group> residual;
    std::array<double, most_in_group * most_in_group> hessian;
    std::array<double, most_in_group * most_in_group> share; // [receptor][ligand]: x_l/K_rl/D_r
    for (int l = 0; l < s.ligands; ++l)
        residual[l] = x[l] - s.L[l];
    for (int i = 0; i < s.ligands; ++i)
        for (int j = 0; j <= i; ++j)
            hessian[i * most_in_group + j] = 0.0;
    for (int r = 0; r < s.receptors; ++r)
        for (int l = 0; l < s.ligands; ++l)
            share[r * most_in_group + l] = 0.0;
    for (int p = 0; p < s.pairs; ++p)
        share[s.receptor[p] * most_in_group + s.ligand[p]] = x[s.ligand[p]] * s.inverse_k[p] / occupancy[s.receptor[p]];
    for (int r = 0; r < s.receptors; ++r) {
        auto const* row = &share[r * most_in_group];
        for (int i = 0; i < s.ligands; ++i) {
            if (row[i] == 0.0)
                continue;
            residual[i] += s.R[r] * row[i];
            hessian[i * most_in_group + i] += s.R[r] * row[i];
            for (int j = 0; j <= i; ++j)
                hessian[i * most_in_group + j] -= s.R[r] * row[i] * row[j];
        }
    }
    auto worst = 0.0;
    for (int l = 0; l < s.ligands; ++l) {
        worst = std::max(worst, std::abs(residual[l]) / s.L[l]);
        hessian[l * most_in_group + l] += x[l];
    }
    if (worst < 1e-10)
        return worst;
    auto step = residual;
    if (solve_cholesky(hessian, step, s.ligands))
        for (int l = 0; l < s.ligands; ++l)
            x[l] = std::min(s.L[l], x[l] * std::exp(-std::clamp(step[l], -2.0, 2.0)));
    return worst;
}

void solve_group(Small const& s, Engagement& out) {
    if (s.pairs == 1) {
        out.bound[s.binding[0]] = static_cast<float>(bound_pairs(s.R[0], s.L[0], 1.0 / s.inverse_k[0]));
        return;
    }
    std::array<double, most_in_group> x = s.L;
    std::array<double, most_in_group> occupancy;
    alternate(s, x, occupancy, 2);
    auto worst = 1.0;
    for (int i = 0; i < 60 && worst > 1e-10; ++i)
        worst = newton_step(s, x, occupancy);
    for (int i = 0; i < 4000 && worst > 1e-9; ++i) { // slow but sure, should Newton stall
        alternate(s, x, occupancy, 1);
        worst = newton_step(s, x, occupancy);
    }
    for (int p = 0; p < s.pairs; ++p)
        out.bound[s.binding[p]] = static_cast<float>(s.R[s.receptor[p]] * x[s.ligand[p]] * s.inverse_k[p] / occupancy[s.receptor[p]]);
}

} // namespace

double bound_pairs(double receptors, double ligands, double dissociation) {
    auto const s = receptors + ligands + dissociation;
    auto const product = receptors * ligands;
    if (product <= 0.0)
        return 0.0;
    return 2.0 * product / (s + std::sqrt(std::max(0.0, s * s - 4.0 * product)));
}

void engage(Panel const& panel, ContactGeometry const& contact, ReceptorCopies const& nk, LigandCopies const& target, Engagement& out) {
    auto const receptor_share = std::min(1.0, contact.accessible * contact.area / contact.nk_membrane);
    auto const ligand_share = std::min(1.0, contact.area / contact.target_membrane);
    auto const volume = contact.area * contact.confinement;
    std::fill_n(out.bound.begin(), panel.bindings.size(), 0.0F);
    for (auto const& group : panel.groups) {
        Small s;
        std::array<int, max_receptors> receptor_slot;
        std::array<int, max_ligands> ligand_slot;
        for (auto const r : group.receptors)
            receptor_slot[r] = -1;
        for (auto const l : group.ligands)
            ligand_slot[l] = -1;
        for (auto const p : group.pairs) {
            auto const& b = panel.bindings[p];
            if (!(nk[b.receptor] > 0.0F) || !(target[b.ligand] > 0.0F) || !(b.size_match > 0.0))
                continue;
            auto& r = receptor_slot[b.receptor];
            auto& l = ligand_slot[b.ligand];
            if ((r < 0 && s.receptors == most_in_group) || (l < 0 && s.ligands == most_in_group))
                throw NumericalError("more than 16 receptors or ligands compete in one group");
            if (r < 0) {
                r = s.receptors++;
                s.R[r] = receptor_share * static_cast<double>(nk[b.receptor]);
            }
            if (l < 0) {
                l = s.ligands++;
                s.L[l] = ligand_share * static_cast<double>(target[b.ligand]);
            }
            s.receptor[s.pairs] = r;
            s.ligand[s.pairs] = l;
            s.inverse_k[s.pairs] = b.size_match / (b.kd * volume);
            s.binding[s.pairs] = p;
            ++s.pairs;
        }
        if (s.pairs > 0)
            solve_group(s, out);
    }
}

} // namespace nk::biology
