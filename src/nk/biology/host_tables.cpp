#include "nk/biology/host_laws.hpp"

#include "nk/biology/table_rows.hpp"

#include <algorithm>

namespace nk::biology {
namespace {

/// Where the numbers of a row stand: attributes have no place of their own.
Place place_of(ParameterBase const& base, std::string const& row) {
    for (auto const& name : base.children(row))
        if (base.contains(row + "." + name))
            return base.at(row + "." + name).where;
    return {};
}

/// errors  ScenarioError when an attribute is none of the words it may be
std::string word(ParameterBase const& base, std::string const& row, std::string const& attribute, std::vector<std::string> const& words) {
    auto const text = base.text(row + "." + attribute);
    if (std::find(words.begin(), words.end(), text) != words.end())
        return text;
    std::string list;
    for (auto const& one : words)
        list += (list.empty() ? "\"" : ", \"") + one + "\"";
    throw ScenarioError(Problem{place_of(base, row), "name", "`" + row + "." + attribute + "` is `" + text + "`", "", "one of " + list});
}

} // namespace

HostLaws HostLaws::from(ParameterBase const& base, std::string const& turnover) {
    expect_row(base, "host.turnover", turnover, "turnover");
    return {base.load<TurnoverLaw>("turnover." + turnover), base.load<TrafficLaw>("trafficking"), base.load<AdaptiveLaw>("adaptive"),
            base.load<AgeingLaw>("ageing")};
}

std::vector<Organ> read_organs(ParameterBase const& base, std::string const& species) {
    auto const prefix = species + "_";
    std::vector<Organ> out;
    for (auto const& name : base.children("organ")) {
        if (!name.starts_with(prefix))
            continue;
        auto const row = "organ." + name;
        out.push_back({name.substr(prefix.size()), base.text(row + ".title", name), row_named_by(base, row, "target", "target"),
                       base.text(row + ".drains"), base.load<OrganLaw>(row)});
    }
    if (out.empty())
        throw ScenarioError(Problem{{}, "name", "there are no organs of a `" + species + "`", "", "rows [organ." + prefix + "NAME]"});
    return out;
}

Course read_course(ParameterBase const& base, std::string const& name) {
    expect_row(base, "infection", name, "infection");
    auto const row = "infection." + name;
    return {name,
            base.text(row + ".title", name),
            row_named_by(base, row, "virus", "virus"),
            base.text(row + ".organ"),
            row_named_by(base, row, "target", "target"),
            base.text(row + ".titre", "1"),
            base.load<CourseLaw>(row)};
}

TumourKind read_tumour(ParameterBase const& base, std::string const& name) {
    expect_row(base, "tumour", name, "tumour");
    auto const row = "tumour." + name;
    return {name,
            base.text(row + ".title", name),
            row_named_by(base, row, "target", "target"),
            word(base, row, "growth_law", {"logistic", "gompertz", "exponential"}),
            base.text(row + ".spreads"),
            base.load<TumourLaw>(row)};
}

Modulator read_modulator(ParameterBase const& base, std::string const& name) {
    expect_row(base, "modulator", name, "modulator");
    auto const row = "modulator." + name;
    auto const& effect = base.at(row + ".effect");
    return {name,
            base.text(row + ".title", name),
            word(base, row, "acts_on", {"count", "activity", "traffic", "production"}),
            word(base, row, "persons", {"any", "deficient", "replete"}),
            row_named_by(base, row, "opposite", "modulator"),
            word(base, row, "grade", {"A", "B", "C", "D"}),
            effect.low,
            effect.high,
            base.load<ModulatorLaw>(row)};
}

Deficiency read_deficiency(ParameterBase const& base, std::string const& name) {
    expect_row(base, "deficiency", name, "deficiency");
    auto const row = "deficiency." + name;
    return {name, base.text(row + ".title", name), base.load<DeficiencyLaw>(row)};
}

} // namespace nk::biology
