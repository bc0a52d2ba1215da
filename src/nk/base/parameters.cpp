#include "nk/base/parameters.hpp"

#include "nk/base/hash.hpp"

#include <algorithm>

namespace nk {

char const* to_text(Confidence confidence) {
    switch (confidence) {
    case Confidence::read:
        return "read";
    case Confidence::recalled:
        return "recalled";
    default:
        return "estimate";
    }
}

namespace {

/// "2 to 8 um/min"; plain numbers have no unit.
std::string interval(double low, double high, std::string_view unit) {
    return to_text(low) + " to " + to_text(high) + (unit == "1" ? std::string{} : " " + std::string(unit));
}

} // namespace

void ParameterBase::remember(std::string const& dotted) {
    for (std::size_t from = 0;;) {
        auto const dot = dotted.find('.', from);
        auto const prefix = from == 0 ? std::string{} : dotted.substr(0, from - 1);
        auto const child = dotted.substr(from, dot == std::string::npos ? std::string::npos : dot - from);
        auto& list = children_[prefix];
        if (std::find(list.begin(), list.end(), child) == list.end())
            list.push_back(child);
        if (dot == std::string::npos)
            return;
        from = dot + 1;
    }
}

void ParameterBase::add(Parameter parameter) {
    remember(parameter.name);
    auto name = parameter.name;
    parameters_.insert_or_assign(std::move(name), std::move(parameter));
}

void ParameterBase::add_attribute(std::string name, std::vector<std::string> values) {
    remember(name);
    attributes_.insert_or_assign(std::move(name), std::move(values));
}

Parameter const& ParameterBase::at(std::string const& name) const {
    auto const found = parameters_.find(name);
    if (found != parameters_.end())
        return found->second;
    auto const near = nearest_name(name, names());
    throw ScenarioError(Problem{{},
                                "name",
                                "there is no parameter `" + name + "`",
                                "",
                                near.empty() ? "`nk explain --list` lists all" : "did you mean `" + near + "`?"});
}

double ParameterBase::value(std::string const& name, std::string_view unit) const {
    auto const& p = at(name);
    try {
        return in_unit(p.quantity, unit);
    } catch (std::invalid_argument const&) {
        throw ScenarioError(Problem{p.where, "unit", "`" + name + "` has the unit `" + p.quantity.unit + "`",
                                    dimension_name(p.quantity.unit) + "; expected " + dimension_name(unit),
                                    "give it in " + std::string(unit)});
    }
}

std::vector<std::string> const& ParameterBase::attribute(std::string const& name) const {
    static std::vector<std::string> const none;
    auto const found = attributes_.find(name);
    return found == attributes_.end() ? none : found->second;
}

std::string ParameterBase::text(std::string const& name, std::string const& otherwise) const {
    auto const& values = attribute(name);
    return values.empty() ? otherwise : values.front();
}

std::vector<std::string> const& ParameterBase::children(std::string const& prefix) const {
    static std::vector<std::string> const none;
    auto const found = children_.find(prefix);
    return found == children_.end() ? none : found->second;
}

std::vector<std::string> ParameterBase::names() const {
    std::vector<std::string> out;
    out.reserve(parameters_.size());
    for (auto const& [name, parameter] : parameters_)
        out.push_back(name);
    return out;
}

void ParameterBase::set(std::string const& name, Quantity const& quantity, Place const& where) {
    auto& p = parameters_.find(at(name).name)->second;
    if (!same_dimension(quantity.unit, p.quantity.unit))
        throw ScenarioError(Problem{where, "unit", "`" + name + "` is given in `" + quantity.unit + "`",
                                    dimension_name(quantity.unit) + "; expected " + dimension_name(p.quantity.unit),
                                    "write it like `" + to_text(p.quantity) + "`"});
    if (p.low >= 0.0 && quantity.value < 0.0)
        throw ScenarioError(Problem{where, "range", "`" + name + "` cannot be negative", to_text(quantity),
                                    "usual values: " + interval(p.low, p.high, p.quantity.unit)});
    p.quantity = {in_unit(quantity, p.quantity.unit), p.quantity.unit};
    if (where.line > 0)
        p.where = where;
}

void ParameterBase::out_of_range(Parameter const& parameter, Range const& allowed, std::string_view unit) {
    throw ScenarioError(Problem{parameter.where, "range", "`" + parameter.name + "` is out of range: " + to_text(parameter.quantity),
                                "allowed: " + interval(allowed.low, allowed.high, unit), ""});
}

std::string ParameterBase::hash() const {
    Hasher hasher;
    for (auto const& [name, p] : parameters_) {
        hasher.add(name);
        hasher.add(p.quantity.value);
        hasher.add(p.quantity.unit);
    }
    for (auto const& [name, values] : attributes_) {
        hasher.add(name);
        for (auto const& value : values)
            hasher.add(value);
    }
    return hasher.hex();
}

} // namespace nk
