#include "nk/study/donors.hpp"

#include "nk/base/words.hpp"
#include "nk/simulate/genotype_reader.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <tuple>

namespace nk::study {
namespace {

using Names = std::vector<std::string>;

Names names_without(Names const& names, Names const& others) {
    Names out;
    for (auto const& name : names)
        if (std::find(others.begin(), others.end(), name) == others.end())
            out.push_back(name);
    return out;
}

/// How far two alleles are known to be the same.
enum class AlleleMatch { none, open, sure };

AlleleMatch match(biology::HlaName const& one, biology::HlaName const& other) {
    constexpr std::size_t protein = 2; ///< fields that name the protein
    auto const known = std::min({one.fields.size(), other.fields.size(), protein});
    if (one.locus != other.locus || first_fields(one, known) != first_fields(other, known))
        return AlleleMatch::none;
    return known == protein ? AlleleMatch::sure : AlleleMatch::open;
}

AlleleMatch match(biology::HlaAllele const& one, biology::HlaAllele const& other) {
    auto best = AlleleMatch::none;
    for (auto const& a : one.names)
        for (auto const& b : other.names)
            best = std::max(best, match(a, b));
    auto const single = one.names.size() == 1 && other.names.size() == 1;
    return best == AlleleMatch::sure && !single ? AlleleMatch::open : best;
}

bool typed_at(biology::Typing const& typing, char locus) {
    return std::any_of(typing.alleles.begin(), typing.alleles.end(), [&](auto const& allele) { return allele.locus == locus; });
}

/// B motifs of one half: its genes of B alone 2, with those of A 1, those of A alone 0.
std::optional<int> motifs_of_half(biology::KirGenes const& genes, ParameterBase const& base, std::string const& half) {
    auto const any = [&](Names const& names) {
        return std::any_of(names.begin(), names.end(), [&](auto const& g) { return genes.has(g); });
    };
    auto const a = any(base.attribute("donor_motif." + half + ".a"));
    auto const b = any(base.attribute("donor_motif." + half + ".b"));
    if (!a && !b)
        return std::nullopt;
    return b ? (a ? 1 : 2) : 0;
}

std::vector<DonorCriterion> criteria_of(ParameterBase const& base) {
    std::vector<DonorCriterion> out;
    for (auto const& key : base.children("donor_criterion")) {
        auto const text = [&](char const* name) { return base.text("donor_criterion." + key + "." + name); };
        out.push_back({key, text("title"), text("use"), text("evidence"), text("source"), text("confidence"), text("note")});
    }
    return out;
}

/// Alloreactive among the educated in whole per cent: what is smaller is noise of the cells drawn, and of the parameters anyway.
long whole_percent(DonorCells const& cells) {
    return std::lround(100.0 * cells.of_educated);
}

/// Smaller is ranked higher.
auto rank_key(DonorAssessment const& donor) {
    return std::tuple{-whole_percent(donor.cells), donor.rejection.count, donor.against_host.count, -donor.motifs.order};
}

/// Share of the parameter sets that put `above` over `below` by the first criterion, where that one decides.
std::optional<double> share_that_agrees(DonorCells const& above, DonorCells const& below) {
    if (above.by_member.empty() || whole_percent(above) == whole_percent(below))
        return std::nullopt;
    auto agree = 0.0;
    for (std::size_t m = 0; m < above.by_member.size(); ++m)
        agree += above.by_member[m] > below.by_member[m] ? 1.0 : 0.0;
    return agree / static_cast<double>(above.by_member.size());
}

void put_in_order(std::vector<DonorAssessment>& donors) {
    std::sort(donors.begin(), donors.end(), [](auto const& a, auto const& b) {
        return std::tuple_cat(rank_key(a), std::tie(a.name)) < std::tuple_cat(rank_key(b), std::tie(b.name));
    });
    for (std::size_t i = 0; i < donors.size(); ++i)
        donors[i].rank = i > 0 && rank_key(donors[i]) == rank_key(donors[i - 1]) ? donors[i - 1].rank : static_cast<int>(i) + 1;
    for (std::size_t i = 0; i + 1 < donors.size(); ++i)
        donors[i].above_next = share_that_agrees(donors[i].cells, donors[i + 1].cells);
}

/// A locus that is not typed would look like missing ligands, and every donor like an alloreactive one.
void refuse_untyped_loci(biology::Typing const& patient) {
    std::vector<Problem> problems;
    for (auto const locus : {'A', 'B', 'C'})
        if (!typed_at(patient, locus))
            problems.push_back({{},
                                "biology",
                                fmt::format("the patient's typing has no HLA-{} allele", locus),
                                "which KIR ligands are missing cannot be told",
                                "for example: nk hla \"A*01:01 A*02:01 B*08:01 B*44:02 C*05:01 C*07:01\" --donors donors.toml"});
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
}

Names warnings_about_loci(biology::Typing const& typing) {
    Names out;
    for (auto const locus : {'A', 'B', 'C'})
        if (!typed_at(typing, locus))
            out.push_back(fmt::format("no HLA-{} allele was given: self is taken to lack it, and the locus is not compared", locus));
    return out;
}

} // namespace

std::vector<std::string> kir_ligands(biology::Typing const& typing) {
    Names out;
    auto const counts = [&](biology::HlaLigand ligand) {
        return std::any_of(typing.alleles.begin(), typing.alleles.end(),
                           [&](auto const& allele) { return allele.on_surface && allele.ligand == ligand; });
    };
    if (counts(biology::HlaLigand::C1))
        out.emplace_back("C1");
    if (counts(biology::HlaLigand::C2))
        out.emplace_back("C2");
    if (counts(biology::HlaLigand::Bw4_80I) || counts(biology::HlaLigand::Bw4_80T))
        out.emplace_back("Bw4");
    return out;
}

HlaMismatches hla_mismatches(biology::Typing const& from, biology::Typing const& to) {
    HlaMismatches out;
    std::vector<biology::HlaAllele const*> seen;
    for (auto const& allele : from.alleles) {
        auto const again =
            std::any_of(seen.begin(), seen.end(), [&](auto const* other) { return match(*other, allele) == AlleleMatch::sure; });
        if (!allele.on_surface || again || !typed_at(to, allele.locus))
            continue;
        seen.push_back(&allele);
        auto best = AlleleMatch::none;
        for (auto const& other : to.alleles)
            if (other.on_surface)
                best = std::max(best, match(allele, other));
        ++out.of;
        out.open += best == AlleleMatch::open ? 1 : 0;
        if (best == AlleleMatch::none) {
            ++out.count;
            out.alleles.push_back(allele.name);
        }
    }
    return out;
}

KirMotifs kir_motifs(biology::KirGenes const& genes, ParameterBase const& base) {
    KirMotifs out;
    out.word = "unknown";
    if (!genes.typed)
        return out;
    out.centromeric = motifs_of_half(genes, base, "centromeric");
    out.telomeric = motifs_of_half(genes, base, "telomeric");
    if (!out.centromeric || !out.telomeric)
        return out;
    constexpr auto most = 4; // two halves, two haplotypes
    auto const motifs = *out.centromeric + *out.telomeric;
    auto const better = motifs >= base.value("donor_motif.better_from", "1");
    out.word = *out.centromeric == 2 ? "best" : better ? "better" : "neutral";
    out.order = motifs + (*out.centromeric == 2 ? 2 * (most + 1) : better ? most + 1 : 0);
    return out;
}

DonorRanker::DonorRanker(ParameterBase base, Ensemble const& ensemble, biology::IpdProteins const* ipd)
    : model_{base, CellModel::from(base)}, rules_(biology::TypingRules::from(base)), ipd_(ipd) {
    if (base.children("donor_criterion").empty())
        throw ScenarioError(Problem{
            {}, "data", "the data have no [donor_criterion]", "donors cannot be compared", "data/donors.toml is missing in the folder"});
    if (ensemble.real())
        for (std::size_t i = 0; i < ensemble.size(); ++i) {
            auto member = ensemble.member(i);
            auto cells = CellModel::from(member);
            members_.push_back({std::move(member), std::move(cells)});
        }
}

DonorAssessment DonorRanker::assess(biology::Typing const& patient, scenario::DonorEntry const& entry) const {
    DonorAssessment out;
    out.name = entry.name;
    out.fcgr3a_known = !entry.fcgr3a.empty();
    out.cmv_known = !entry.cmv.empty();
    if (!std::isnan(entry.age))
        out.age = entry.age;
    auto const& kir = entry.kir.empty() ? model_.base.attribute("reference_donor.kir") : entry.kir;
    out.typing =
        biology::Typing::from(entry.hla, kir, out.fcgr3a_known ? entry.fcgr3a : "VF", out.cmv_known ? entry.cmv : "negative", rules_, ipd_);
    out.warnings = out.typing.warnings;
    for (auto& warning : warnings_about_loci(out.typing))
        out.warnings.push_back(std::move(warning));
    out.cells = cells_of(patient, out.typing);
    auto const own = kir_ligands(out.typing), theirs = kir_ligands(patient);
    out.missing_in_patient = names_without(own, theirs);
    out.missing_in_donor = names_without(theirs, own);
    out.rejection = hla_mismatches(out.typing, patient);
    out.against_host = hla_mismatches(patient, out.typing);
    if (entry.kir.empty()) {
        out.typing.kir.typed = false;
        out.warnings.push_back("no KIR typing was given: the haplotypes " + joined(kir, " ") + " of the reference donor are assumed");
    } else {
        auto const has = [](Names const& names, char const* name) { return std::find(names.begin(), names.end(), name) != names.end(); };
        out.kir2ds1_sees = out.typing.kir.on_surface("KIR2DS1") && has(theirs, "C2");
        out.c2_only = has(own, "C2") && !has(own, "C1");
    }
    out.motifs = kir_motifs(out.typing.kir, model_.base);
    return out;
}

DonorRanking DonorRanker::rank(std::vector<std::string> const& patient_hla, std::vector<scenario::DonorEntry> const& donors) const {
    NK_EXPECT(!donors.empty());
    DonorRanking out;
    out.patient = biology::Typing::from(patient_hla, {}, "VF", "negative", rules_, ipd_);
    refuse_untyped_loci(out.patient);
    out.patient_ligands = kir_ligands(out.patient);
    out.warnings = out.patient.warnings;
    for (auto const& entry : donors)
        out.donors.push_back(assess(out.patient, entry));
    put_in_order(out.donors);
    out.criteria = criteria_of(model_.base);
    out.ensemble_size = std::max<std::size_t>(1, members_.size());
    if (members_.empty())
        out.warnings.emplace_back("the program has no ensemble of parameter sets: no interval is given");
    return out;
}

} // namespace nk::study
