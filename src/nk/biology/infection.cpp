#include "nk/biology/infection.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <cmath>

namespace nk::biology {
namespace {

constexpr int bisections = 200;

/// A zero of a falling function between `low` and `high`.
template <class Function> double falling_zero(Function f, double low, double high) {
    for (int i = 0; i < bisections; ++i) {
        auto const middle = 0.5 * (low + high);
        if (middle <= low || middle >= high)
            break;
        (f(middle) > 0.0 ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

/// Integral of exp(-s t) times the probability to be productive still, t from the start of that phase [min].
double discounted_productive_time(double s, double rate, double stages) {
    auto sum = 0.0; // sum over stages of (d/(d+s))^i / (d+s): no division by s
    auto term = 1.0 / (rate + s);
    for (int i = 0; i < static_cast<int>(std::lround(stages)); ++i) {
        sum += term;
        term *= rate / (rate + s);
    }
    return sum;
}

} // namespace

char const* to_text(InfectionState state) {
    switch (state) {
    case InfectionState::target:
        return "target";
    case InfectionState::refractory:
        return "refractory";
    case InfectionState::eclipse:
        return "eclipse";
    case InfectionState::productive:
        return "productive";
    }
    return "";
}

double infection_rate(InfectionLaw const& law, double virus) {
    return law.entry * virus;
}

double eclipse_rate(InfectionLaw const& law) {
    return law.eclipse_stages / (60.0 * law.eclipse);
}

double productive_rate(InfectionLaw const& law) {
    return law.productive_stages / (60.0 * law.productive);
}

double virus_release(InfectionLaw const& law, InfectionState state) {
    return state == InfectionState::productive ? law.production : 0.0;
}

double interferon_release(InfectionLaw const& law, double infected) {
    return infected >= 60.0 * law.interferon_delay ? law.interferon : 0.0;
}

double protection_rate(InterferonLaw const& law, double interferon) {
    return law.refractory_rate / 60.0 * hill(interferon, law.refractory_half, 1.0);
}

double protection_loss_rate(InterferonLaw const& law) {
    return law.refractory_loss / 1440.0;
}

double hla_under_interferon(InterferonLaw const& law, double now, double interferon, double minutes) {
    auto const plateau = 1.0 + (law.hla_max - 1.0) * hill(interferon, law.hla_half, 1.0);
    return plateau + (now - plateau) * std::exp(-minutes / (60.0 * law.hla_time));
}

LigandCopies infected_ligands(InfectionLaw const& law, LigandFamilies const& families, int viral_ligand, LigandCopies const& copies,
                              double infected) {
    auto const done = -std::expm1(-infected / (60.0 * law.ligand_time));
    auto const scaled = [&](float count, double factor) { return static_cast<float>(count * (1.0 + (factor - 1.0) * done)); };
    auto out = copies;
    for (std::size_t l = 0; l < out.size(); ++l) {
        if (families.hla_e[l])
            out[l] = scaled(copies[l], law.hla_e_factor);
        else if (families.hla[l])
            out[l] = scaled(copies[l], law.hla_factor);
        else if (families.nkg2d[l])
            out[l] = scaled(copies[l], law.nkg2d_factor);
    }
    if (viral_ligand >= 0)
        out[static_cast<std::size_t>(viral_ligand)] += static_cast<float>(law.viral_copies * done);
    return out;
}

double basic_reproduction(InfectionLaw const& law, MixedMedium const& medium) {
    auto const entering = law.entry * medium.targets;
    return entering * law.production * 60.0 * law.productive / (medium.clearance + law.entry_loss * entering);
}

double final_size_residual(InfectionLaw const& law, MixedMedium const& medium, double left, double virus) {
    // integrate dV/dt = p I - c V - n beta T V to the end: c int V = V0 + (p tau - n) (T0 - T(end)), and ln x = -beta int V
    auto const progeny = law.production * 60.0 * law.productive - law.entry_loss;
    return std::log(left) + law.entry / medium.clearance * (progeny * medium.targets * (1.0 - left) + virus);
}

double final_size(InfectionLaw const& law, MixedMedium const& medium, double virus) {
    NK_EXPECT(medium.clearance > 0.0 && virus >= 0.0);
    auto const strength = law.entry / medium.clearance * (law.production * 60.0 * law.productive - law.entry_loss) * medium.targets;
    if (virus == 0.0 && strength <= 1.0)
        return 1.0;
    // the residual rises up to x = 1/strength and is >= 0 at x = 1: the wanted root lies on the rising branch
    auto const highest = strength > 1.0 ? 1.0 / strength : 1.0;
    auto const lowest = std::exp(-(std::max(0.0, strength) + law.entry / medium.clearance * virus) - 1.0);
    return falling_zero([&](double x) { return -final_size_residual(law, medium, x, virus); }, lowest, highest);
}

double early_growth(InfectionLaw const& law, MixedMedium const& medium) {
    auto const entering = law.entry * medium.targets;
    auto const lost = medium.clearance + law.entry_loss * entering;
    auto const k = eclipse_rate(law);
    auto const d = productive_rate(law);
    auto const surplus = [&](double s) {
        return entering * law.production * std::pow(k / (k + s), law.eclipse_stages) *
                   discounted_productive_time(s, d, law.productive_stages) -
               (s + lost);
    };
    // falling for s > -min(k, d), where it has its only zero; for s >= 0 it lies below entering * p * tau - s
    return falling_zero(surplus, -std::min(k, d), entering * law.production * 60.0 * law.productive);
}

} // namespace nk::biology
