#include "nk/simulate/genotype_reader.hpp"
#include "nk/study/donors.hpp"

#include <algorithm>

namespace nk::study {
namespace {

/// One inhibitory receptor of a donor: who has a strong ligand for it.
struct InhibitoryReceptor {
    int receptor = -1; ///< on the panel
    std::string name;
    std::string ligand; ///< of its strong pair; "" when it has none
    bool in_donor = false;
    bool in_patient = false;

    bool licensed_loss() const { return in_donor && !in_patient; }
    bool loss() const { return !ligand.empty() && !in_patient; }
};

/// The donor's cells under one parameter set: typical ones, as `nk hla` takes them.
struct DonorBody {
    CellModel const& model;
    biology::DonorTraits traits;
    biology::LigandCopies self;
    std::vector<InhibitoryReceptor> receptors; ///< bits of a mask, in this order

    DonorBody(ParameterBase const& base, CellModel const& cells, biology::Genotype const& genotype)
        : model(cells), traits(biology::donor_traits(cells.panel, cells.repertoire, genotype, {}, nullptr)),
          self(simulate::own_cell(base, cells.panel, genotype, "lymphocyte")) {
        for (auto const& name : self_receptors())
            if (auto const r = cells.panel.receptor(name); r >= 0 && traits.frequency_dim[static_cast<std::size_t>(r)] > 0.0)
                receptors.push_back({r, name, "", false, false});
    }

    std::size_t masks() const { return std::size_t{1} << receptors.size(); }

    biology::ReceptorCopies typical_cell(std::size_t mask, double priming) const {
        biology::ReceptorCopies out{};
        for (int r = 0; r < static_cast<int>(model.panel.receptors.size()); ++r) {
            auto const place = std::find_if(receptors.begin(), receptors.end(), [&](auto const& one) { return one.receptor == r; });
            auto const positive = place == receptors.end() ? usual(traits, r, priming) : (mask >> (place - receptors.begin()) & 1U) != 0;
            if (positive)
                out[r] = static_cast<float>(median_copies(model.panel.receptors[r], traits.copies_factor[static_cast<std::size_t>(r)]));
        }
        return out;
    }

    std::vector<double> educations() const {
        std::vector<double> out;
        for (std::size_t mask = 0; mask < masks(); ++mask)
            out.push_back(education_of(model, typical_cell(mask, 0.0), self));
        return out;
    }

    double p_hit(std::size_t mask, double education, biology::LigandCopies const& target) const {
        biology::NkSignalState state;
        state.education = education;
        state.priming = 1.0;
        return biology::recognise(model.panel, model.laws, primed(model.panel, typical_cell(mask, 1.0), 1.0), state, target, {}).p_hit;
    }
};

/// Who has the strong ligand of each receptor; the receptors of everybody (NKG2A) find theirs in everybody.
void find_ligands(std::vector<InhibitoryReceptor>& receptors, std::vector<biology::ReceptorLigandPair> const& donor,
                  std::vector<biology::ReceptorLigandPair> const& patient) {
    for (auto& one : receptors)
        for (std::size_t p = 0; p < donor.size(); ++p)
            if (donor[p].receptor == one.name && donor[p].strength == "strong") {
                one.ligand = donor[p].ligand;
                one.in_donor = one.in_donor || donor[p].ligand_carried;
                one.in_patient = one.in_patient || patient[p].ligand_carried;
            }
}

/// What the combination `mask` does with the patient's cells.
struct MaskFate {
    bool uninhibited = true;    ///< no receptor finds a strong ligand in the patient
    bool loss = false;          ///< a receptor with a strong ligand finds it nowhere in the patient
    bool licensed_loss = false; ///< ... and has it in the donor
};

MaskFate fate_of(std::vector<InhibitoryReceptor> const& receptors, std::size_t mask) {
    MaskFate out;
    for (std::size_t k = 0; k < receptors.size(); ++k)
        if ((mask >> k & 1U) != 0) {
            out.uninhibited = out.uninhibited && !receptors[k].in_patient;
            out.loss = out.loss || receptors[k].loss();
            out.licensed_loss = out.licensed_loss || receptors[k].licensed_loss();
        }
    return out;
}

bool is_educated(std::vector<double> const& education, std::size_t mask) {
    return education[mask] >= educated_ratio * education[0];
}

struct EducatedShares {
    double educated = 0.0;
    double alloreactive = 0.0;
    double ratio() const { return educated > 0.0 ? alloreactive / educated : 0.0; }
};

EducatedShares shares_of(std::vector<InhibitoryReceptor> const& receptors, std::vector<double> const& frequency,
                         std::vector<double> const& education) {
    EducatedShares out;
    for (std::size_t mask = 0; mask < frequency.size(); ++mask) {
        if (!is_educated(education, mask))
            continue;
        auto const fate = fate_of(receptors, mask);
        out.educated += frequency[mask];
        out.alloreactive += fate.uninhibited && fate.licensed_loss ? frequency[mask] : 0.0;
    }
    return out;
}

/// Adds to each receptor of `mask` that `counts` the share of the combination.
template <class Counts>
void add_shares(std::vector<MissingLigand>& list, std::vector<InhibitoryReceptor> const& receptors, std::size_t mask, double share,
                Counts const& counts) {
    for (std::size_t k = 0; k < receptors.size(); ++k) {
        if ((mask >> k & 1U) == 0 || !counts(receptors[k]))
            continue;
        auto const known = std::find_if(list.begin(), list.end(), [&](auto const& one) { return one.receptor == receptors[k].name; });
        if (known == list.end())
            list.push_back({receptors[k].name, receptors[k].ligand, share});
        else
            known->share += share;
    }
}

/// Sums over the combinations, with the killing of a line that carries either person's HLA.
DonorCells cells_against(DonorBody const& body, std::vector<double> const& frequency, biology::LigandCopies const& patient_line,
                         biology::LigandCopies const& own_line) {
    DonorCells out;
    auto const education = body.educations();
    auto const shares = shares_of(body.receptors, frequency, education);
    out.educated = shares.educated;
    out.alloreactive = shares.alloreactive;
    out.of_educated = shares.ratio();
    auto hits_patient = 0.0, hits_self = 0.0;
    for (std::size_t mask = 0; mask < body.masks(); ++mask) {
        auto const share = frequency[mask];
        auto const fate = fate_of(body.receptors, mask);
        auto const p = body.p_hit(mask, education[mask], patient_line);
        out.p_hit_all += share * p;
        if (!fate.uninhibited || !fate.loss)
            continue;
        if (fate.licensed_loss && is_educated(education, mask)) {
            hits_patient += share * p;
            hits_self += share * body.p_hit(mask, education[mask], own_line);
            add_shares(out.licensed, body.receptors, mask, share, [](auto const& one) { return one.licensed_loss(); });
        } else {
            out.unlicensed += share;
            add_shares(out.uneducated, body.receptors, mask, share, [](auto const& one) { return one.loss(); });
        }
    }
    if (out.alloreactive > 0.0) {
        out.p_hit_patient = hits_patient / out.alloreactive;
        out.p_hit_self = hits_self / out.alloreactive;
    }
    return out;
}

} // namespace

DonorCells DonorRanker::cells_of(biology::Typing const& patient, biology::Typing const& donor) const {
    auto const& base = model_.base;
    auto const& cells = model_.cells;
    auto const genotype = simulate::genotype_of(base, donor);
    DonorBody body(base, cells, genotype);
    find_ligands(body.receptors, biology::receptor_ligand_pairs(donor, rules_), biology::receptor_ligand_pairs(patient, rules_));
    biology::Repertoire const repertoire(cells.panel, cells.laws, cells.repertoire, body.traits, body.self, {},
                                         biology::Acquisition::beta_binomial, 0.0, false, 0.0);
    std::vector<int> indices;
    for (auto const& one : body.receptors)
        indices.push_back(one.receptor);
    auto const frequency = combination_shares(repertoire, indices, sampled_cells);
    // the line of `nk hla`: the activating ligands of 721.221 with a person's HLA at the level of blood lymphocytes
    auto const line = [&](biology::Genotype const& person) {
        return simulate::own_cell(base, cells.panel, person, "721_221", "lymphocyte");
    };
    auto out = cells_against(body, frequency, line(simulate::genotype_of(base, patient)), line(genotype));
    out.adaptive = body.traits.nkg2c;
    out.of_educated_interval = {out.of_educated, out.of_educated};
    for (auto const& member : members_)
        out.by_member.push_back(shares_of(body.receptors, frequency, DonorBody(member.base, member.cells, genotype).educations()).ratio());
    if (!out.by_member.empty())
        out.of_educated_interval = interval_of(out.by_member);
    return out;
}

} // namespace nk::study
