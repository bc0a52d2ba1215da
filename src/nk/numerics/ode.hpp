#pragma once
#include <functional>
#include <memory>
#include <vector>

namespace nk::numerics {

/// Right-hand side of dy/dt = f(t, y): reads y, writes dydt, both of the length of y0. It may throw; what it throws reaches
/// the caller of `integrate`. A value that is not finite is taken as a step too long and tried again with a shorter one.
using Rhs = std::function<void(double t, double const* y, double* dydt)>;

/// Bounds of the local error of one step: |error_i| < relative |y_i| + absolute.
struct Tolerance {
    double relative = 1e-8;  ///< [1]
    double absolute = 1e-12; ///< [unit of y]
};

/// y(t1) of dy/dt = rhs(t, y), y(t0) = y0, by variable-order BDF with a sparse Newton matrix taken by differences: for stiff
/// systems of up to some thousand equations. `rhs` is never called beyond t1, so laws may change there.
///
/// y0       shape (n)
/// returns  shape (n); y0 itself when t1 = t0 or n = 0
/// expects  finite y0; t1 >= t0; relative >= 0, absolute > 0
/// errors   NumericalError when no step succeeds, with the time reached and CVODE's reason
/// source   CVODE of SUNDIALS (Hindmarsh 2005, ACM TOMS 31:363), KLU of SuiteSparse (Davis 2010, ACM TOMS 37:36)
std::vector<double> integrate(Rhs const& rhs, std::vector<double> y0, double t0, double t1, Tolerance tolerance = {});

/// The solution at each of `times`, starting from y(times[0]) = y0.
///
/// times    rising, at least one; equal neighbours are allowed
/// returns  shape (times, n); the first row is y0
/// expects, errors  as `integrate`
std::vector<std::vector<double>> integrate_at(Rhs const& rhs, std::vector<double> y0, std::vector<double> const& times,
                                              Tolerance tolerance = {});

/// One system followed from time to time, with a bound of the error for each of its numbers. What changes at a moment ends one solver
/// and begins the next.
class OdeSolver {
  public:
    /// rhs       is kept; never called beyond `last`
    /// absolute  bound of the error of each number, shape (n), > 0 [unit of y]
    /// expects   finite y0 with n > 0; last > t0
    OdeSolver(Rhs rhs, std::vector<double> const& y0, double t0, double last, double relative, std::vector<double> const& absolute);
    OdeSolver(OdeSolver&&) noexcept;
    OdeSolver& operator=(OdeSolver&&) noexcept;
    ~OdeSolver();

    /// y at `time`, which is not before the last time asked for and not beyond `last`.
    /// errors  as `integrate`
    std::vector<double> at(double time);
    /// Steps made until now.
    long steps() const;

  private:
    class Integrator;
    std::unique_ptr<Integrator> integrator_;
};

} // namespace nk::numerics
