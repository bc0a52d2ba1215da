#pragma once
#include "nk/base/random.hpp"
#include "nk/biology/recognition.hpp"
#include "nk/scenario/embedded.hpp"

#include <algorithm>
#include <vector>

namespace nk::bench {

inline ParameterBase const& base() {
    static auto const loaded = scenario::load_parameters();
    return loaded;
}

/// 64 NK cells and a target for recognition.
struct Pair {
    biology::Panel panel = biology::Panel::from(base());
    biology::Laws laws = biology::Laws::from(base());
    std::vector<biology::ReceptorCopies> nk;
    biology::LigandCopies target{};
    biology::NkSignalState state{0.4, 0.3, 0.0, 1.0, 1.0};

    /// every receptor on the cell; `ligands` of the table on the target
    explicit Pair(std::size_t ligands) {
        for (std::size_t i = 0; i < 64; ++i) { // different cells, so that nothing is learned by heart
            biology::ReceptorCopies cell{};
            Random rng(1, i, Purpose::test);
            for (std::size_t r = 0; r < panel.receptors.size(); ++r)
                cell[r] = static_cast<float>(panel.receptors[r].copies * rng.lognormal_mean_one(0.4));
            nk.push_back(cell);
        }
        for (std::size_t l = 0; l < std::min(ligands, panel.ligands.size()); ++l)
            target[l] = 5000.0F;
    }
};

} // namespace nk::bench
