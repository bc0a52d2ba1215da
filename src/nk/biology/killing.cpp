#include "nk/biology/killing.hpp"

#include "nk/numerics/ode.hpp"

#include <algorithm>
#include <cmath>

namespace nk::biology {
namespace {
constexpr double seconds_per_minute = 60.0;
constexpr double minutes_per_hour = 60.0;

double erlang2(double mean, Random& rng) {
    return 0.5 * mean * (rng.exponential() + rng.exponential());
}
} // namespace

char const* to_text(Death death) {
    switch (death) {
    case Death::granzyme:
        return "granzyme apoptosis";
    case Death::necrosis:
        return "perforin necrosis";
    case Death::receptor:
        return "death receptor";
    case Death::background:
        return "spontaneous";
    default:
        return "alive";
    }
}

double lytic_filling(KillingLaw const& law, Lytic const& nk) {
    return nk.content * nk.granules / law.granules;
}

double armed_after(KillingLaw const& law, double minutes) {
    return std::exp(-std::max(0.0, minutes) / law.burst_decay);
}

bool can_hit(KillingLaw const& law, Lytic const& nk) {
    return nk.granules >= law.granules_per_hit;
}

HitEffect hit_effect(KillingLaw const& law, Lytic const& nk, Resistance const& target) {
    if (!nk.perforin)
        return {};
    HitEffect out;
    out.necrosis = std::min(1.0, law.necrosis * nk.content);
    if (nk.granzymes)
        out.damage = (1.0 - out.necrosis) * std::min(1.0, law.potency * nk.content * target.susceptibility) * (1.0 - target.pi9) *
                     (1.0 - target.caspase_inhibitor);
    return out;
}

void spend(KillingLaw const& law, Lytic& nk, double released) {
    nk.granules = std::max(0.0, nk.granules - released);
    nk.content *= 1.0 - law.content_spent;
}

void refill(KillingLaw const& law, Lytic& nk, double minutes, double support) {
    auto const kept = std::exp(-support * minutes / (law.refill_time * minutes_per_hour));
    nk.content = 1.0 - (1.0 - nk.content) * kept;
    nk.granules = law.granules - (law.granules - nk.granules) * kept;
}

double fasl_after(KillingLaw const& law, double fasl, double decision, double minutes) {
    auto const rise = law.fasl_rise * decision;
    auto const rate = rise + law.fasl_decay;
    if (rate <= 0.0)
        return fasl;
    auto const limit = (rise + law.fasl_decay * law.fasl_rest) / rate;
    return limit + (fasl - limit) * std::exp(-rate * minutes);
}

double draw_release(KillingLaw const& law, Lytic const& nk, Random& rng) {
    auto const drawn = law.granules_per_hit * rng.lognormal_mean_one(law.granules_per_hit_sd);
    return std::clamp(std::round(drawn), 1.0, std::max(1.0, nk.granules));
}

DeathCourse draw_death(KillingLaw const& law, Death death, Random& rng) {
    DeathCourse out;
    auto const delay =
        law.pore_delay_least + std::max(0.0, law.pore_delay_mean - law.pore_delay_least) * 0.5 * (rng.exponential() + rng.exponential());
    auto const closing = law.pore_repair_done * rng.lognormal_mean_one(law.pore_repair_done_sd);
    out.permeabilised = delay / seconds_per_minute;
    out.pores_closed = std::max(law.pore_repair_start, closing) / seconds_per_minute;
    out.rounded = law.rounding_time * 0.25 * (rng.exponential() + rng.exponential() + rng.exponential() + rng.exponential());
    switch (death) {
    case Death::necrosis:
        out.dead = out.permeabilised + erlang2(law.execution_necrosis, rng);
        out.leaky = out.dead;
        break;
    case Death::granzyme:
        out.dead = std::max(out.permeabilised + out.rounded, erlang2(law.execution_granzyme, rng));
        out.leaky = out.dead + erlang2(law.leak_time, rng);
        break;
    default:
        out.permeabilised = 0.0;
        out.dead = erlang2(law.execution_receptor, rng);
        out.leaky = out.dead + erlang2(law.leak_time, rng);
    }
    return out;
}

std::size_t damage_levels(double hits_to_kill) {
    return static_cast<std::size_t>(std::max(1L, std::lround(hits_to_kill)));
}

std::vector<double> damage_stages(double hit_rate, double repair_rate, int hits_to_kill, double minutes) {
    NK_EXPECT(hits_to_kill >= 1 && hit_rate >= 0.0 && repair_rate >= 0.0 && minutes >= 0.0);
    std::vector<double> start(static_cast<std::size_t>(hits_to_kill), 0.0);
    start[0] = 1.0;
    auto const rhs = [=](double, double const* stage, double* slope) {
        for (int d = 0; d < hits_to_kill; ++d) {
            auto const gain = (d > 0 ? hit_rate * stage[d - 1] : 0.0) + (d + 1 < hits_to_kill ? repair_rate * (d + 1) * stage[d + 1] : 0.0);
            slope[d] = gain - (hit_rate + repair_rate * d) * stage[d];
        }
    };
    return numerics::integrate(rhs, start, 0.0, minutes, {.relative = 1e-10, .absolute = 1e-14});
}

double mean_time_two_hits(double hit_rate, double repair_rate) {
    return (2.0 * hit_rate + repair_rate) / (hit_rate * hit_rate);
}

} // namespace nk::biology
