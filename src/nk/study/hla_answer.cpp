#include "nk/study/hla_answer.hpp"

#include "nk/base/words.hpp"
#include "nk/simulate/genotype_reader.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

constexpr double noticed_ratio = 2.0;  ///< chance of a hit after the loss, relative
constexpr double noticed_least = 0.02; ///< and at least this

/// A change of the own tissue: the ligands that vanish.
struct Loss {
    std::string name;
    std::vector<std::string> ligands;
};

std::vector<Loss> losses(biology::Panel const& panel) {
    std::vector<Loss> out{{"HLA-C1", {"HLA_C1"}},
                          {"HLA-C2", {"HLA_C2"}},
                          {"HLA-Bw4", {"HLA_Bw4_80I", "HLA_Bw4_80T"}},
                          {"HLA-A3/A11", {"HLA_A3A11"}},
                          {"HLA-E", {"HLA_E"}}};
    Loss all{"HLA class I", {}};
    for (std::size_t l = 0; l < panel.ligands.size(); ++l)
        if (panel.ligand_family[l] == "MHC")
            all.ligands.push_back(panel.ligands[l]);
    out.push_back(std::move(all));
    return out;
}

/// One donor under one parameter set.
struct Person {
    CellModel const& model;
    biology::DonorTraits traits;
    biology::LigandCopies self;
    std::vector<int> receptors; ///< carried self receptors

    Person(ParameterBase const& base, CellModel const& cells, biology::Genotype const& genotype)
        : model(cells), traits(biology::donor_traits(cells.panel, cells.repertoire, genotype, {}, nullptr)),
          self(simulate::own_cell(base, cells.panel, genotype, "lymphocyte")) {
        for (auto const& name : self_receptors())
            if (auto const r = cells.panel.receptor(name); r >= 0 && traits.frequency_dim[static_cast<std::size_t>(r)] > 0.0)
                receptors.push_back(r);
    }

    biology::ReceptorCopies typical(std::size_t mask, double priming) const {
        biology::ReceptorCopies out{};
        for (int r = 0; r < static_cast<int>(model.panel.receptors.size()); ++r) {
            auto const place = std::find(receptors.begin(), receptors.end(), r);
            auto const positive = place == receptors.end() ? usual(traits, r, priming) : (mask >> (place - receptors.begin()) & 1U) != 0;
            if (positive)
                out[r] = static_cast<float>(median_copies(model.panel.receptors[r], traits.copies_factor[static_cast<std::size_t>(r)]));
        }
        return out;
    }

    std::vector<double> education() const {
        std::vector<double> out;
        for (std::size_t mask = 0; mask < std::size_t{1} << receptors.size(); ++mask)
            out.push_back(education_of(model, typical(mask, 0.0), self));
        return out;
    }
};

EducationClass class_of(double education, double without) {
    if (education >= educated_ratio * without)
        return EducationClass::educated;
    return education >= weak_ratio * without ? EducationClass::weak : EducationClass::uneducated;
}

double educated_share(std::vector<double> const& frequency, std::vector<double> const& education) {
    auto sum = 0.0;
    for (std::size_t mask = 0; mask < frequency.size(); ++mask)
        sum += class_of(education[mask], education[0]) == EducationClass::educated ? frequency[mask] : 0.0;
    return sum;
}

std::vector<std::string> carriers_of(biology::Typing const& typing, std::string const& ligand) {
    std::vector<std::string> out;
    for (auto const& allele : typing.alleles) {
        auto const text = std::string(biology::to_text(allele.ligand));
        auto const also = std::find(allele.also.begin(), allele.also.end(), ligand) != allele.also.end();
        if (allele.on_surface && (text == ligand || also || (ligand == "Bw4" && text.starts_with("Bw4"))) &&
            std::find(out.begin(), out.end(), allele.name) == out.end())
            out.push_back(allele.name);
    }
    return out;
}

EducationReason reason_for(biology::Typing const& typing, std::vector<biology::ReceptorLigandPair> const& pairs,
                           std::string const& receptor, EducationClass alone) {
    EducationReason out{receptor, "", {}, alone, ""};
    std::vector<std::string> seen;
    std::vector<std::string> sought;
    for (auto const& pair : pairs) {
        if (pair.receptor != receptor)
            continue;
        sought.push_back(pair.ligand);
        if (!pair.present)
            continue;
        auto const carriers = carriers_of(typing, pair.ligand);
        seen.push_back(pair.ligand + (carriers.empty() ? "" : " of " + joined(carriers, ", ")) +
                       (pair.strength == "strong"    ? ""
                        : pair.strength == "peptide" ? " (with some peptides)"
                        : pair.strength == "weak"    ? " (weakly)"
                                                     : " (" + pair.strength + ")"));
        if (out.ligand.empty()) {
            out.ligand = pair.ligand;
            out.carriers = carriers;
        }
    }
    out.text = seen.empty() ? receptor + " finds no " + joined(sought, " or ") + ": " + to_text(alone)
                            : receptor + " sees " + joined(seen, " and ") + ": " + to_text(alone);
    return out;
}

/// Everything of a combination but its frequency and interval. tissue: 721.221 with the donor's own HLA
Combination combination_of(Person const& person, std::size_t mask, std::vector<double> const& education,
                           biology::LigandCopies const& tissue) {
    auto const& model = person.model;
    Combination out;
    for (std::size_t k = 0; k < person.receptors.size(); ++k)
        if ((mask >> k & 1U) != 0)
            out.receptors.push_back(model.panel.receptors[person.receptors[k]].name);
    out.education = out.low = out.high = education[mask];
    out.education_class = class_of(education[mask], education[0]);
    auto const copies = primed(model.panel, person.typical(mask, 1.0), 1.0);
    auto const p_hit = [&](biology::LigandCopies const& ligands) {
        biology::NkSignalState state;
        state.education = education[mask];
        state.priming = 1.0;
        return biology::recognise(model.panel, model.laws, copies, state, ligands, {}).p_hit;
    };
    out.p_hit_self = p_hit(tissue);
    for (auto const& loss : losses(model.panel)) {
        auto changed = tissue;
        auto carried = 0.0F;
        for (auto const& ligand : loss.ligands)
            if (auto const l = model.panel.ligand(ligand); l >= 0) {
                carried += changed[l];
                changed[l] = 0.0F;
            }
        if (auto const p = p_hit(changed); carried > 0.0F && p >= noticed_least && p >= noticed_ratio * out.p_hit_self)
            out.senses_loss_of.push_back(loss.name);
    }
    return out;
}

/// Reads one kind of name and notes its problems as standing in `source`.
template <class Read> void collect_problems(std::vector<Problem>& problems, char const* source, Read const& read) {
    try {
        read();
    } catch (ScenarioError const& error) {
        for (auto problem : error.problems()) {
            if (problem.where.line > 0)
                problem.where.file = source;
            problems.push_back(std::move(problem));
        }
    }
}

std::string summary_of(HlaAnswer const& answer) {
    std::vector<std::string> sensed;
    for (auto const& combination : answer.combinations)
        for (auto const& loss : combination.senses_loss_of)
            if (combination.frequency >= 0.01 && std::find(sensed.begin(), sensed.end(), loss) == sensed.end())
                sensed.push_back(loss);
    std::vector<std::string> educating;
    for (auto const& reason : answer.reasons)
        if (reason.alone == EducationClass::educated)
            educating.push_back(reason.receptor);
    std::sort(sensed.begin(), sensed.end());
    auto text = fmt::format("{:.0f} % of the NK cells are educated", 100.0 * answer.educated_share);
    if (answer.ensemble_size > 1)
        text += fmt::format(" (5-95 % of the parameter sets: {:.0f} to {:.0f} %)", 100.0 * answer.educated_interval.low,
                            100.0 * answer.educated_interval.high);
    text += educating.empty() ? "; no single receptor educates" : ", by " + joined(educating, ", ");
    text += sensed.empty() ? "; primed cells would notice no loss of an HLA ligand on a B-cell line with this HLA."
                           : "; on a B-cell line with this HLA, primed cells would notice the loss of " + joined(sensed, ", ") + ".";
    return text;
}

} // namespace

char const* to_text(EducationClass education) {
    switch (education) {
    case EducationClass::educated:
        return "educated";
    case EducationClass::weak:
        return "weakly educated";
    default:
        return "not educated";
    }
}

HlaAnswerer::HlaAnswerer(ParameterBase base, Ensemble const& ensemble, biology::IpdProteins const* ipd)
    : base_(std::move(base)), rules_(biology::TypingRules::from(base_)), ipd_(ipd), model_(CellModel::from(base_)) {
    if (ensemble.real())
        for (std::size_t i = 0; i < ensemble.size(); ++i) {
            auto member = ensemble.member(i);
            auto cells = CellModel::from(member);
            members_.push_back({std::move(member), std::move(cells)});
        }
}

HlaAnswer HlaAnswerer::answer(HlaQuestion const& question) const {
    HlaAnswer out;
    out.id = question.id;
    auto const& kir = question.kir.empty() ? base_.attribute("reference_donor.kir") : question.kir;
    std::vector<Problem> problems;
    collect_problems(problems, hla_source, [&] { biology::parse_hla(std::span<std::string const>(question.hla), rules_.hla, ipd_); });
    collect_problems(problems, kir_source, [&] { biology::parse_kir(std::span<std::string const>(kir), rules_.kir); });
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
    out.typing = biology::Typing::from(question.hla, kir, question.fcgr3a, question.cmv, rules_, ipd_);
    if (out.typing.alleles.empty())
        throw ScenarioError(Problem{{},
                                    "biology",
                                    "there is no HLA-A, -B or -C allele in the typing",
                                    "",
                                    "for example: nk hla \"A*01:01 A*02:01 B*08:01 B*44:02 C*05:01 C*07:01\""});
    out.pairs = biology::receptor_ligand_pairs(out.typing, rules_);
    out.warnings = out.typing.warnings;
    if (question.kir.empty())
        out.warnings.push_back("no KIR typing was given: the haplotypes " + joined(kir, " ") + " of the reference donor are assumed");
    for (auto const locus : {'A', 'B', 'C'})
        if (std::none_of(out.typing.alleles.begin(), out.typing.alleles.end(), [&](auto const& allele) { return allele.locus == locus; }))
            out.warnings.push_back(fmt::format("no HLA-{} allele was given: self is taken to lack it", locus));

    auto const genotype = simulate::genotype_of(base_, out.typing);
    Person const person(base_, model_, genotype);
    biology::Repertoire const repertoire(model_.panel, model_.laws, model_.repertoire, person.traits, person.self, {},
                                         biology::Acquisition::beta_binomial, 0.0, false, 0.0);
    auto const frequency = combination_shares(repertoire, person.receptors, sampled_cells);
    auto const education = person.education();
    std::vector<std::vector<double>> by_member;
    std::vector<double> shares;
    for (auto const& member : members_) {
        by_member.push_back(Person(member.base, member.model, genotype).education());
        shares.push_back(educated_share(frequency, by_member.back()));
    }
    out.ensemble_size = std::max<std::size_t>(1, members_.size());
    out.educated_share = educated_share(frequency, education);
    out.educated_interval = shares.empty() ? Interval{out.educated_share, out.educated_share} : interval_of(shares);
    if (members_.empty())
        out.warnings.push_back("the program has no ensemble of parameter sets: low and high repeat the education");

    for (std::size_t k = 0; k < person.receptors.size(); ++k)
        out.reasons.push_back(reason_for(out.typing, out.pairs, model_.panel.receptors[person.receptors[k]].name,
                                         class_of(education[std::size_t{1} << k], education[0])));

    // the field's own test: 721.221 has the activating ligands of a B-cell line, here with the donor's HLA as on blood lymphocytes
    auto const tissue = simulate::own_cell(base_, model_.panel, genotype, "721_221", "lymphocyte");
    for (std::size_t mask = 0; mask < frequency.size(); ++mask) {
        auto c = combination_of(person, mask, education, tissue);
        c.frequency = frequency[mask];
        if (!by_member.empty()) {
            std::vector<double> values;
            for (auto const& member : by_member)
                values.push_back(member[mask]);
            auto const interval = interval_of(std::move(values));
            c.low = interval.low;
            c.high = interval.high;
        }
        out.combinations.push_back(std::move(c));
    }
    std::stable_sort(out.combinations.begin(), out.combinations.end(),
                     [](auto const& a, auto const& b) { return a.frequency > b.frequency; });
    out.summary = summary_of(out);
    return out;
}

} // namespace nk::study
