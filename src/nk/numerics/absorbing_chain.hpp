#pragma once
#include "nk/base/error.hpp"

#include <vector>

namespace nk::numerics {

/// A continuous-time Markov chain with transient states 0..n-1 and absorbing ones 0..m-1, solved exactly.
class AbsorbingChain {
  public:
    AbsorbingChain(int transient, int absorbing) { restart(transient, absorbing); }
    /// Forgets all transitions; keeps its memory, so that many small chains in a row allocate it once.
    void restart(int transient, int absorbing);
    /// Adds a transition between transient states.  expects rate >= 0 [1/time]
    void move(int from, int to, double rate) {
        NK_EXPECT(rate >= 0.0 && from != to);
        moves_[static_cast<std::size_t>(from) * transient_ + static_cast<std::size_t>(to)] += rate;
        eliminated_ = false;
    }
    /// Adds a transition into an absorbing state.  expects rate >= 0 [1/time]
    void absorb(int from, int absorbing, double rate) {
        NK_EXPECT(rate >= 0.0 && static_cast<std::size_t>(absorbing) < absorbing_);
        exits_.push_back({static_cast<std::size_t>(from), static_cast<std::size_t>(absorbing), rate});
        eliminated_ = false;
    }

    struct Solution {
        std::vector<double> absorbed; ///< probability of ending in each absorbing state, shape (m)
        double mean_time;             ///< mean time until absorption [time]
    };
    /// Takes the states out one by one, by sums of rates alone: no difference is formed, so no digit is lost, however far the rates
    /// lie apart. A further start costs little.
    ///
    /// start  probability of starting in each transient state, shape (n); may sum to less than 1 (the rest is ignored)
    /// returns valid until the next call
    /// errors NumericalError when some start state never reaches an absorbing one
    /// source Grassmann 1985 (Oper Res 33:1107)
    Solution const& solve(std::vector<double> const& start);

  private:
    void eliminate();
    struct Exit {
        std::size_t from, to;
        double rate;
    };
    std::size_t transient_ = 0, absorbing_ = 0;
    std::vector<double> moves_; ///< rate from one state to another, shape (n, n)
    std::vector<Exit> exits_;
    bool eliminated_ = false;
    std::vector<double> rate_;    ///< from a state among those of lower number, once all of higher number are taken out
    std::vector<double> leaving_; ///< sum of those rates and of the exits
    std::vector<double> ending_, occupation_;
    Solution solution_;
};

} // namespace nk::numerics
