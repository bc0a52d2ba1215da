#pragma once
#include <Eigen/Dense>
#include <vector>

namespace nk::numerics {

/// A continuous-time Markov chain with transient states 0..n-1 and absorbing ones 0..m-1, solved exactly.
class AbsorbingChain {
  public:
    AbsorbingChain(int transient, int absorbing);
    /// Adds a transition between transient states.  expects rate >= 0 [1/time]
    void move(int from, int to, double rate);
    /// Adds a transition into an absorbing state.  expects rate >= 0 [1/time]
    void absorb(int from, int absorbing, double rate);

    struct Solution {
        std::vector<double> absorbed; ///< probability of ending in each absorbing state, shape (m)
        double mean_time;             ///< mean time until absorption [time]
    };
    /// start  probability of starting in each transient state, shape (n); may sum to less than 1 (the rest is ignored)
    /// errors NumericalError when some start state never reaches an absorbing one
    Solution solve(std::vector<double> const& start) const;

  private:
    Eigen::MatrixXd generator_; ///< -Q of the transient part
    Eigen::MatrixXd exits_;
};

} // namespace nk::numerics
