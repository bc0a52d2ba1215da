#include "nk/biology/repertoire.hpp"

#include "nk/biology/education.hpp"

#include <algorithm>
#include <cmath>

namespace nk::biology {
namespace {

double logit(double p) {
    return std::log(p / (1.0 - p));
}
double logistic(double x) {
    return 1.0 / (1.0 + std::exp(-x));
}

double spread(double share, double sd, Random* rng) {
    if (rng == nullptr || share <= 0.0 || share >= 1.0)
        return share;
    return logistic(logit(share) + sd * rng->normal());
}

double with_odds(double share, double odds) {
    if (share <= 0.0 || share >= 1.0)
        return share;
    return share * odds / (1.0 - share + share * odds);
}

bool has(std::vector<std::string> const& genes, std::string const& gene) {
    return std::find(genes.begin(), genes.end(), gene) != genes.end();
}

constexpr std::uint64_t calibration_draws = 2048; ///< draws that estimate the share of KIR-negative cells once per donor

} // namespace

Acquisition acquisition_from(std::string const& text) {
    if (text == "independent")
        return Acquisition::independent;
    return text == "sequential" ? Acquisition::sequential : Acquisition::beta_binomial;
}

DonorTraits donor_traits(Panel const& panel, RepertoireLaw const& law, Genotype const& genotype,
                         std::map<std::string, double> const& frequency, Random* rng) {
    DonorTraits out;
    for (auto const& r : panel.receptors) {
        auto const present = r.gene.empty() || has(genotype.kir, r.gene);
        auto dim = present ? spread(r.frequency_dim, r.frequency_donor_sd, rng) : 0.0;
        if (r.name == "KIR2DL1" && has(genotype.kir, "KIR2DL2"))
            dim *= law.kir2dl2_suppression_of_2dl1;
        auto bright = present ? r.frequency_bright : 0.0;
        if (auto const given = frequency.find(r.name); given != frequency.end())
            dim = bright = given->second;
        out.frequency_dim.push_back(dim);
        out.frequency_bright.push_back(bright);
        out.frequency_primed.push_back(present ? std::min(1.0, dim + std::max(0.0, r.frequency_primed - r.frequency_dim)) : 0.0);
        auto copies = rng != nullptr ? rng->lognormal_mean_one(law.copies_donor_sd) : 1.0;
        if (r.name == "CD16")
            copies *= std::pow(law.v_allele_copies_factor, genotype.v158_alleles > 0 ? 0.5 : -0.5);
        out.copies_factor.push_back(copies);
    }
    out.bright = spread(law.bright_fraction, law.bright_fraction_sd, rng);
    out.cd57 = spread(law.cd57_of_dim, law.cd57_sd, rng);
    out.kir_concentration = law.kir_alpha_beta_total * (rng != nullptr ? std::exp(law.kir_alpha_beta_total_sd * rng->normal()) : 1.0);
    out.potency = rng != nullptr ? rng->lognormal_mean_one(law.potency_donor_sd) : 1.0;
    out.nkg2c = spread(genotype.cmv ? law.nkg2c_cmv_positive : law.nkg2c_cmv_negative, law.nkg2c_donor_sd, rng);
    if (auto const given = frequency.find("NKG2C"); given != frequency.end())
        out.nkg2c = given->second;
    return out;
}

Repertoire::Repertoire(Panel panel, Laws const& laws, RepertoireLaw const& law, DonorTraits donor, LigandCopies const& self,
                       RecognitionSwitches const& switches, Acquisition acquisition, double selection_strength, bool education,
                       double priming)
    : panel_(std::move(panel)), laws_(laws), law_(law), donor_(std::move(donor)), self_(self), switches_(switches),
      acquisition_(acquisition), selection_(selection_strength), education_(education), priming_(priming), nkg2a_(panel_.receptor("NKG2A")),
      nkg2c_(panel_.receptor("NKG2C")) {
    for (int r = 0; r < static_cast<int>(panel_.receptors.size()); ++r) {
        if (panel_.receptors[r].gene.empty())
            continue;
        kirs_.push_back(r);
        auto share = donor_.frequency_dim[r];
        if (selection_ > 0.0 && kir_signal(r) > 0.0)
            share = with_odds(share, std::exp(selection_));
        kir_share_.push_back(share);
    }
    auto carried = 0;
    for (auto const share : kir_share_)
        if (share > 0.0) {
            kir_mean_ += share;
            ++carried;
        }
    kir_mean_ = carried > 0 ? kir_mean_ / carried : 0.0;

    auto without = 0;
    for (std::uint64_t i = 0; i < calibration_draws; ++i) {
        NkPhenotype trial;
        Random rng(0, i, Purpose::repertoire);
        acquire_kirs(rng, trial);
        without += std::none_of(kirs_.begin(), kirs_.end(), [&](int r) { return trial.copies[r] > 0.0F; }) ? 1 : 0;
    }
    // NKG2A: marginal share m = w p0 + (1-w) p1 with odds(p0) = ratio * odds(p1); bisection on p1
    auto const w = static_cast<double>(without) / static_cast<double>(calibration_draws);
    auto const marginal = nkg2a_ >= 0 ? donor_.frequency_dim[nkg2a_] : 0.0;
    auto low = 0.0;
    auto high = 1.0;
    for (int i = 0; i < 60; ++i) {
        auto const p1 = 0.5 * (low + high);
        (w * with_odds(p1, law_.nkg2a_kir_odds) + (1.0 - w) * p1 < marginal ? low : high) = p1;
    }
    nkg2a_with_kir_ = 0.5 * (low + high);
    nkg2a_without_kir_ = with_odds(nkg2a_with_kir_, law_.nkg2a_kir_odds);
}

double Repertoire::kir_signal(int receptor) const {
    ReceptorCopies one{};
    one[receptor] = static_cast<float>(panel_.receptors[receptor].copies);
    Engagement engagement;
    engage(panel_, laws_.contact, one, self_, engagement);
    return signals_of(panel_, engagement, switches_).inhibitory;
}

void Repertoire::acquire_kirs(Random& rng, NkPhenotype& cell) const {
    auto common = 1.0;
    if (acquisition_ == Acquisition::beta_binomial && kir_mean_ > 0.0 && kir_mean_ < 1.0) {
        auto const x = rng.gamma(kir_mean_ * donor_.kir_concentration);
        auto const y = rng.gamma((1.0 - kir_mean_) * donor_.kir_concentration);
        common = x / (x + y) / kir_mean_;
    }
    std::vector<std::size_t> order(kirs_.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    if (acquisition_ == Acquisition::sequential)
        for (std::size_t i = order.size(); i > 1; --i)
            std::swap(order[i - 1], order[rng.below(i)]);
    auto self_signal = 0.0;
    for (auto const i : order) {
        if (acquisition_ == Acquisition::sequential && self_signal >= law_.sequential_self_signal)
            return;
        if (rng.uniform() >= std::min(1.0, kir_share_[i] * common))
            continue;
        cell.copies[kirs_[i]] = static_cast<float>(panel_.receptors[kirs_[i]].copies);
        if (acquisition_ == Acquisition::sequential)
            self_signal += kir_signal(kirs_[i]);
    }
}

NkPhenotype Repertoire::cell(std::uint64_t seed, std::uint64_t index) const {
    Random rng(seed, index, Purpose::repertoire);
    NkPhenotype out;
    out.bright = rng.uniform() < donor_.bright;
    if (!out.bright)
        acquire_kirs(rng, out);
    else
        for (std::size_t i = 0; i < kirs_.size(); ++i)
            if (rng.uniform() < donor_.frequency_bright[kirs_[i]])
                out.copies[kirs_[i]] = 1.0F;
    auto const any_kir = std::any_of(kirs_.begin(), kirs_.end(), [&](int r) { return out.copies[r] > 0.0F; });
    auto const nkg2c_positive = rng.uniform() < donor_.nkg2c;
    out.cd57 = !out.bright && rng.uniform() < donor_.cd57;
    out.adaptive = nkg2c_positive && !out.bright;
    if (out.adaptive)
        out.cd57 = rng.uniform() < law_.adaptive_cd57;
    for (int r = 0; r < static_cast<int>(panel_.receptors.size()); ++r) {
        auto const& receptor = panel_.receptors[r];
        auto const u = rng.uniform();
        auto const size = rng.lognormal_mean_one(receptor.copies_sd);
        auto positive = out.copies[r] > 0.0F;
        if (receptor.gene.empty()) {
            auto share = out.bright ? donor_.frequency_bright[r] : donor_.frequency_dim[r];
            if (r == nkg2a_ && !out.bright)
                share = out.adaptive ? with_odds(nkg2a_with_kir_, law_.adaptive_nkg2a_odds)
                        : any_kir    ? nkg2a_with_kir_
                                     : nkg2a_without_kir_;
            share += (donor_.frequency_primed[r] - donor_.frequency_dim[r]) * priming_;
            positive = r == nkg2c_ ? nkg2c_positive : u < share;
        }
        auto const usual =
            receptor.copies * donor_.copies_factor[r] * (out.bright ? receptor.bright_factor : 1.0) * (1.0 - receptor.cis_fraction);
        out.copies[r] = positive ? static_cast<float>(usual * size) : 0.0F;
    }
    out.attach_factor = static_cast<float>(rng.lognormal_mean_one(laws_.search.attach_sd));
    out.education = static_cast<float>(educate(out.copies));
    return out;
}

double Repertoire::educate(ReceptorCopies const& resting) const {
    if (!education_)
        return 0.5 * laws_.education.maximum * donor_.potency;
    auto const here = recognise(panel_, laws_, resting, {}, self_, switches_);
    auto const brake = laws_.recognition.brake + laws_.recognition.inhibition * (switches_.local_inhibition ? 0.0 : here.inhibition);
    return educated_responsiveness(laws_.education, here.drive, brake) * donor_.potency;
}

} // namespace nk::biology
