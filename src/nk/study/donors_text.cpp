#include "nk/base/words.hpp"
#include "nk/study/donors.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::study {
namespace {

constexpr std::size_t page_width = 120;
constexpr std::size_t widest_name = 20;
constexpr char const* not_advice =
    "Observational evidence, for research use only: an order by named criteria, not a recommendation of a donor, and no advice "
    "for a person. The choice of a donor rests on much that is not looked at here.";
constexpr char const* how_ranked =
    "Ranked by (a) the alloreactive share of educated NK cells in whole per cent; ties by (d) fewer HLA mismatches "
    "host-versus-graft, then graft-versus-host; then by (e) KIR B motifs. Donors that these do not tell apart share a rank.";

/// Text broken at blanks; all lines but the first begin with `indent` blanks, and the first is `used` columns long already.
std::string wrapped(std::string const& text, std::size_t indent, std::size_t used) {
    std::string out;
    auto column = used;
    for (auto const& word : words(text)) {
        if (column > indent && column + 1 + word.size() > page_width) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!out.empty()) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

std::string strong(bool colour, std::string const& text) {
    return colour ? "\033[1m" + text + "\033[0m" : text;
}

std::string or_none(std::vector<std::string> const& names) {
    return names.empty() ? "none" : joined(names, ", ");
}

std::string short_name(std::string const& name) {
    return name.size() > widest_name ? name.substr(0, widest_name - 3) + "..." : name;
}

std::string share_in_percent(double share) {
    return fmt::format("{:.1f} %", 100.0 * share);
}

/// "Ruggeri2002, Ruggeri2007" as a list.
std::vector<std::string> words_of_list(std::string text) {
    std::replace(text.begin(), text.end(), ',', ' ');
    return words(text);
}

std::string motif_text(KirMotifs const& motifs) {
    auto const count = [](std::optional<int> const& one) { return one ? fmt::format("{}", *one) : std::string("?"); };
    return fmt::format("{}+{} {}", count(motifs.centromeric), count(motifs.telomeric), motifs.word);
}

std::string mismatch_text(HlaMismatches const& mismatches) {
    return fmt::format("{}/{}{}", mismatches.count, mismatches.of, mismatches.open > 0 ? "*" : "");
}

/// One line of the table of ranks; the same columns for its head.
struct RankLine {
    std::string rank, name, alloreactive, interval, sets, of_all, lost, rejection, against_host, motifs, cd16, cmv, age;

    std::string text(std::size_t width) const {
        return fmt::format("{:>4}  {:<{}}  {:>12} {:>8}  {:>7}  {:>6}  {:<9} {:>4} {:>4}  {:<11}  {:<4} {:<8} {:>3}\n", rank, name, width,
                           alloreactive, interval, sets, of_all, lost, rejection, against_host, motifs, cd16, cmv, age);
    }
};

RankLine line_of(DonorAssessment const& donor) {
    auto const& range = donor.cells.of_educated_interval;
    auto const real = !donor.cells.by_member.empty();
    return {fmt::format("{}", donor.rank),
            short_name(donor.name),
            share_in_percent(donor.cells.of_educated),
            real ? fmt::format("{:.0f} to {:.0f}", 100.0 * range.low, 100.0 * range.high) : "-",
            donor.above_next ? fmt::format("{:.0f} %", 100.0 * *donor.above_next) : "-",
            share_in_percent(donor.cells.alloreactive),
            donor.missing_in_patient.empty() ? "none" : joined(donor.missing_in_patient, " "),
            mismatch_text(donor.rejection),
            mismatch_text(donor.against_host),
            motif_text(donor.motifs),
            donor.fcgr3a_known ? donor.typing.fcgr3a : "?",
            donor.cmv_known ? donor.typing.cmv : "?",
            donor.age ? fmt::format("{:.0f}", *donor.age) : "?"};
}

std::string rank_table(DonorRanking const& ranking, bool colour) {
    std::size_t width = 5;
    for (auto const& donor : ranking.donors)
        width = std::max(width, short_name(donor.name).size());
    RankLine const head{"rank", "donor", "alloreactive", "5-95 %", "sets", "of all", "lost", "HvG", "GvH", "KIR B", "CD16", "CMV", "age"};
    auto text = head.text(width);
    text = strong(colour, text.substr(0, text.size() - 1)) + "\n";
    for (auto const& donor : ranking.donors)
        text += line_of(donor).text(width);
    text +=
        wrapped(fmt::format(
                    "alloreactive: (a), of the educated NK cells; 5-95 %: over {} parameter sets; sets: how many of them agree that it is "
                    "more than that of the donor below; of all: of all NK cells; lost: (b), KIR ligands of the donor that the "
                    "patient lacks; HvG, GvH: (d), HLA-A, -B, -C alleles of the donor foreign to the patient (rejection), and the "
                    "reverse, * some match only as far as the typing goes; KIR B: (e), centromeric + telomeric motifs; ? not known.",
                    ranking.ensemble_size),
                0, 0) +
        "\n";
    return text;
}

/// "KIR2DL2 and KIR2DL3 (C1), KIR3DL1 (Bw4)"
std::string by_ligand(std::vector<MissingLigand> const& list) {
    std::vector<std::string> ligands, parts;
    for (auto const& one : list)
        if (std::find(ligands.begin(), ligands.end(), one.ligand) == ligands.end())
            ligands.push_back(one.ligand);
    for (auto const& ligand : ligands) {
        std::vector<std::string> receptors;
        for (auto const& one : list)
            if (one.ligand == ligand)
                receptors.push_back(one.receptor);
        parts.push_back(joined(receptors, " and ") + " (" + ligand + ")");
    }
    return joined(parts, ", ");
}

std::string cells_sentence(DonorAssessment const& donor) {
    auto const& cells = donor.cells;
    if (cells.educated <= 0.0)
        return "no NK cells are educated";
    auto text = fmt::format("{} of the educated NK cells, which are {} of all", share_in_percent(cells.of_educated),
                            share_in_percent(cells.educated));
    if (!cells.licensed.empty())
        text += "; licensed by what the patient lacks: " + by_ligand(cells.licensed);
    else
        text += donor.missing_in_patient.empty() ? "; the patient has every KIR ligand of the donor"
                                                 : "; the patient lacks " + joined(donor.missing_in_patient, " and ") +
                                                       ", but no educated cell of the donor rests on it alone";
    if (cells.p_hit_patient && cells.p_hit_self)
        text += fmt::format("; primed, they hit a B-cell line with the patient's HLA with P = {:.2f}, with the donor's own {:.2f}",
                            *cells.p_hit_patient, *cells.p_hit_self);
    return text + fmt::format("; all NK cells of the donor, primed: {:.2f}", cells.p_hit_all);
}

std::string uneducated_sentence(DonorAssessment const& donor) {
    if (donor.cells.uneducated.empty())
        return "none";
    std::vector<std::string> parts;
    for (auto const& one : donor.cells.uneducated)
        parts.push_back(fmt::format("{} ({}) {}", one.receptor, one.ligand, share_in_percent(one.share)));
    return fmt::format("{} of all NK cells: {}; no advantage in Ruggeri 2007, moves no donor", share_in_percent(donor.cells.unlicensed),
                       joined(parts, ", "));
}

std::string mismatch_sentence(char const* direction, HlaMismatches const& mismatches) {
    auto text = fmt::format("{} {} of {} ({})", direction, mismatches.count, mismatches.of, or_none(mismatches.alleles));
    return text + (mismatches.open > 0 ? fmt::format(", {} not decided by the typing", mismatches.open) : "");
}

std::string kir2ds1_sentence(DonorAssessment const& donor) {
    if (!donor.kir2ds1_sees)
        return "KIR not typed";
    if (!*donor.kir2ds1_sees)
        return donor.typing.kir.on_surface("KIR2DS1") ? "KIR2DS1, but the patient has no C2" : "no KIR2DS1";
    return donor.c2_only ? "KIR2DS1 with C2 of the patient; the donor has C2 alone, to which such cells grow tolerant"
                         : "KIR2DS1 with C2 of the patient; the donor has C1 too";
}

/// What stands in the column of each criterion, in the order of data/donors.toml.
std::string finding(DonorAssessment const& donor, std::string const& key) {
    if (key == "alloreactivity")
        return cells_sentence(donor);
    if (key == "ligand_mismatch")
        return "graft-versus-host " + or_none(donor.missing_in_patient) + "; host-versus-graft " + or_none(donor.missing_in_donor);
    if (key == "missing_ligand")
        return uneducated_sentence(donor);
    if (key == "hla_mismatch")
        return mismatch_sentence("host-versus-graft", donor.rejection) + "; " + mismatch_sentence("graft-versus-host", donor.against_host);
    if (key == "kir_b")
        return donor.typing.kir.typed ? motif_text(donor.motifs) : "KIR not typed";
    if (key == "kir2ds1")
        return kir2ds1_sentence(donor);
    if (key == "cd16")
        return donor.fcgr3a_known ? donor.typing.fcgr3a : "not known";
    if (key == "cmv")
        return donor.cmv_known ? fmt::format("{}; {} NKG2C+ NK cells expected", donor.typing.cmv, share_in_percent(donor.cells.adaptive))
                               : "not known";
    if (key == "age")
        return donor.age ? fmt::format("{:.0f} years", *donor.age) : "not known";
    return "";
}

/// (a), (b), ... by place.
std::string letter_of(std::size_t criterion) {
    return fmt::format("({})", static_cast<char>('a' + criterion));
}

std::string findings(DonorRanking const& ranking, bool colour) {
    constexpr std::size_t indent = 6;
    std::string text;
    for (auto const& donor : ranking.donors) {
        text += strong(colour, fmt::format("{}. {}", donor.rank, donor.name)) + "\n";
        for (std::size_t c = 0; c < ranking.criteria.size(); ++c)
            text += "  " + letter_of(c) + " " + wrapped(finding(donor, ranking.criteria[c].key), indent, indent) + "\n";
        for (auto const& warning : donor.warnings)
            text += "  ! " + wrapped(warning, 4, 4) + "\n";
    }
    return text;
}

std::string criteria_table(DonorRanking const& ranking, bool colour) {
    constexpr std::size_t indent = 6;
    auto text =
        strong(colour, "criteria, and the evidence that they change the outcome of a patient (A replicated .. D contradictory)") + "\n";
    for (std::size_t c = 0; c < ranking.criteria.size(); ++c) {
        auto const& one = ranking.criteria[c];
        text += "  " + letter_of(c) + " " +
                wrapped(fmt::format("{}: {}, evidence {} ({}; {})", one.title, one.use, one.evidence, one.source, one.confidence), indent,
                        indent) +
                "\n" + std::string(indent, ' ') + wrapped(one.note, indent, indent) + "\n";
    }
    return text;
}

nlohmann::ordered_json to_json(std::vector<MissingLigand> const& list) {
    auto out = nlohmann::ordered_json::array();
    for (auto const& one : list)
        out.push_back({{"receptor", one.receptor}, {"ligand", one.ligand}, {"share", one.share}});
    return out;
}

nlohmann::ordered_json to_json(HlaMismatches const& one) {
    return {{"count", one.count}, {"of", one.of}, {"open", one.open}, {"alleles", one.alleles}};
}

template <class Value> nlohmann::ordered_json known_or_null(std::optional<Value> const& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json to_json(DonorAssessment const& donor) {
    auto const& cells = donor.cells;
    auto const text_or_null = [](bool known, std::string const& text) {
        return known ? nlohmann::ordered_json(text) : nlohmann::ordered_json(nullptr);
    };
    return {{"rank", donor.rank},
            {"name", donor.name},
            {"alloreactivity",
             {{"of_educated", cells.of_educated},
              {"low", cells.of_educated_interval.low},
              {"high", cells.of_educated_interval.high},
              {"of_all", cells.alloreactive},
              {"educated", cells.educated},
              {"licensed", to_json(cells.licensed)},
              {"above_next", known_or_null(donor.above_next)},
              {"p_hit_patient", known_or_null(cells.p_hit_patient)},
              {"p_hit_self", known_or_null(cells.p_hit_self)},
              {"p_hit_all", cells.p_hit_all}}},
            {"ligand_mismatch", {{"graft_versus_host", donor.missing_in_patient}, {"host_versus_graft", donor.missing_in_donor}}},
            {"missing_ligand", {{"share", cells.unlicensed}, {"receptors", to_json(cells.uneducated)}}},
            {"hla_mismatch", {{"host_versus_graft", to_json(donor.rejection)}, {"graft_versus_host", to_json(donor.against_host)}}},
            {"kir_b",
             {{"centromeric", known_or_null(donor.motifs.centromeric)},
              {"telomeric", known_or_null(donor.motifs.telomeric)},
              {"word", donor.motifs.word}}},
            {"kir2ds1", {{"with_c2", known_or_null(donor.kir2ds1_sees)}, {"donor_c2_alone", donor.c2_only}}},
            {"cd16", text_or_null(donor.fcgr3a_known, donor.typing.fcgr3a)},
            {"cmv", text_or_null(donor.cmv_known, donor.typing.cmv)},
            {"nkg2c", donor.cmv_known ? nlohmann::ordered_json(cells.adaptive) : nlohmann::ordered_json(nullptr)},
            {"age", known_or_null(donor.age)},
            {"findings", nlohmann::ordered_json::object()},
            {"warnings", donor.warnings}};
}

} // namespace

nlohmann::ordered_json to_json(DonorRanking const& ranking) {
    nlohmann::ordered_json out;
    std::vector<std::string> alleles;
    for (auto const& allele : ranking.patient.alleles)
        alleles.push_back(allele.name);
    out["patient"] = {{"hla", alleles}, {"kir_ligands", ranking.patient_ligands}};
    out["donors"] = nlohmann::ordered_json::array();
    for (auto const& donor : ranking.donors) {
        auto one = to_json(donor);
        for (auto const& criterion : ranking.criteria)
            one["findings"][criterion.key] = finding(donor, criterion.key);
        out["donors"].push_back(std::move(one));
    }
    out["criteria"] = nlohmann::ordered_json::array();
    for (auto const& one : ranking.criteria)
        out["criteria"].push_back({{"key", one.key},
                                   {"title", one.title},
                                   {"use", one.use},
                                   {"evidence", one.evidence},
                                   {"source", words_of_list(one.source)},
                                   {"confidence", one.confidence},
                                   {"note", one.note}});
    out["parameter_sets"] = ranking.ensemble_size;
    out["ranking"] = how_ranked;
    out["note"] = not_advice;
    out["warnings"] = ranking.warnings;
    return out;
}

std::string to_text(DonorRanking const& ranking, bool colour) {
    std::vector<std::string> alleles;
    for (auto const& allele : ranking.patient.alleles)
        alleles.push_back(allele.name);
    auto text = wrapped(fmt::format("patient: {}; KIR ligands: {}", joined(alleles, " "), or_none(ranking.patient_ligands)), 0, 0) + "\n\n";
    text += rank_table(ranking, colour) + wrapped(how_ranked, 0, 0) + "\n\n";
    text += findings(ranking, colour) + "\n" + criteria_table(ranking, colour) + "\n";
    return text + wrapped(not_advice, 0, 0) + "\n";
}

} // namespace nk::study
