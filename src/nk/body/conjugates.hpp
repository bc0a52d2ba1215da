#pragma once
#include <span>
#include <vector>

namespace nk::body {

/// NK cells and targets that are in contact with each other, when contacts open and close faster than numbers change (total
/// quasi-steady-state approximation): C_qp = n_q t_p/K_qp with N_q = n_q (1 + sum_p t_p/K_qp), T_p = t_p (1 + sum_q n_q/K_qp).
///
/// killers    N_q, shape (classes) [cell]
/// targets    T_p, shape (targets) [cell]
/// constants  K_qp = volume/(opening coefficient * contact time), shape (classes, targets), > 0, infinite where no contact opens [cell]
/// returns    C_qp, shape (classes, targets) [cell]; every row sum is at most N_q, every column sum at most T_p
/// errors     NumericalError when the fixed point is not reached
/// source     model section 3.5; exact for one killer and one target a contact. With more killers than targets, where several killers hold
///            one target, killing is up to 10 % too slow (model T4).
std::vector<double> conjugates(std::span<double const> killers, std::span<double const> targets, std::span<double const> constants);

/// The same for one class and one target: the smaller root of (N - C)(T - C) = K C.
double conjugates(double killers, double targets, double constant);

} // namespace nk::body
