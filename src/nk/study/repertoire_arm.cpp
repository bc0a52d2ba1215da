#include "nk/study/repertoire_arm.hpp"

#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/genotype_reader.hpp"
#include "nk/simulate/well_builder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace nk::study {
namespace {

constexpr std::array inhibitory_six = {"KIR2DL1", "KIR2DL2", "KIR2DL3", "KIR3DL1", "KIR3DL2", "NKG2A"};

/// A random European-like typing by the frequencies of the base: enough for epitopes, not an allele-level population.
scenario::Donor random_donor(ParameterBase const& base, Arm const& arm, Random& rng) {
    scenario::Donor donor;
    auto const share = [&](char const* name) { return base.value(std::string("repertoire.") + name, "1"); };
    auto const u = rng.uniform();
    auto const c1c1 = share("c1c1_frequency");
    auto const c1c2 = share("c1c2_frequency");
    if (u < c1c1)
        donor.hla = {"C*07:01", "C*03:04"};
    else if (u < c1c1 + c1c2)
        donor.hla = {"C*07:01", "C*04:01"};
    else
        donor.hla = {"C*04:01", "C*06:02"};
    auto const bw4 = rng.uniform() < share("bw4_frequency");
    donor.hla.insert(donor.hla.end(), {"A*02:01", "A*01:01", "B*07:02", bw4 ? "B*44:02" : "B*08:01"});
    auto const aa = arm.genotypes == "A/A" || rng.uniform() < share("kir_aa_frequency");
    donor.kir = {aa ? "A/A" : "A/B"};
    auto const v = share("v_allele_frequency");
    auto const alleles = (rng.uniform() < v ? 1 : 0) + (rng.uniform() < v ? 1 : 0);
    donor.fcgr3a = alleles == 2 ? "VV" : alleles == 1 ? "VF" : "FF";
    donor.cmv = rng.uniform() < share("cmv_prevalence") ? "positive" : "negative";
    return donor;
}

/// Counts over the cells of one donor.
struct Tally {
    std::vector<double> positive;
    double bright = 0, cd57 = 0, null = 0, self_null = 0, kir2dl23 = 0;
    std::vector<double> pair_count, dim_positive;
    double dim = 0;
    std::array<double, 2> on_given{}, seen_given{}; ///< genes on, and genes looked at, with 0 and 1 other gene on
    std::set<unsigned> subsets;
};

std::map<std::string, double> read_donor(biology::Panel const& panel, biology::Repertoire const& repertoire,
                                         biology::LigandCopies const& self, std::uint64_t seed, std::uint64_t cells) {
    Tally t;
    t.positive.assign(panel.receptors.size(), 0.0);
    t.dim_positive.assign(panel.receptors.size(), 0.0);
    std::vector<int> kirs;
    for (int r = 0; r < static_cast<int>(panel.receptors.size()); ++r)
        if (!panel.receptors[r].gene.empty() && repertoire.frequency_dim(r) > 0.0)
            kirs.push_back(r);
    t.pair_count.assign(kirs.size() * kirs.size(), 0.0);
    auto const sees_self = [&](int r) {
        return std::any_of(panel.bindings.begin(), panel.bindings.end(),
                           [&](auto const& b) { return b.receptor == r && self[b.ligand] > 0.0F; });
    };
    for (std::uint64_t i = 0; i < cells; ++i) {
        auto const cell = repertoire.cell(seed, i);
        auto const has = [&](int r) { return r >= 0 && cell.copies[r] > 0.0F; };
        t.bright += cell.bright ? 1.0 : 0.0;
        t.cd57 += cell.cd57 ? 1.0 : 0.0;
        for (std::size_t r = 0; r < panel.receptors.size(); ++r)
            t.positive[r] += cell.copies[r] > 0.0F ? 1.0 : 0.0;
        auto const count = std::count_if(kirs.begin(), kirs.end(), has);
        t.null += count == 0 ? 1.0 : 0.0;
        t.kir2dl23 += has(panel.receptor("KIR2DL2")) || has(panel.receptor("KIR2DL3")) || has(panel.receptor("KIR2DS2")) ? 1.0 : 0.0;
        unsigned subset = 0;
        auto educated = false;
        for (std::size_t k = 0; k < inhibitory_six.size(); ++k) {
            auto const r = panel.receptor(inhibitory_six[k]);
            subset |= has(r) ? 1u << k : 0u;
            educated = educated || (has(r) && sees_self(r));
        }
        t.self_null += educated ? 0.0 : 1.0;
        if (cell.bright)
            continue;
        t.subsets.insert(subset);
        t.dim += 1.0;
        for (auto const r : kirs)
            if (auto const others = count - (has(r) ? 1 : 0); others <= 1) {
                t.seen_given[static_cast<std::size_t>(others)] += 1.0;
                t.on_given[static_cast<std::size_t>(others)] += has(r) ? 1.0 : 0.0;
            }
        for (std::size_t a = 0; a < kirs.size(); ++a) {
            t.dim_positive[kirs[a]] += has(kirs[a]) ? 1.0 : 0.0;
            for (std::size_t b = a + 1; b < kirs.size(); ++b)
                t.pair_count[a * kirs.size() + b] += has(kirs[a]) && has(kirs[b]) ? 1.0 : 0.0;
        }
    }
    auto const n = static_cast<double>(cells);
    std::map<std::string, double> out{{"percent_bright", 100 * t.bright / n},
                                      {"percent_cd57", 100 * t.cd57 / n},
                                      {"percent_kir_null", 100 * t.null / n},
                                      {"percent_self_null", 100 * t.self_null / n},
                                      {"percent_KIR2DL2_3_S2", 100 * t.kir2dl23 / n}};
    for (std::size_t r = 0; r < panel.receptors.size(); ++r)
        out["percent_" + panel.receptors[r].name] = 100 * t.positive[r] / n;
    auto observed = 0.0;
    auto expected = 0.0;
    for (std::size_t a = 0; a < kirs.size(); ++a)
        for (std::size_t b = a + 1; b < kirs.size(); ++b) {
            observed += t.pair_count[a * kirs.size() + b] / t.dim;
            expected += t.dim_positive[kirs[a]] / t.dim * t.dim_positive[kirs[b]] / t.dim;
        }
    out["coexpression_excess"] = expected > 0.0 ? observed / expected : NAN;
    // how much likelier a KIR is on when exactly one other is on than when none is
    auto const given = [&](std::size_t others) { return t.on_given[others] / std::max(1.0, t.seen_given[others]); };
    out["next_kir_slope"] = given(1) - given(0);
    auto carried = 0;
    for (auto const* name : inhibitory_six)
        carried += repertoire.frequency_dim(panel.receptor(name)) > 0.0 ? 1 : 0;
    out["subsets_present"] = static_cast<double>(t.subsets.size()) / std::pow(2.0, carried);
    return out;
}

} // namespace

std::vector<Observation> observe_repertoires(Arm const& arm, ParameterBase const& base, std::uint64_t seed, backend::Executor executor) {
    auto const donors = static_cast<std::size_t>(std::lround(arm.donors));
    std::vector<Observation> out(donors);
    std::string text = "kind = \"well\"\n[effector.nk]\nlike = \"resting_nk\"\n[target.t]\nlike = \"K562\"\n";
    auto const reading = scenario::read_well_scenario(text, base, arm.set);
    executor.for_each(donors, [&](std::size_t d) {
        Random rng(seed, d, Purpose::study);
        auto scenario = reading.scenario;
        if (arm.genotypes != "reference")
            scenario.donor = random_donor(reading.base, arm, rng);
        simulate::WellBuilder builder(scenario, reading.base);
        builder.randomise_donor(derived_seed(seed, d + 1));
        auto const kind = builder.effector_kind("nk");
        out[d].arm = arm.name;
        out[d].effector = "nk";
        out[d].donor = static_cast<int>(d);
        out[d].readouts = read_donor(builder.panel(), *kind.repertoire, kind.repertoire->self(), derived_seed(seed, d + 1),
                                     static_cast<std::uint64_t>(arm.cells));
    });
    return out;
}

} // namespace nk::study
