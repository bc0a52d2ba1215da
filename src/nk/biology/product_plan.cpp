#include "nk/biology/product.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <set>

namespace nk::biology {
namespace {

/// "expansion.mbil21" -> {"expansion", "mbil21"}
struct StepName {
    std::string table;
    std::string row;
};
StepName parts_of(std::string const& name) {
    auto const dot = name.find('.');
    return dot == std::string::npos ? StepName{name, ""} : StepName{name.substr(0, dot), name.substr(dot + 1)};
}

template <class Row> std::vector<std::string> names_of(std::map<std::string, Row> const& rows) {
    std::vector<std::string> out;
    for (auto const& row : rows)
        out.push_back(row.first);
    return out;
}

std::string did_you_mean(std::string const& wrong, std::vector<std::string> const& known) {
    auto const near = nearest_name(wrong, known);
    return near.empty() ? "" : "did you mean `" + near + "`?";
}

/// Follows a plan step by step and notes what cannot be.
class PlanCheck {
  public:
    PlanCheck(ProductPlan const& plan, ProductTables const& tables) : plan_(plan), tables_(tables), known_(tables.steps()) {}

    void run() {
        source();
        for (auto const& one : plan_.steps)
            step(one);
        if (!tables_.release.contains(plan_.release))
            problem("name", "`product.release` names `" + plan_.release + "`, which is no row of [release]",
                    did_you_mean(plan_.release, names_of(tables_.release)));
        number("product.weight", plan_.weight > 0.0);
        number("product.dose", plan_.dose >= 0.0);
        number("product.site_factor", plan_.site > 0.0);
        if (!problems_.empty())
            throw ScenarioError(problems_);
    }

  private:
    void problem(std::string kind, std::string what, std::string hint) {
        problems_.push_back({{}, std::move(kind), std::move(what), "", std::move(hint)});
    }
    void number(std::string const& name, bool fits) {
        if (!fits)
            problem("range", "`" + name + "` is out of range", "");
    }

    void source() {
        if (plan_.source.empty()) {
            problem("biology", "the product has no `source`: there are no cells that a step could act on",
                    "source = \"leukapheresis\", for example");
            return;
        }
        auto const found = tables_.source.find(plan_.source);
        if (found == tables_.source.end()) {
            problem("name", "`product.source` names `" + plan_.source + "`, which is no row of [source]",
                    did_you_mean(plan_.source, names_of(tables_.source)));
            return;
        }
        source_ = &found->second;
        if (plan_.autologous && !source_->own)
            problem("biology", "cells of source `" + plan_.source + "` cannot be the patient's own", "take `autologous` away");
    }

    void step(Step const& one) {
        auto const& name = one.name;
        if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
            auto const table = parts_of(name).table;
            problem("name", "there is no step `" + name + "`",
                    table == "source" ? "cells have one source, which `product.source` names" : did_you_mean(name, known_));
            return;
        }
        auto const [table, row] = parts_of(name);
        if (irradiated_ && table != "cryo" && table != "selection")
            problem("biology", "`" + name + "` follows irradiation: irradiated cells do not divide, take up genes or prime",
                    "irradiate last; cells may still be frozen");
        if (table == "irradiation")
            irradiated_ = true;
        else if (table == "selection" && source_ != nullptr && source_->pure)
            problem("biology", "`" + name + "` has nothing to select: source `" + plan_.source + "` holds NK cells only", "leave it out");
        else if (table == "expansion")
            expansion(one, row);
        else if (table == "gene")
            gene(one, row);
    }

    void expansion(Step const& one, std::string const& row) {
        auto const line = tables_.expansion.at(row).line;
        if (source_ != nullptr && source_->line != line)
            problem("biology",
                    line ? "`" + one.name + "` grows a cell line, and source `" + plan_.source + "` is none"
                         : "`" + one.name + "` grows primary NK cells, and source `" + plan_.source + "` is a cell line",
                    line ? "an expansion with feeders or cytokines" : "an expansion of a line");
        if (one.time == 0.0)
            problem("range", "`" + one.name + "` lasts no time", "");
    }

    void gene(Step const& one, std::string const& row) {
        if (!genes_.insert(row).second)
            problem("biology", "`" + one.name + "` is there twice", "");
        if (tables_.gene.at(row).effect.copies <= 0.0)
            return;
        auto const& known = tables_.car_antigens;
        if (one.car.antigen.empty())
            problem("biology", "`" + one.name + "` has no antigen: a chimeric receptor must bind something",
                    known.empty() ? "" : "car_antigen = \"" + known.front() + "\", for example");
        else if (std::find(known.begin(), known.end(), one.car.antigen) == known.end())
            problem("name", "no chimeric receptor for `" + one.car.antigen + "` is known",
                    did_you_mean(one.car.antigen, known).empty() ? "rows [binding.CAR.*]" : did_you_mean(one.car.antigen, known));
    }

    ProductPlan const& plan_;
    ProductTables const& tables_;
    std::vector<std::string> known_;
    Source const* source_ = nullptr;
    bool irradiated_ = false;
    std::set<std::string> genes_;
    std::vector<Problem> problems_;
};

/// What the user chose, or the row's number.
double chosen(double by_user, double by_row) {
    return by_user >= 0.0 ? by_user : by_row;
}

Random stream_of(std::uint64_t seed, std::size_t step) {
    return {seed, step, Purpose::product};
}

/// One step of a checked plan. `rng` is the step's own.
StepOutcome take_step(CellBag const& bag, Step const& step, double site, ProductTables const& tables, Random rng) {
    auto const [table, row] = parts_of(step.name);
    if (table == "selection")
        return select_cells(bag, draw(tables.selection.at(row).law, rng), site);
    if (table == "expansion") {
        auto expansion = tables.expansion.at(row);
        expansion.law = draw(expansion.law, rng);
        auto const& law = expansion.law;
        return expand_cells(bag, expansion,
                            {chosen(step.time, law.time), chosen(step.feeders, law.feeders),
                             chosen(step.feeders_again, chosen(step.feeders, law.feeders_again)), law.restimulation});
    }
    if (table == "priming") {
        auto priming = tables.priming.at(row);
        priming.law = draw(priming.law, rng);
        return prime_cells(bag, priming);
    }
    if (table == "gene") {
        auto gene = tables.gene.at(row);
        gene.law = draw(gene.law, rng);
        return change_gene(bag, gene, step.car);
    }
    return table == "cryo" ? freeze_cells(bag, draw(tables.cryo.at(row).law, rng))
                           : irradiate_cells(bag, draw(tables.irradiation.at(row).law, rng));
}

double days_of(Step const& step, ProductTables const& tables) {
    auto const [table, row] = parts_of(step.name);
    if (table == "selection")
        return tables.selection.at(row).law.days;
    if (table == "expansion")
        return chosen(step.time, tables.expansion.at(row).law.time);
    if (table == "priming")
        return tables.priming.at(row).law.days;
    if (table == "gene")
        return tables.gene.at(row).law.days;
    return table == "cryo" ? tables.cryo.at(row).law.days : tables.irradiation.at(row).law.days;
}

/// What one dose takes of the bag, and whether it may be given.
void judge(ProductOutcome& out, ProductPlan const& plan, ReleaseLaw const& law) {
    auto const& cells = out.bag.cells;
    auto const share_of = [&](double wanted, double there) { return there > 0.0 ? std::min(1.0, wanted / there) : 1.0; };
    auto const by_dose = plan.dose > 0.0 ? share_of(plan.dose * plan.weight, cells.nk) : 1.0;
    out.given_share = std::min(by_dose, share_of(law.cells_most * plan.weight, cells.total()));
    auto const share = out.given_share;
    out.given = {share * cells.nk, share * cells.t, share * cells.b, share * cells.other};
    auto const test = [&](std::string name, double value, double limit, bool at_least, std::string unit) {
        out.release.push_back({std::move(name), value, limit, at_least, true, at_least ? value >= limit : value <= limit, std::move(unit)});
    };
    test("living NK cells", out.given.nk * out.bag.viability / plan.weight, law.nk_least, true, "cell/kg");
    test("viability", out.bag.viability, law.viability_least, true, "1");
    test("purity", cells.purity(), law.purity_least, true, "1");
    test("T cells", out.given.t / plan.weight, law.t_most, false, "cell/kg");
    out.release.push_back({"potency", 0.0, law.potency_least, true, false, false, "1"});
}

StepRecord line_of(std::string name, double day, CellCounts const& in, StepOutcome const& done) {
    auto const& bag = done.bag;
    return {std::move(name), day,           in,       bag.cells, done.lost, done.born, done.died, bag.cells.purity(),
            bag.viability,   bag.doublings, done.used};
}

} // namespace

bool ProductOutcome::released() const {
    return std::all_of(release.begin(), release.end(), [](ReleaseTest const& test) { return test.passed || !test.measured; });
}

void ProductOutcome::measure_potency(double lysis) {
    for (auto& test : release)
        if (test.name == "potency") {
            test.value = lysis;
            test.measured = true;
            test.passed = lysis >= test.limit;
        }
}

void check_plan(ProductPlan const& plan, ProductTables const& tables) {
    PlanCheck(plan, tables).run();
}

ProductOutcome make_product(ProductPlan const& plan, ProductTables const& tables, std::uint64_t seed) {
    check_plan(plan, tables);
    auto source = tables.source.at(plan.source);
    auto rng = stream_of(seed, 0);
    source.law = draw(source.law, rng);
    source.law.cells = chosen(plan.donor.cells, source.law.cells);
    source.law.nk = chosen(plan.donor.nk, source.law.nk);
    ProductOutcome out;
    out.donor = plan.donor;
    out.days = source.law.days;
    out.bag = collect_cells(source);
    out.record.push_back(line_of("source." + plan.source, out.days, {}, {out.bag, {}, out.bag.cells, {}}));
    auto steps = plan.steps;
    auto const irradiates = [](Step const& step) { return parts_of(step.name).table == "irradiation"; };
    if (source.line && std::none_of(steps.begin(), steps.end(), irradiates) && !tables.irradiation.empty())
        steps.push_back({"irradiation." + tables.irradiation.begin()->first, -1.0, -1.0, -1.0, {}});
    for (std::size_t i = 0; i < steps.size(); ++i) {
        auto const in = out.bag.cells;
        auto const done = take_step(out.bag, steps[i], plan.site, tables, stream_of(seed, i + 1));
        out.days += days_of(steps[i], tables);
        out.bag = done.bag;
        out.record.push_back(line_of(steps[i].name, out.days, in, done));
    }
    judge(out, plan, tables.release.at(plan.release).law);
    return out;
}

} // namespace nk::biology
