#include "nk/numerics/absorbing_chain.hpp"

#include <cmath>

namespace nk::numerics {

void AbsorbingChain::restart(int transient, int absorbing) {
    NK_EXPECT(transient > 0 && absorbing > 0);
    transient_ = static_cast<std::size_t>(transient);
    absorbing_ = static_cast<std::size_t>(absorbing);
    moves_.assign(transient_ * transient_, 0.0);
    exits_.clear();
    eliminated_ = false;
}

void AbsorbingChain::eliminate() {
    auto const n = transient_;
    rate_ = moves_;
    ending_.assign(n, 0.0);
    leaving_.assign(n, 0.0);
    for (auto const& exit : exits_)
        ending_[exit.from] += exit.rate;
    for (auto i = n; i-- > 0;) {
        auto const* const out = &rate_[i * n];
        leaving_[i] = ending_[i];
        for (std::size_t l = 0; l < i; ++l)
            leaving_[i] += out[l];
        for (std::size_t j = 0; j < i; ++j)
            if (auto const into = rate_[j * n + i]; into > 0.0 && leaving_[i] > 0.0) {
                auto const share = into / leaving_[i];
                ending_[j] += share * ending_[i];
                for (std::size_t l = 0; l < i; ++l) // what comes back to j itself is on the diagonal, which nobody reads
                    rate_[j * n + l] += share * out[l];
            }
    }
    eliminated_ = true;
}

AbsorbingChain::Solution const& AbsorbingChain::solve(std::vector<double> const& start) {
    auto const n = transient_;
    NK_EXPECT(start.size() == n);
    if (!eliminated_)
        eliminate();
    auto& entered = occupation_; // chance that a state is entered before any of lower number
    entered = start;
    for (auto i = n; i-- > 0;)
        if (entered[i] > 0.0 && leaving_[i] > 0.0) {
            auto const share = entered[i] / leaving_[i];
            for (std::size_t l = 0; l < i; ++l)
                entered[l] += share * rate_[i * n + l];
        }
    solution_.absorbed.assign(absorbing_, 0.0);
    solution_.mean_time = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t l = 0; l < i; ++l)
            occupation_[i] += occupation_[l] * rate_[l * n + i];
        if (occupation_[i] > 0.0)
            occupation_[i] /= leaving_[i];
        solution_.mean_time += occupation_[i];
    }
    if (!std::isfinite(solution_.mean_time))
        throw NumericalError("an absorbing chain has states that never end");
    for (auto const& exit : exits_)
        solution_.absorbed[exit.to] += occupation_[exit.from] * exit.rate;
    return solution_;
}

} // namespace nk::numerics
