#include "nk/numerics/absorbing_chain.hpp"

#include "nk/base/error.hpp"

#include <cmath>

namespace nk::numerics {

AbsorbingChain::AbsorbingChain(int transient, int absorbing)
    : generator_(Eigen::MatrixXd::Zero(transient, transient)), exits_(Eigen::MatrixXd::Zero(transient, absorbing)) {
    NK_EXPECT(transient > 0 && absorbing > 0);
}

void AbsorbingChain::move(int from, int to, double rate) {
    NK_EXPECT(rate >= 0.0 && from != to);
    generator_(from, from) += rate;
    generator_(from, to) -= rate;
}

void AbsorbingChain::absorb(int from, int absorbing, double rate) {
    NK_EXPECT(rate >= 0.0);
    generator_(from, from) += rate;
    exits_(from, absorbing) += rate;
}

AbsorbingChain::Solution AbsorbingChain::solve(std::vector<double> const& start) const {
    NK_EXPECT(static_cast<Eigen::Index>(start.size()) == generator_.rows());
    Eigen::VectorXd const p = Eigen::Map<Eigen::VectorXd const>(start.data(), static_cast<Eigen::Index>(start.size()));
    // mean occupation times u: (-Q)^T u = p
    Eigen::VectorXd const occupation = generator_.transpose().partialPivLu().solve(p);
    auto const defect = (generator_.transpose() * occupation - p).norm();
    if (!std::isfinite(occupation.sum()) || defect > 1e-8 * (1.0 + p.norm()))
        throw NumericalError("an absorbing chain has states that never end");
    Eigen::VectorXd const absorbed = exits_.transpose() * occupation;
    return {{absorbed.data(), absorbed.data() + absorbed.size()}, occupation.sum()};
}

} // namespace nk::numerics
