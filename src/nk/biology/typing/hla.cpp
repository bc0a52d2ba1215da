#include "nk/biology/typing/hla.hpp"

#include "nk/biology/typing/typing_problems.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace nk::biology {
namespace {

constexpr std::size_t most_warnings = 100;

/// One word of the text and the operator before it: ' ' (also for , ; and ^), '|', '+', '~' or '/'.
struct Lexeme {
    std::string_view word;
    std::size_t at = 0;
    char operation = ' ';
};

/// Warnings in order, each once; a flood is cut.
class Warnings {
  public:
    void add(std::string const& warning) {
        if (!seen_.insert(warning).second)
            return;
        if (list.size() < most_warnings)
            list.push_back(warning);
        else if (list.size() == most_warnings)
            list.push_back("and further warnings of the same kinds");
    }
    void add(std::vector<std::string> const& warnings) {
        for (auto const& warning : warnings)
            add(warning);
    }
    std::vector<std::string> list;

  private:
    std::set<std::string> seen_;
};

class HlaReader {
  public:
    HlaReader(HlaRules const& rules, IpdProteins const* ipd) : rules_(rules), ipd_(ipd) {}

    void read(std::string_view text);
    HlaAlleles finish();

  private:
    using Slot = HlaAllele;                  ///< one gene copy
    using GenotypeSlots = std::vector<Slot>; ///< the copies joined by + and ~
    void problem(std::size_t at, std::size_t length, std::string what, std::string hint);
    std::vector<Lexeme> split();
    void add_word(Lexeme const& lexeme);
    void close_slot();
    void close_genotype();
    void close_block();
    void merge(Slot& into, Slot const& other, char const* between);

    HlaRules const& rules_;
    IpdProteins const* ipd_;
    std::string_view text_;
    TypingProblems problems_{"HLA"};
    Warnings warnings_;
    std::vector<HlaAllele> alleles_;
    std::vector<GenotypeSlots> genotypes_; ///< alternatives joined by |
    GenotypeSlots genotype_;
    std::optional<Slot> slot_;
    std::optional<HlaName> context_; ///< last name of the open slot
};

void HlaReader::problem(std::size_t at, std::size_t length, std::string what, std::string hint) {
    problems_.add(at, length, "name", std::move(what), std::move(hint));
}

std::vector<Lexeme> HlaReader::split() {
    std::vector<Lexeme> lexemes;
    auto operation = ' ';
    auto has_name = false; // a name that a joiner can follow
    std::size_t operation_at = 0;
    auto const dangling = [&](std::size_t at) {
        problem(at, 1, std::string("an HLA name is missing beside `") + text_[at] + "`", "a GL string joins names, like A*01:01+A*02:01");
    };
    for (std::size_t i = 0; i < text_.size();) {
        auto const c = text_[i];
        if (std::string_view(",;^").find(c) != std::string_view::npos) {
            if (operation != ' ')
                dangling(operation_at);
            operation = ' ';
            has_name = false;
            ++i;
        } else if (std::string_view("|+~/").find(c) != std::string_view::npos) {
            if (!has_name || operation != ' ')
                dangling(i);
            operation = c;
            operation_at = i++;
        } else if (std::string_view(" \t\n\r").find(c) != std::string_view::npos) {
            ++i;
        } else {
            auto const end = std::min(text_.find_first_of(" \t\n\r,;^|+~/", i), text_.size());
            lexemes.push_back({text_.substr(i, end - i), i, has_name ? operation : ' '});
            operation = ' ';
            has_name = true;
            i = end;
        }
    }
    if (operation != ' ')
        dangling(operation_at);
    return lexemes;
}

void HlaReader::merge(Slot& into, Slot const& other, char const* between) {
    into.name += between + other.name;
    into.names.insert(into.names.end(), other.names.begin(), other.names.end());
    for (auto const ligand : other.possible)
        if (std::find(into.possible.begin(), into.possible.end(), ligand) == into.possible.end())
            into.possible.push_back(ligand);
    if (into.leader21 != other.leader21 && into.locus == 'B' && into.on_surface && other.on_surface)
        warnings_.add(into.name + ": residue -21 is not decided; that of the first name is used");
    if (into.also != other.also && into.on_surface && other.on_surface)
        warnings_.add(into.name + ": the A3/A11 epitope is not decided; that of the first name is used");
    into.weak = into.weak && other.weak;
    auto const coarser = std::array{ResolvedBy::group, ResolvedBy::two_field, ResolvedBy::exact, ResolvedBy::sequence};
    auto const rank = [&](ResolvedBy r) { return std::find(coarser.begin(), coarser.end(), r) - coarser.begin(); };
    if (rank(other.resolved_by) < rank(into.resolved_by))
        into.resolved_by = other.resolved_by;
}

void HlaReader::add_word(Lexeme const& lexeme) {
    HlaWord word;
    try {
        word = parse_hla_word(lexeme.word, rules_, lexeme.operation == '/' && context_ ? &*context_ : nullptr);
    } catch (HlaNameError const& error) {
        problem(lexeme.at, lexeme.word.size(), error.what, error.hint);
        return;
    }
    warnings_.add(word.warnings);
    if (word.names.empty()) {
        warnings_.add("HLA-" + word.ignored_locus + " is left out: only HLA-A, -B and -C carry ligands that are read here");
        return;
    }
    std::vector<std::string> notes;
    for (auto const& name : word.names) {
        auto allele = resolve(name, rules_, ipd_, notes);
        allele.name = std::string(&name == &word.names.front() ? lexeme.word : std::string_view{});
        if (!slot_)
            slot_ = std::move(allele);
        else if (slot_->locus != allele.locus)
            return problem(lexeme.at, lexeme.word.size(),
                           "alternatives joined by `/` are of one locus: `" + shown(slot_->name) + "` and `" + shown(lexeme.word) + "`",
                           "join alleles of different loci by a space or ^");
        else
            merge(*slot_, allele, allele.name.empty() ? "" : "/");
    }
    warnings_.add(notes);
    context_ = word.names.back();
}

void HlaReader::close_slot() {
    if (slot_)
        genotype_.push_back(std::move(*slot_));
    slot_.reset();
    context_.reset();
}

void HlaReader::close_genotype() {
    close_slot();
    genotypes_.push_back(std::move(genotype_));
    genotype_.clear();
}

/// Alternative genotypes become one: copies are matched within a locus by ligand, so that a ligand on which all agree stays decided.
void HlaReader::close_block() {
    close_genotype();
    if (genotypes_.size() == 1) {
        std::move(genotypes_.front().begin(), genotypes_.front().end(), std::back_inserter(alleles_));
        return genotypes_.clear();
    }
    for (auto& genotype : genotypes_)
        std::stable_sort(genotype.begin(), genotype.end(),
                         [](Slot const& a, Slot const& b) { return std::pair(a.locus, a.ligand) < std::pair(b.locus, b.ligand); });
    auto merged = genotypes_.front();
    for (std::size_t g = 1; g < genotypes_.size(); ++g) {
        auto const& other = genotypes_[g];
        auto const same_loci = std::equal(merged.begin(), merged.end(), other.begin(), other.end(),
                                          [](Slot const& a, Slot const& b) { return a.locus == b.locus; });
        if (!same_loci) {
            warnings_.add("genotypes joined by `|` type different loci; only the first is used");
            continue;
        }
        for (std::size_t i = 0; i < merged.size(); ++i)
            merge(merged[i], other[i], "|");
    }
    std::move(merged.begin(), merged.end(), std::back_inserter(alleles_));
    genotypes_.clear();
}

void HlaReader::read(std::string_view text) {
    text_ = text;
    if (!problems_.begin(text))
        return;
    auto const lexemes = split();
    if (!problems_.count_names(lexemes.size(), 0))
        return;
    for (auto const& lexeme : lexemes) {
        if (problems_.full())
            break;
        switch (lexeme.operation) {
        case '|':
            close_genotype();
            break;
        case '+':
        case '~':
            close_slot();
            break;
        case '/':
            break;
        default:
            close_block();
        }
        add_word(lexeme);
    }
    close_block();
}

HlaAlleles HlaReader::finish() {
    problems_.throw_if_any();
    for (auto& allele : alleles_)
        if (allele.possible.size() > 1 && allele.names.size() > 1) {
            std::string all;
            for (auto const ligand : allele.possible)
                all += (all.empty() ? "" : " or ") + std::string(to_text(ligand));
            warnings_.add(allele.name + " is not decided: " + all + "; that of the first name, " + to_text(allele.ligand) + ", is used");
        }
    for (auto const locus : {'A', 'B', 'C'}) {
        auto const count = std::count_if(alleles_.begin(), alleles_.end(), [&](HlaAllele const& allele) { return allele.locus == locus; });
        auto const gene = std::string("HLA-") + locus;
        if (count > 2)
            warnings_.add(std::to_string(count) + " " + gene + " alleles are given; a person has two");
        if (count == 1)
            warnings_.add("one " + gene + " allele is given; it counts as two copies (homozygous)");
    }
    return {std::move(alleles_), std::move(warnings_.list)};
}

} // namespace

HlaAlleles parse_hla(std::string_view text, HlaRules const& rules, IpdProteins const* ipd) {
    HlaReader reader(rules, ipd);
    reader.read(text);
    return reader.finish();
}

HlaAlleles parse_hla(std::span<std::string const> texts, HlaRules const& rules, IpdProteins const* ipd) {
    HlaReader reader(rules, ipd);
    for (auto const& text : texts)
        reader.read(text);
    return reader.finish();
}

} // namespace nk::biology
