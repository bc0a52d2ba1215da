#include "nk/biology/typing/kir.hpp"

#include "nk/base/words.hpp"
#include "nk/biology/typing/hla_name.hpp"
#include "nk/biology/typing/typing_problems.hpp"

#include <algorithm>

namespace nk::biology {
namespace {

bool contains(std::vector<std::string> const& list, std::string_view item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

/// Upper case without blanks, `_` and the hyphen after KIR.
std::string normalised_kir(std::string_view word) {
    std::string out;
    for (auto const c : word)
        if (c != '_')
            out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (out.starts_with("KIR-"))
        out.erase(3, 1);
    return out;
}

class KirReader {
  public:
    explicit KirReader(KirRules const& rules) : rules_(rules) {}
    void read(std::string_view text);
    KirGenes finish();

  private:
    void add_word(std::string_view word, std::size_t at);
    bool add_haplotypes(std::string_view word);
    bool add_gene(std::string_view word);
    bool add_either(std::string const& word);
    void add_all(std::string const& haplotype);
    std::string gene_of(std::string_view word) const;
    void infer();

    KirRules const& rules_;
    KirGenes genes_;
    std::set<std::string, std::less<>> visible_; ///< genes with at least one allele on the surface
    std::set<std::string, std::less<>> absent_;
    std::vector<std::pair<std::string, std::vector<std::string>>> either_;
    TypingProblems problems_{"KIR"};
};

/// "KIR2DL1" for 2DL1, KIR2DL1 and aliases; "" when it is none.
std::string KirReader::gene_of(std::string_view word) const {
    auto name = std::string(word);
    if (auto const alias = rules_.aliases.find(name.starts_with("KIR") ? name.substr(3) : name); alias != rules_.aliases.end())
        return alias->second;
    if (!name.starts_with("KIR"))
        name = "KIR" + name;
    return contains(rules_.genes, name) || contains(rules_.pseudogenes, name) ? name : "";
}

void KirReader::add_all(std::string const& haplotype) {
    for (auto const& gene : rules_.haplotypes.at(haplotype)) {
        genes_.present.insert(gene);
        visible_.insert(gene);
    }
}

/// A/A, AB, B/x: two haplotypes; cA01: half of one.
bool KirReader::add_haplotypes(std::string_view word) {
    auto pair = std::string(word);
    std::erase(pair, '/');
    if (pair.size() == 2 && std::string_view("ABX").find(pair[0]) != std::string_view::npos &&
        std::string_view("ABX").find(pair[1]) != std::string_view::npos) {
        for (auto const half : pair)
            if (half != 'X')
                add_all(std::string(1, half));
        if (pair.find('B') != std::string::npos)
            genes_.warnings.push_back("B haplotypes differ in their genes; `" + shown(word) +
                                      "` is read as the haplotype with both B halves, name the genes to be exact");
        if (pair.find('X') != std::string::npos)
            genes_.warnings.push_back("the haplotype `x` in `" + shown(word) + "` is not known and adds no genes");
        return pair != "XX";
    }
    if (word.size() < 3 || !rules_.haplotypes.contains(word))
        return false;
    add_all(std::string(word));
    return true;
}

bool KirReader::add_gene(std::string_view word) {
    auto const missing = word.size() > 1 && word.back() == '-';
    if (missing)
        word.remove_suffix(1);
    auto const star = word.find('*');
    auto allele = star == std::string_view::npos ? std::string_view{} : word.substr(star + 1);
    auto stem = word.substr(0, star);
    if (stem == "KIR1D") { // the name of the deleted KIR2DS4 as a protein
        stem = "2DS4";
        allele = "DEL";
    } else if (star == std::string_view::npos && stem.size() > 3 && stem.ends_with("DEL")) {
        stem.remove_suffix(3);
        if (stem.ends_with('-'))
            stem.remove_suffix(1);
        allele = "DEL";
    }
    auto const gene = gene_of(stem);
    if (gene.empty() || (star != std::string_view::npos && allele.empty()))
        return false;
    if (contains(rules_.pseudogenes, gene))
        return true;
    if (missing) {
        absent_.insert(gene);
        return true;
    }
    genes_.present.insert(gene);
    auto const hidden = rules_.hidden_alleles.find(gene);
    if (allele.empty() || hidden == rules_.hidden_alleles.end() || !contains(hidden->second, allele.substr(0, 3)))
        visible_.insert(gene);
    return true;
}

/// 2DL2/2DL3, 2DL2/L3, 2DL2/3: one of two genes, decided by the others when all are read.
bool KirReader::add_either(std::string const& word) {
    auto const slash = word.find('/');
    if (slash == std::string::npos || word.find('/', slash + 1) != std::string::npos)
        return false;
    auto const first = gene_of(word.substr(0, slash));
    auto second = word.substr(slash + 1);
    if (first.empty() || second.empty())
        return false;
    if (gene_of(second).empty() && second.size() < first.size())
        second = first.substr(0, first.size() - second.size()) + second;
    second = gene_of(second);
    if (second.empty() || second == first)
        return false;
    either_.push_back({word, {first, second}});
    return true;
}

void KirReader::add_word(std::string_view word, std::size_t at) {
    auto const name = word.size() > 64 ? std::string{} : normalised_kir(word);
    if (!name.empty() && (add_haplotypes(name) || add_gene(name) || add_either(name)))
        return;
    auto const near =
        nearest_name(name.starts_with("KIR") ? name.substr(0, name.find('*')) : "KIR" + name.substr(0, name.find('*')), rules_.genes);
    problems_.add(at, word.size(), "name", "`" + shown(word) + "` is not a KIR gene",
                  near.empty() ? "write genes like 2DL1 or KIR2DL1, or a pair of haplotypes like A/A" : "did you mean `" + near + "`?");
}

void KirReader::read(std::string_view text) {
    if (!problems_.begin(text))
        return;
    constexpr std::string_view separators = " \t\r\n,;+~^|";
    for (std::size_t at = 0; at < text.size() && !problems_.full();) {
        if (separators.find(text[at]) != std::string_view::npos) {
            ++at;
            continue;
        }
        auto const end = std::min(text.find_first_of(separators, at), text.size());
        if (!problems_.count_names(1, at))
            return;
        add_word(text.substr(at, end - at), at);
        at = end;
    }
}

/// Settles what was ambiguous, adds the framework genes, and looks for content that is nearly never seen.
void KirReader::infer() {
    for (auto const& [word, genes] : either_) {
        if (std::any_of(genes.begin(), genes.end(), [&](auto const& gene) { return genes_.present.contains(gene); }))
            continue;
        // A gene whose usual neighbour is present; otherwise that of the A haplotype; otherwise the first.
        auto chosen = genes.front();
        for (auto const& gene : genes)
            if (!contains(rules_.haplotype_b, gene))
                chosen = gene;
        for (auto const& check : rules_.checks)
            if (check.given.size() == 1 && check.one_of.size() == 1 && genes_.present.contains(check.given.front()) &&
                contains(genes, check.one_of.front()))
                chosen = check.one_of.front();
        genes_.present.insert(chosen);
        visible_.insert(chosen);
        genes_.warnings.push_back("`" + word + "` may be " + genes[0] + " or " + genes[1] + "; " + chosen + " is used");
    }
    for (auto const& gene : absent_)
        if (genes_.present.contains(gene))
            genes_.warnings.push_back(gene + " is given as present and as absent; it is taken as present");
    for (auto const& gene : rules_.framework) {
        if (absent_.contains(gene))
            genes_.warnings.push_back(gene + " is given as absent, but everybody carries it");
        if (genes_.present.insert(gene).second)
            visible_.insert(gene);
    }
    auto const has = [&](auto const& gene) { return genes_.present.contains(gene); };
    for (auto const& check : rules_.checks)
        if (std::all_of(check.given.begin(), check.given.end(), has) && std::none_of(check.one_of.begin(), check.one_of.end(), has))
            genes_.warnings.push_back(check.text);
    for (auto const& gene : genes_.present)
        if (!visible_.contains(gene)) {
            genes_.hidden.insert(gene);
            genes_.warnings.push_back(gene + " is present only as an allele that does not reach the surface");
        }
    genes_.group = std::any_of(rules_.haplotype_b.begin(), rules_.haplotype_b.end(), has) ? KirGroup::Bx : KirGroup::AA;
}

KirGenes KirReader::finish() {
    problems_.throw_if_any();
    genes_.typed = !genes_.present.empty() || !either_.empty() || !absent_.empty();
    if (genes_.typed)
        infer();
    else
        genes_.present.insert(rules_.framework.begin(), rules_.framework.end());
    std::set<std::string> seen;
    std::erase_if(genes_.warnings, [&](std::string const& warning) { return !seen.insert(warning).second; });
    return std::move(genes_);
}

} // namespace

char const* to_text(KirGroup group) {
    switch (group) {
    case KirGroup::AA:
        return "A/A";
    case KirGroup::Bx:
        return "B/x";
    default:
        return "unknown";
    }
}

KirRules KirRules::from(ParameterBase const& base) {
    KirRules rules;
    rules.genes = base.attribute("kir_gene.functional");
    if (rules.genes.empty())
        throw missing_from_data("kir_gene.functional", "data/kir.toml");
    rules.framework = base.attribute("kir_gene.framework");
    rules.pseudogenes = base.attribute("kir_gene.pseudogenes");
    rules.haplotype_b = base.attribute("kir_gene.haplotype_b");
    for (auto const& line : base.attribute("kir_alias.names"))
        if (auto const pair = words(line); pair.size() == 2)
            rules.aliases[pair[0]] = pair[1];
    for (auto const& line : base.attribute("kir_not_on_surface.alleles"))
        if (auto const row = words(line); row.size() > 1)
            rules.hidden_alleles[row[0]] = {row.begin() + 1, row.end()};
    for (auto const& haplotype : base.children("kir_haplotype"))
        rules.haplotypes[haplotype] = base.attribute("kir_haplotype." + haplotype + ".genes");
    for (auto const* haplotype : {"A", "B"})
        if (!rules.haplotypes.contains(haplotype))
            throw missing_from_data(std::string("kir_haplotype.") + haplotype, "data/kir.toml");
    for (auto const& check : base.children("kir_check")) {
        auto const prefix = "kir_check." + check;
        rules.checks.push_back({base.attribute(prefix + ".given"), base.attribute(prefix + ".one_of"), base.text(prefix + ".text")});
    }
    return rules;
}

KirGenes parse_kir(std::string_view text, KirRules const& rules) {
    KirReader reader(rules);
    reader.read(text);
    return reader.finish();
}

KirGenes parse_kir(std::span<std::string const> texts, KirRules const& rules) {
    KirReader reader(rules);
    for (auto const& text : texts)
        reader.read(text);
    return reader.finish();
}

} // namespace nk::biology
