#include "nk/biology/typing/ipd.hpp"

#include <algorithm>
#include <array>

namespace nk::biology {
namespace {

// Numbering of the mature protein; the leader has 24 residues, so that mature position 1 is residue 25 of a complete record.
constexpr std::string_view anchor = "YYNQSEAGSHT";
constexpr std::size_t anchor_position = 84;
constexpr std::size_t leader_length = 24;
constexpr std::size_t tolerated = 3;
constexpr std::size_t least_of_anchor = 4; ///< residues that place a sequence by themselves
constexpr std::string_view amino_acids = "ACDEFGHIKLMNPQRSTVWY";

/// Over the whole motif, or as much of it as the sequence has.
std::size_t differences(std::string_view sequence, std::size_t at) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < std::min(anchor.size(), sequence.size() - at); ++i)
        count += sequence[at + i] != anchor[i] ? 1 : 0;
    return count;
}

/// Index of mature position 84 in a sequence that ends before the motif does, or npos.
std::size_t find_cut_anchor(std::string_view sequence) {
    auto const first = sequence.size() < anchor.size() ? std::size_t{1} : sequence.size() - anchor.size() + 1;
    for (auto at = first; at <= sequence.size(); ++at) {
        auto const second = at + 2 - anchor_position; // index of mature 2, where S and H stand in all of class I
        auto const begins_well = at + 2 >= anchor_position && sequence.substr(second, 2) == "SH";
        if (differences(sequence, at) == 0 && (sequence.size() - at >= least_of_anchor || begins_well))
            return at;
    }
    return std::string_view::npos;
}

/// Index of mature position 84, or npos.
std::size_t find_anchor(std::string_view sequence) {
    if (sequence.size() < anchor.size())
        return find_cut_anchor(sequence);
    auto const last = sequence.size() - anchor.size();
    // Complete records, and partial ones from mature position 2 or 1 on.
    for (auto const usual : {leader_length + anchor_position - 1, anchor_position - 2, anchor_position - 1})
        if (usual <= last && differences(sequence, usual) <= 1)
            return usual;
    auto best = std::string_view::npos;
    auto fewest = tolerated + 1;
    for (std::size_t at = 0; at <= last; ++at)
        if (auto const count = differences(sequence, at); count < fewest) {
            fewest = count;
            best = at;
        }
    return best == std::string_view::npos ? find_cut_anchor(sequence) : best;
}

/// Residue -21: counted from the SH at mature 2 and 3, so that an insertion or deletion further on does not shift it.
std::optional<char> leader_residue(std::string_view sequence, std::size_t mature_84) {
    auto const first = mature_84 + 1 >= anchor_position ? mature_84 + 1 - anchor_position : std::string_view::npos; // index of mature 1
    auto start = std::string_view::npos;
    if (first != std::string_view::npos && sequence.substr(first + 1, 2) == "SH")
        start = first;
    else if (auto const found = sequence.substr(0, leader_length + 10).find("SHSM"); found != std::string_view::npos && found > 0)
        start = found - 1;
    if (start == std::string_view::npos || start < 21)
        return std::nullopt;
    auto const residue = sequence[start - 21];
    return residue == 'M' || residue == 'T' ? std::optional(residue) : std::nullopt;
}

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// The word with an asterisk in a header: ">HLA:HLA00401 C*01:02:01:01 366 bp".
std::string_view header_name(std::string_view header) {
    for (std::size_t at = 0; at < header.size();) {
        auto const end = std::min(header.find_first_of(" \t\r", at), header.size());
        auto word = header.substr(at, end - at);
        at = end + 1;
        if (word.find('*') == std::string_view::npos)
            continue;
        if (word.starts_with("HLA-"))
            word.remove_prefix(4);
        return word;
    }
    return {};
}

} // namespace

std::optional<HlaResidues> residues_of(std::string_view sequence) {
    auto const at = find_anchor(sequence);
    if (at == std::string_view::npos || at < 8) // 76 stands eight before 84
        return std::nullopt;
    if (sequence.substr(at - 8, 8).find_first_not_of(amino_acids) != std::string_view::npos)
        return std::nullopt;
    auto const residue = [&](std::size_t position) { return sequence[at - (anchor_position - position)]; };
    HlaResidues out{residue(76), residue(77), residue(80), residue(82), residue(83), leader_residue(sequence, at)};
    return out;
}

HlaLigand ligand_of(char locus, HlaResidues const& residues) {
    if (locus == 'C')
        return residues.r80 == 'N' ? HlaLigand::C1 : residues.r80 == 'K' ? HlaLigand::C2 : HlaLigand::none;
    if (residues.r83 == 'R' && residues.r80 == 'I')
        return HlaLigand::Bw4_80I;
    if (residues.r83 == 'R' && residues.r80 == 'T')
        return HlaLigand::Bw4_80T;
    if (locus != 'B' || residues.r80 != 'N')
        return HlaLigand::none;
    if (residues.r76 == 'V')
        return HlaLigand::C1;
    return (residues.r77 == 'S' || residues.r77 == 'G') && residues.r83 == 'G' ? HlaLigand::Bw6 : HlaLigand::none;
}

void IpdProteins::read(std::string_view fasta, char locus) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (fasta.starts_with(byte_order_mark))
        fasta.remove_prefix(byte_order_mark.size());
    auto const before = records_.size();
    std::string sequence;
    Record record;
    auto const close = [&] {
        if (record.name.empty())
            return;
        if (auto const residues = residues_of(sequence)) {
            record.ligand = ligand_of(locus, *residues);
            record.decided = true;
            record.leader = residues->leader.value_or('\0');
        }
        records_.push_back(std::move(record));
        record = {};
    };
    for (std::size_t at = 0; at < fasta.size();) {
        auto const end = std::min(fasta.find('\n', at), fasta.size());
        auto const line = fasta.substr(at, end - at);
        at = end + 1;
        if (line.starts_with('>')) {
            close();
            sequence.clear();
            auto name = header_name(line.substr(1));
            if (name.size() < 3 || name[0] != locus || name[1] != '*')
                continue;
            auto const suffix = name.back();
            auto const lettered = suffix >= 'A' && suffix <= 'Z';
            record.expressed = suffix != 'N' && suffix != 'S' && suffix != 'C';
            record.name = std::string(lettered ? name.substr(0, name.size() - 1) : name);
        } else if (!record.name.empty()) {
            for (auto const c : line)
                if (!is_space(c))
                    sequence += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    close();
    if (!fasta.empty() && records_.size() == before)
        throw ScenarioError(Problem{{},
                                    "syntax",
                                    std::string("the text of ") + locus + "_prot.fasta holds no protein of HLA-" + locus,
                                    "",
                                    "take A_prot.fasta, B_prot.fasta and C_prot.fasta from the `fasta` folder of IPD-IMGT/HLA"});
}

IpdProteins IpdProteins::from(std::string_view a, std::string_view b, std::string_view c) {
    IpdProteins out;
    out.read(a, 'A');
    out.read(b, 'B');
    out.read(c, 'C');
    std::stable_sort(out.records_.begin(), out.records_.end(), [](Record const& x, Record const& y) { return x.name < y.name; });
    return out;
}

IpdProteins::Found IpdProteins::find(std::string_view name) const {
    Found found;
    std::array<std::size_t, 6> counts{};
    auto leaders_agree = true;
    auto const add = [&](Record const& record) {
        ++found.records;
        found.hidden += record.expressed ? 0 : 1;
        if (!record.decided || !record.expressed)
            return;
        ++counts[static_cast<std::size_t>(record.ligand)];
        if (record.leader == '\0')
            return;
        leaders_agree = leaders_agree && (!found.leader || *found.leader == record.leader);
        found.leader = record.leader;
    };
    auto const by_name = [](Record const& record, std::string const& key) { return record.name < key; };
    // Between "B*15:18" and "B*15:18:01" stands "B*15:180": the name itself and its finer ones are two ranges.
    auto const exact = std::string(name);
    for (auto it = std::lower_bound(records_.begin(), records_.end(), exact, by_name); it != records_.end() && it->name == exact; ++it)
        add(*it);
    auto const prefix = exact + ":";
    for (auto it = std::lower_bound(records_.begin(), records_.end(), prefix, by_name);
         it != records_.end() && it->name.starts_with(prefix); ++it)
        add(*it);
    if (!leaders_agree)
        found.leader.reset();
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] > 0)
            found.ligands.push_back(static_cast<HlaLigand>(i));
    std::stable_sort(found.ligands.begin(), found.ligands.end(),
                     [&](HlaLigand x, HlaLigand y) { return counts[static_cast<std::size_t>(x)] > counts[static_cast<std::size_t>(y)]; });
    return found;
}

std::size_t IpdProteins::undecided() const {
    return static_cast<std::size_t>(std::count_if(records_.begin(), records_.end(), [](Record const& record) { return !record.decided; }));
}

} // namespace nk::biology
