#include "nk/tissue/recruit.hpp"

#include "nk/base/error.hpp"

#include <algorithm>

namespace nk::tissue {
namespace {
constexpr std::uint64_t most_attempts = 200000;
} // namespace

NkState recruit(EffectorKind const& kind, std::uint64_t seed, std::uint32_t id, double now) {
    NkState nk;
    nk.id = id;
    // a sorted population: draw until the gates are met; the stride keeps the draws of different cells apart
    for (std::uint64_t attempt = 0;; ++attempt) {
        nk.born = kind.repertoire->cell(seed, id + (attempt << 32));
        auto const carried = [&](int r) { return nk.born.copies[r] > 0.0F; };
        if (std::all_of(kind.required.begin(), kind.required.end(), carried) &&
            std::none_of(kind.forbidden.begin(), kind.forbidden.end(), carried))
            break;
        if (attempt > most_attempts)
            throw ScenarioError(Problem{{},
                                        "biology",
                                        "no NK cell of this donor passes the gates of effector `" + kind.name + "`",
                                        "a receptor asked for is absent from the genotype, or too rare",
                                        "change [donor] kir, or the lists positive and negative"});
    }
    for (auto const r : kind.knocked_out)
        nk.born.copies[r] = 0.0F;
    nk.lytic = kind.lytic;
    nk.opening = Random(seed, id, Purpose::opening);
    nk.contact = Random(seed, id, Purpose::contact);
    nk.patience = nk.opening.exponential();
    nk.changed = nk.free_since = now;
    return nk;
}

TargetState expose(TargetKind const& kind, std::uint64_t seed, std::uint32_t id) {
    TargetState target;
    target.id = id;
    target.rng = Random(seed, id, Purpose::death);
    target.resistance = kind.resistance;
    Random background(seed, id, Purpose::background_death);
    target.resistance.susceptibility = static_cast<float>(background.lognormal_mean_one(kind.susceptibility_sd));
    return target;
}

} // namespace nk::tissue
