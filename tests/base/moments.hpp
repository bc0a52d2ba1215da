#pragma once
#include <cmath>
#include <cstddef>

namespace nk::test {

/// Mean and standard error of numbers as they come.
class Moments {
  public:
    void add(double value) {
        ++n_;
        auto const step = value - mean_;
        mean_ += step / static_cast<double>(n_);
        squares_ += step * (value - mean_);
    }
    double mean() const { return mean_; }
    double variance() const { return squares_ / static_cast<double>(n_ - 1); }
    double standard_error() const { return std::sqrt(variance() / static_cast<double>(n_)); }
    /// How many standard errors of the mean the mean lies above `expected`.
    double z(double expected) const { return (mean_ - expected) / standard_error(); }

  private:
    std::size_t n_ = 0;
    double mean_ = 0.0;
    double squares_ = 0.0;
};

/// Bound of |z| in statistical tests: a true mean is refused with probability 5.7e-7 (seeds are fixed, so a test that passes
/// once passes always; the number says how lucky a wrong program would have to be, or how unlucky a right one).
inline constexpr double most_z = 5.0;

} // namespace nk::test
