#pragma once
#include "nk/biology/product.hpp"
#include "nk/scenario/well_scenario.hpp"

namespace nk::scenario {

/// NK cells as a medicine: a [product.NAME] table. Rows of data/products.toml name the source, the steps and the limits of release; what is
/// chosen here for an expansion counts for every expansion of the list.
struct ProductScenario {
    std::string label;
    std::string source = "leukapheresis";
    std::vector<std::string> steps;
    bool autologous = false;
    Donor donor;
    double collected = -1.0;
    double collected_nk = -1.0;
    double site_factor = 1.0;
    double expansion_time = -1.0;
    double feeders = -1.0;
    double feeders_again = -1.0;
    std::string car_antigen;
    double car_copies = 0.0;
    std::string release = "allogeneic";
    double dose = 0.0;
    static constexpr auto fields() {
        return std::tuple{
            Field{"label", &ProductScenario::label, "", any_number, "name in the report"},
            Field{"source", &ProductScenario::source, "", any_number, "where the cells come from: row of [source.*]", "@source"},
            Field{"steps", &ProductScenario::steps, "", any_number,
                  "what is done to them, in order: rows of [selection.*], [expansion.*], [priming.*], [gene.*], [cryo.*] and "
                  "[irradiation.*], as \"selection.cd3_cd56\""},
            Field{"autologous", &ProductScenario::autologous, "", any_number, "the patient's own cells"},
            Field{"donor", &ProductScenario::donor, "", any_number, "typing of the donor; the patient's own counts for autologous cells"},
            Field{"collected", &ProductScenario::collected, "cell", Range{-1, 1e15},
                  "nucleated cells counted at the start; -1 = not counted"},
            Field{"collected_nk", &ProductScenario::collected_nk, "1", Range{-1, 1}, "NK cells among them; -1 = not measured"},
            Field{"site_factor", &ProductScenario::site_factor, "1", Range{0.01, 10},
                  "recovery at the site that selects, relative to the table"},
            Field{"expansion_time", &ProductScenario::expansion_time, "day", Range{-1, 100}, "length of an expansion; -1 = from its row"},
            Field{"feeders", &ProductScenario::feeders, "1", Range{-1, 100}, "feeders for each NK cell at first; -1 = from the row"},
            Field{"feeders_again", &ProductScenario::feeders_again, "1", Range{-1, 100},
                  "the same at later stimulations; -1 = as `feeders`, or from the row"},
            Field{"car_antigen", &ProductScenario::car_antigen, "", any_number, "antigen of the chimeric receptor", "@ligand"},
            Field{"car_copies", &ProductScenario::car_copies, "molecule/cell", Range{0, 1e7},
                  "chimeric receptors on a cell that has them; 0 = from the row"},
            Field{"release", &ProductScenario::release, "", any_number, "limits that a dose must keep: row of [release.*]", "@release"},
            Field{"dose", &ProductScenario::dose, "cell/kg", Range{0, 1e11}, "NK cells wanted for one dose; 0 = all"}};
    }
};

/// The plan of a product for a patient of that weight.
/// errors  ScenarioError: something is chosen for a chimeric receptor that no step puts in
inline biology::ProductPlan plan_of(ProductScenario const& product, double weight) {
    biology::ProductPlan out;
    out.source = product.source;
    out.autologous = product.autologous;
    out.site = product.site_factor;
    out.release = product.release;
    out.weight = weight;
    out.dose = product.dose;
    out.donor = {product.label, product.donor.hla, product.donor.kir, product.collected, product.collected_nk};
    auto has_car = false;
    for (auto const& name : product.steps) {
        biology::Step step{name, -1.0, -1.0, -1.0, {}};
        if (name.starts_with("expansion."))
            step = {name, product.expansion_time, product.feeders, product.feeders_again, {}};
        if (name == "gene.car") {
            step.car = {product.car_antigen, product.car_copies, 0.0, 0.0};
            has_car = true;
        }
        out.steps.push_back(std::move(step));
    }
    if (!has_car && (!product.car_antigen.empty() || product.car_copies > 0.0))
        throw ScenarioError(Problem{{},
                                    "biology",
                                    "a chimeric receptor is described, and no step puts it in",
                                    "",
                                    "add \"gene.car\" to `steps`, or take `car_antigen` away"});
    return out;
}

} // namespace nk::scenario
