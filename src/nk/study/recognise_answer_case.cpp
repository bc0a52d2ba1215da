#include "nk/simulate/well_builder.hpp"
#include "nk/study/hla_answer_cells.hpp"
#include "nk/study/recognise_answer.hpp"
#include "nk/study/recognise_answer_words.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::study {
namespace {

struct Words {
    NkWords nk;
    scenario::WellScenario scenario;
};

Words read_words(RecogniseQuestion const& question, ParameterBase const& base) {
    Words out;
    std::vector<Problem> problems;
    out.nk = read_nk_words(question.nk, base, problems);
    auto& scenario = out.scenario;
    scenario.donor.hla = question.hla;
    scenario.donor.kir = question.kir;
    scenario.donor.fcgr3a = question.fcgr3a;
    scenario.donor.cmv = question.cmv;
    scenario.target["target"] = read_target_words(question.target, base, problems);
    scenario::Effector effector;
    effector.like = out.nk.like;
    effector.positive = out.nk.positive;
    effector.negative = out.nk.negative;
    effector.knockout = out.nk.knockout;
    if (!question.car.empty())
        effector.car_antigen = read_name(question.car, "ligand", base,
                                         {"--car", 1, 1, static_cast<int>(std::min<std::size_t>(question.car.size(), 60))}, problems);
    else if (std::find(out.nk.positive.begin(), out.nk.positive.end(), "CAR") != out.nk.positive.end() || out.nk.copies.contains("CAR"))
        effector.copies["CAR"] = base.value("receptor.CAR.copies", "molecule/cell");
    scenario.effector["nk"] = std::move(effector);
    for (auto const& text : question.drugs)
        if (auto [name, drug] = read_drug_words(text, base, problems); !name.empty())
            scenario.drug[name] = std::move(drug);
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
    return out;
}

bool has(std::vector<std::string> const& list, std::string const& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

void check_genes(NkWords const& words, biology::Panel const& panel, biology::Genotype const& donor) {
    std::vector<Problem> problems;
    auto named = words.positive;
    for (auto const& [name, copies] : words.copies)
        if (copies > 0.0)
            named.push_back(name);
    for (auto const& name : named)
        if (auto const& gene = panel.receptors[panel.receptor(name)].gene; !gene.empty() && !has(donor.kir, gene))
            problems.push_back({{"--nk", 1, 1, 1},
                                "biology",
                                fmt::format("the donor does not carry {}, so no cell has it on its surface", gene),
                                fmt::format("KIR genes: {}", fmt::join(donor.kir, ", ")),
                                "give a typing with the gene: --kir \"" + gene + " ...\""});
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
}

/// The commonest combination of NKG2A and inhibitory KIRs with at least one of them, among cells that keep to the words.
std::vector<int> commonest(biology::Repertoire const& repertoire, biology::Panel const& panel, NkWords const& words) {
    std::vector<int> receptors;
    for (auto const& name : self_receptors())
        if (auto const r = panel.receptor(name); r >= 0)
            receptors.push_back(r);
    auto const shares = combination_shares(repertoire, receptors, sampled_cells);
    std::size_t best = 0;
    auto most = -1.0;
    for (std::size_t mask = 1; mask < shares.size(); ++mask) {
        auto fits = true;
        for (std::size_t k = 0; k < receptors.size(); ++k) {
            auto const carried = (mask >> k & 1U) != 0;
            auto const& name = panel.receptors[receptors[k]].name;
            fits = fits && !(carried && has(words.negative, name)) && !(!carried && has(words.positive, name));
        }
        if (fits && shares[mask] > most) {
            most = shares[mask];
            best = mask;
        }
    }
    std::vector<int> out;
    for (std::size_t k = 0; k < receptors.size(); ++k)
        if ((best >> k & 1U) != 0)
            out.push_back(receptors[k]);
    return out;
}

std::string describe(Words const& words, biology::Panel const& panel, biology::ReceptorCopies const& resting, ParameterBase const& base) {
    std::string text;
    for (int r = 0; r < static_cast<int>(panel.receptors.size()); ++r)
        if (auto const& receptor = panel.receptors[r];
            resting[r] > 0.0F &&
            (receptor.inhibitory || !receptor.gene.empty() || receptor.name == "CAR" || has(words.nk.positive, receptor.name)))
            text += " " + receptor.name + "+";
    for (auto const& name : words.nk.negative)
        text += " " + name + "-";
    return base.text("effector." + words.nk.like + ".title", words.nk.like) + "," + (text.empty() ? " no inhibitory receptor" : text);
}

} // namespace

ContactCase contact_case(RecogniseQuestion const& question, ParameterBase const& base) {
    auto const words = read_words(question, base);
    simulate::WellBuilder const builder(words.scenario, base);
    check_genes(words.nk, builder.panel(), builder.donor());
    auto const kind = builder.effector_kind("nk");
    auto const target = builder.target_kind("target");
    auto const medium = builder.media({target}, "nk").front();
    auto const& panel = medium.panel;
    auto const traits = biology::donor_traits(panel, base.load<biology::RepertoireLaw>("repertoire"), builder.donor(), {}, nullptr);

    ContactCase out;
    auto const c = words.nk.priming.value_or(kind.priming);
    auto const chosen = question.typical ? commonest(*kind.repertoire, panel, words.nk) : std::vector<int>{};
    auto const listed = [](std::vector<int> const& list, int r) { return std::find(list.begin(), list.end(), r) != list.end(); };
    biology::ReceptorCopies resting{};
    for (int r = 0; r < static_cast<int>(panel.receptors.size()); ++r) {
        auto const& receptor = panel.receptors[r];
        auto const given = words.nk.copies.find(receptor.name);
        if (given != words.nk.copies.end())
            resting[r] = static_cast<float>(given->second);
        else if (listed(kind.required, r) || listed(chosen, r) || (usual(traits, r, c) && !listed(kind.forbidden, r)))
            resting[r] = static_cast<float>(median_copies(receptor, traits.copies_factor[static_cast<std::size_t>(r)]));
    }
    auto without = resting;
    for (auto const& name : self_receptors())
        if (auto const r = panel.receptor(name); r >= 0)
            without[r] = 0.0F;
    out.without_receptors = kind.repertoire->educate(without);
    out.state.education = words.nk.education.value_or(kind.repertoire->educate(resting));
    out.state.priming = c;
    out.state.exhaustion = words.nk.exhaustion;

    out.receptors = primed(panel, resting, c);
    for (int r = 0; r < static_cast<int>(panel.receptors.size()); ++r) {
        if (words.nk.copies.contains(panel.receptors[r].name)) // a number given is that of the cell as it is
            out.receptors[r] = resting[r];
        out.receptors[r] *= listed(kind.knocked_out, r) ? 0.0F : medium.receptor_factor[r];
    }
    out.ligands = medium.ligands.front();
    out.lytic = kind.lytic;
    out.lytic.content = words.nk.content;
    out.resistance = target.resistance;
    out.laws = builder.laws();
    out.state.content = biology::lytic_filling(out.laws.killing, out.lytic);
    out.plain_ligands = builder.panel().ligands.size();
    out.title_nk = describe(words, panel, resting, base);
    auto const& like = words.scenario.target.at("target").like;
    out.title_target = base.text("target." + like + ".title", like);
    out.panel = panel;
    return out;
}

} // namespace nk::study
