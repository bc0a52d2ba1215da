#include "nk/simulate/product_release.hpp"

#include "nk/simulate/assay.hpp"
#include "nk/simulate/readouts.hpp"
#include "nk/simulate/well_builder.hpp"

#include <algorithm>

namespace nk::simulate {
namespace {

constexpr double potency_minutes = 240.0;
constexpr double potency_ratio = 10.0; ///< NK cells to one target
constexpr double potency_targets = 200.0;

scenario::WellScenario potency_well(ProductCells const& cells, scenario::Donor const& donor, std::uint64_t seed) {
    scenario::WellScenario out;
    out.seed = static_cast<double>(seed);
    out.well.targets = potency_targets;
    out.well.duration = potency_minutes;
    out.donor = donor;
    for (auto const& [receptor, share] : cells.frequency)
        out.donor.frequency.insert_or_assign(receptor, share);
    out.effector["product"] = cells.effector;
    out.effector["product"].nk_fraction = 1.0;
    out.target["K562"].like = "K562";
    out.plate.e_to_t = {potency_ratio};
    return out;
}

} // namespace

double potency_in_well(ProductCells const& cells, scenario::Donor const& donor, ParameterBase const& base, std::uint64_t seed) {
    auto const scenario = potency_well(cells, donor, seed);
    WellBuilder const builder(scenario, base);
    auto const place = plate_of(scenario).front();
    auto plan = builder.plan({place.e_to_t, place.effector, place.targets});
    auto& nk = plan.effectors.front();
    nk.priming = nk.priming_bright = cells.priming;
    nk.motile_fraction *= cells.motile;
    auto laws = builder.laws();
    laws.search.attach_rate *= cells.speed; // slower cells meet fewer targets
    tissue::Well well(plan, laws, seed, backend::Executor(1));
    while (!well.done())
        well.advance();
    return 0.01 * read_out(well).at("specific_lysis_percent");
}

Batches batches_of(scenario::HostScenario const& scenario, ParameterBase const& base) {
    Batches out;
    auto const seed = static_cast<std::uint64_t>(scenario.seed);
    for (auto const& [name, product] : scenario.product) {
        auto const given = std::any_of(scenario.infusion.begin(), scenario.infusion.end(), [&name = name](auto const& infusion) {
            return (infusion.second.product.empty() ? infusion.first : infusion.second.product) == name;
        });
        if (!given)
            continue;
        auto outcome = manufacture(product, scenario.host.weight, base, seed);
        auto const cells = cells_of_product(product, scenario.host.weight, base, seed);
        outcome.measure_potency(potency_in_well(cells, product.autologous ? scenario.donor : product.donor, base, seed));
        out.batches.push_back({name, std::move(outcome)});
    }
    return out;
}

Table Batches::table() const {
    std::vector<std::string> product, step;
    std::vector<double> day, in, nk, t, b, other, purity, viability, doublings, used;
    for (auto const& batch : batches)
        for (auto const& line : batch.outcome.record) {
            product.push_back(batch.product);
            step.push_back(line.step);
            day.push_back(line.day);
            in.push_back(line.in.nk);
            nk.push_back(line.out.nk);
            t.push_back(line.out.t);
            b.push_back(line.out.b);
            other.push_back(line.out.other);
            purity.push_back(line.purity);
            viability.push_back(line.viability);
            doublings.push_back(line.doublings);
            used.push_back(line.used);
        }
    Table out{"products", {}};
    out.add("product", std::move(product));
    out.add("step", std::move(step));
    out.add("day", "day", std::move(day));
    out.add("nk_in", "cell", std::move(in));
    out.add("nk_out", "cell", std::move(nk));
    out.add("t_out", "cell", std::move(t));
    out.add("b_out", "cell", std::move(b));
    out.add("other_out", "cell", std::move(other));
    out.add("purity", "1", std::move(purity));
    out.add("viability", "1", std::move(viability));
    out.add("doublings", "1", std::move(doublings));
    out.add("used", "1", std::move(used));
    return out;
}

nlohmann::json Batches::json() const {
    auto out = nlohmann::json::object();
    for (auto const& batch : batches) {
        auto tests = nlohmann::json::array();
        for (auto const& test : batch.outcome.release)
            tests.push_back({{"test", test.name},
                             {"value", test.value},
                             {"unit", test.unit},
                             {test.at_least ? "at_least" : "at_most", test.limit},
                             {"passed", test.passed}});
        out[batch.product] = {{"released", batch.outcome.released()}, {"days", batch.outcome.days}, {"tests", std::move(tests)}};
        for (auto const& line : batch.outcome.record)
            if (line.used < 1.0)
                out[batch.product]["limited_by_vessel"].push_back({{"step", line.step}, {"used", line.used}});
    }
    return out;
}

} // namespace nk::simulate
