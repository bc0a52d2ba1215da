#include "nk/base/error.hpp"
#include "nk/biology/typing/typing.hpp"
#include "nk/scenario/embedded.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using namespace nk::biology;

/// What a parser gives, or nothing when it refused the text with at least one problem.
template <class Parse> auto accepted(Parse parse) -> std::optional<decltype(parse())> {
    try {
        return parse();
    } catch (nk::ScenarioError const& error) {
        if (error.problems().empty())
            throw std::logic_error("a typing was refused without a problem");
        return std::nullopt;
    }
}

/// An allele has a class I locus, a name and at least one possible ligand; its name is written and understood again.
void expect_sound(HlaAllele const& allele, HlaRules const& rules) {
    if (allele.locus != 'A' && allele.locus != 'B' && allele.locus != 'C')
        throw std::logic_error("an allele of no class I locus: " + allele.name);
    if (allele.names.empty() || allele.possible.empty())
        throw std::logic_error("an allele without names or ligands: " + allele.name);
    if (allele.leader21 && allele.locus != 'B')
        throw std::logic_error("a leader dimorphism outside HLA-B: " + allele.name);
    auto const written = to_text(allele.names.front());
    auto const again = parse_hla(written, rules);
    if (again.alleles.size() != 1 || again.alleles.front().names.front() != allele.names.front())
        throw std::logic_error("written and read back, the name differs: " + written);
}

/// The genes that were found are written and found again.
void expect_sound(KirGenes const& genes, KirRules const& rules) {
    std::string written;
    for (auto const& gene : genes.present)
        written += gene + " ";
    if (parse_kir(written, rules).present != genes.present)
        throw std::logic_error("written and read back, the genes differ: " + written);
}

} // namespace

/// Any bytes are a typing or a list of problems, read as HLA alleles and as KIR genes.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const rules = TypingRules::from(nk::scenario::load_parameters());
    std::string_view const text(reinterpret_cast<char const*>(data), size);

    if (auto const typing = accepted([&] { return parse_hla(text, rules.hla); }))
        for (auto const& allele : typing->alleles)
            expect_sound(allele, rules.hla);
    if (auto const genes = accepted([&] { return parse_kir(text, rules.kir); }))
        expect_sound(*genes, rules.kir);
    return 0;
}
