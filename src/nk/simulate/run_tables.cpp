#include "nk/simulate/run.hpp"

#include "nk/base/words.hpp"

#include <fmt/format.h>

namespace nk::simulate {
namespace {

template <class Get> auto collected(std::vector<WellResult> const& wells, Get get) {
    std::vector<decltype(get(wells.front()))> out;
    for (auto const& well : wells)
        out.push_back(get(well));
    return out;
}

/// The read-outs that everybody asks for come first, the others in the order of their names.
std::vector<std::string> readout_names(std::vector<WellResult> const& wells) {
    std::vector<std::string> names{"specific_lysis_percent", "kills_per_nk", "fraction_non_killers", "cd107a_percent"};
    auto const first = names;
    if (!wells.empty())
        for (auto const& [name, value] : wells.front().readouts)
            if (std::find(first.begin(), first.end(), name) == first.end())
                names.push_back(name);
    return names;
}

char const* state_name(tissue::Well::CellView const& cell) {
    constexpr char const* target_states[] = {"alive", "held by an NK cell", "dying", "dead"};
    constexpr char const* nk_states[] = {"searching", "in contact", "has killed"};
    if (cell.role == tissue::Role::target)
        return target_states[std::clamp(cell.state, 0, 3)];
    return cell.role == tissue::Role::nk ? nk_states[std::clamp(cell.state, 0, 2)] : "bystander";
}

} // namespace

Table wells_table(std::vector<WellResult> const& wells) {
    Table out{"wells", {}};
    out.add("row", collected(wells, [](auto const& w) { return w.place.row; }));
    out.add("column", "1", collected(wells, [](auto const& w) { return static_cast<double>(w.place.column); }));
    out.add("e_to_t", "1", collected(wells, [](auto const& w) { return w.place.e_to_t; }));
    out.add("effector", collected(wells, [](auto const& w) { return w.place.effector; }));
    out.add("target", collected(wells, [](auto const& w) { return joined(w.place.targets, " + "); }));
    out.add("value", collected(wells, [](auto const& w) { return w.place.value; }));
    out.add("replicate", "1", collected(wells, [](auto const& w) { return static_cast<double>(w.place.replicate); }));
    out.add("seed", collected(wells, [](auto const& w) { return std::to_string(w.place.seed); }));
    for (auto const& name : readout_names(wells))
        out.add(name, "1", collected(wells, [&](auto const& w) { return w.readouts.at(name); }));
    return out;
}

Table courses_table(std::vector<WellResult> const& wells) {
    Table out{"time_course", {}};
    std::vector<std::string> row;
    std::vector<double> column;
    for (auto const& well : wells) {
        row.insert(row.end(), well.course.rows(), well.place.row);
        column.insert(column.end(), well.course.rows(), static_cast<double>(well.place.column));
    }
    out.add("row", std::move(row));
    out.add("column", "1", std::move(column));
    for (std::size_t c = 0; !wells.empty() && c < wells.front().course.columns.size(); ++c) {
        std::vector<double> values;
        for (auto const& well : wells) {
            auto const& one = std::get<std::vector<double>>(well.course.columns[c].values);
            values.insert(values.end(), one.begin(), one.end());
        }
        out.add(wells.front().course.columns[c].name, wells.front().course.columns[c].unit, std::move(values));
    }
    return out;
}

Table parameters_table(ParameterBase const& base, ParameterBase const& standard) {
    std::vector<std::string> name, unit, source, confidence, note, changed;
    std::vector<double> value, low, high;
    for (auto const& [key, parameter] : base.all()) {
        name.push_back(key);
        value.push_back(parameter.quantity.value);
        unit.push_back(parameter.quantity.unit);
        low.push_back(parameter.low);
        high.push_back(parameter.high);
        source.push_back(parameter.source);
        confidence.emplace_back(to_text(parameter.confidence));
        note.push_back(parameter.note);
        changed.emplace_back(standard.contains(key) && standard.at(key).quantity == parameter.quantity ? "no" : "yes");
    }
    Table out{"parameters", {}};
    out.add("name", std::move(name));
    out.add("value", "1", std::move(value));
    out.add("unit", std::move(unit));
    out.add("low", "1", std::move(low));
    out.add("high", "1", std::move(high));
    out.add("source", std::move(source));
    out.add("confidence", std::move(confidence));
    out.add("note", std::move(note));
    out.add("changed", std::move(changed));
    return out;
}

Table compare_table(scenario::WellScenario const& scenario) {
    std::vector<std::string> effector, readout, label, source;
    std::vector<double> curve, x, y, sd;
    for (std::size_t c = 0; c < scenario.compare.size(); ++c) {
        auto const& one = scenario.compare[c];
        for (std::size_t i = 0; i < std::min(one.x.size(), one.y.size()); ++i) {
            curve.push_back(static_cast<double>(c));
            effector.push_back(one.effector);
            readout.push_back(one.readout);
            x.push_back(one.x[i]);
            y.push_back(one.y[i]);
            sd.push_back(one.sd.empty() ? 0.0 : one.sd[std::min(i, one.sd.size() - 1)]);
            label.push_back(one.label);
            source.push_back(one.source);
        }
    }
    Table out{"compare", {}};
    out.add("curve", "1", std::move(curve));
    out.add("effector", std::move(effector));
    out.add("readout", std::move(readout));
    out.add("x", "1", std::move(x));
    out.add("y", "1", std::move(y));
    out.add("sd", "1", std::move(sd));
    out.add("label", std::move(label));
    out.add("source", std::move(source));
    return out;
}

Table cells_table(tissue::Well const& well) {
    std::vector<double> id, x, y, z, radius;
    std::vector<std::string> kind, state;
    for (auto const& cell : well.cells()) {
        id.push_back(cell.id);
        auto const& name = cell.role == tissue::Role::target ? well.plan().targets[static_cast<std::size_t>(cell.kind)].name
                                                             : well.plan().effectors[static_cast<std::size_t>(cell.kind)].name;
        kind.push_back(cell.role == tissue::Role::bystander ? "other cells of " + name : name);
        state.emplace_back(state_name(cell));
        x.push_back(cell.x);
        y.push_back(cell.y);
        z.push_back(cell.z);
        radius.push_back(cell.radius);
    }
    Table out{"cells", {}};
    out.add("id", "1", std::move(id));
    out.add("kind", std::move(kind));
    out.add("state", std::move(state));
    out.add("x", "um", std::move(x));
    out.add("y", "um", std::move(y));
    out.add("z", "um", std::move(z));
    out.add("radius", "um", std::move(radius));
    return out;
}

nlohmann::json wells_json(std::vector<WellResult> const& wells) {
    auto list = nlohmann::json::array();
    for (auto const& well : wells) {
        nlohmann::json one{{"row", well.place.row},
                           {"column", well.place.column},
                           {"e_to_t", well.place.e_to_t},
                           {"effector", well.place.effector},
                           {"target", joined(well.place.targets, " + ")},
                           {"value", well.place.value},
                           {"replicate", well.place.replicate},
                           {"seed", well.place.seed},
                           {"state_hash", well.hash}};
        for (auto const& [name, value] : well.readouts)
            one[name] = value;
        list.push_back(std::move(one));
    }
    return list;
}

} // namespace nk::simulate
