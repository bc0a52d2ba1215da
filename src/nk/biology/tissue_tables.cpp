#include "nk/biology/tissue_tables.hpp"

#include "nk/biology/table_rows.hpp"

#include <algorithm>

namespace nk::biology {
TissueLaws TissueLaws::from(ParameterBase const& base) {
    return {base.load<CycleLaw>("cell_cycle"),      base.load<OxygenLaw>("oxygen"),      base.load<HeredityLaw>("heredity"),
            base.load<InterferonLaw>("interferon"), base.load<NkGrowthLaw>("nk_growth"), base.load<RecruitmentLaw>("recruitment"),
            base.load<MechanicsLaw>("mechanics")};
}

std::vector<SubstrateRow> read_substrates(ParameterBase const& base) {
    std::vector<SubstrateRow> out;
    for (auto const& name : base.children("substrate")) {
        auto const row = "substrate." + name;
        auto const unit = base.text(row + ".unit", "molecule/um3");
        if (unit != "molecule/um3" && unit != "mmHg")
            throw ScenarioError(Problem{base.at(row + ".diffusion").where, "unit", "`" + row + ".unit` is `" + unit + "`", "",
                                        "\"molecule/um3\" or \"mmHg\""});
        SubstrateRow one{name,
                         base.text(row + ".title", name),
                         row_named_by(base, row, "cytokine", "cytokine"),
                         unit,
                         base.value(row + ".diffusion", "um2/min"),
                         base.value(row + ".decay", "1/min"),
                         base.value(row + ".initial", unit),
                         base.value(row + ".edge", unit)};
        if (std::min({one.diffusion, one.decay, one.initial, one.edge}) < 0.0)
            throw ScenarioError(Problem{base.at(row + ".diffusion").where, "range", "a number of `" + row + "` is negative", "", ""});
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<ExchangeRow> read_exchange(ParameterBase const& base, std::string const& prefix, std::string const& unit) {
    auto const& known = base.children("substrate");
    std::vector<ExchangeRow> out;
    for (auto const& substrate : base.children(prefix)) {
        auto const name = prefix + "." + substrate;
        auto const& where = base.at(name).where;
        if (std::find(known.begin(), known.end(), substrate) == known.end())
            throw ScenarioError(Problem{where, "name", "`" + name + "` speaks of a substrate that does not exist", "",
                                        "did you mean `" + nearest_name(substrate, known) + "`?"});
        auto const rate = base.value(name, unit);
        if (rate < 0.0)
            throw ScenarioError(Problem{where, "range", "`" + name + "` is negative", "", ""});
        out.push_back({substrate, rate});
    }
    return out;
}

std::vector<TissueCell> read_tissue_cells(ParameterBase const& base) {
    std::vector<TissueCell> out;
    for (auto const& name : base.children("tissue_cell")) {
        auto const row = "tissue_cell." + name;
        TissueCell one{name,
                       base.text(row + ".title", name),
                       row_named_by(base, row, "target", "target"),
                       base.load<TissueCellNumbers>(row),
                       std::nullopt,
                       read_exchange(base, row + ".uptake", "1/min"),
                       read_exchange(base, row + ".secretion", "molecule/min")};
        if (!base.children(row + ".cycle").empty())
            one.cycle = base.load<CellCycle>(row + ".cycle");
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<Virus> read_viruses(ParameterBase const& base) {
    std::vector<Virus> out;
    for (auto const& name : base.children("virus")) {
        auto const row = "virus." + name;
        out.push_back({name, base.text(row + ".title", name), row_named_by(base, row, "ligand", "ligand"), base.load<InfectionLaw>(row)});
    }
    return out;
}

} // namespace nk::biology
