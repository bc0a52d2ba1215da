#pragma once
#include "nk/base/error.hpp"
#include "nk/base/field.hpp"
#include "nk/base/quantity.hpp"

#include <map>
#include <string>
#include <vector>

namespace nk {

/// How well a number is known: read in the source named, recalled from the literature, or an estimate of ours.
enum class Confidence { read, recalled, estimate };
char const* to_text(Confidence confidence);

/// One number of the parameter base with its provenance. low, high are in the unit of `quantity`.
struct Parameter {
    std::string name; ///< dotted, e.g. "binding.NKG2D.MICA.kd"
    Quantity quantity;
    double low = 0.0;
    double high = 0.0;
    std::string source; ///< key(s) of references.bib, or words
    Confidence confidence = Confidence::estimate;
    std::string note;
    Place where;
};

/// Every number the program uses, by dotted name, as read from `data/*.toml`. A value type: studies copy and change it.
class ParameterBase {
  public:
    void add(Parameter parameter);
    /// A text or list of texts that belongs to a table, e.g. "receptor.NKG2D.sign" -> {"activating"}.
    void add_attribute(std::string name, std::vector<std::string> values);

    bool contains(std::string const& name) const { return parameters_.contains(name); }
    /// errors: ScenarioError naming the nearest parameter
    Parameter const& at(std::string const& name) const;
    /// The value of a parameter in `unit`.  errors: as `at`, or a unit of another dimension
    double value(std::string const& name, std::string_view unit) const;
    /// The attribute, or an empty list.
    std::vector<std::string> const& attribute(std::string const& name) const;
    /// First text of the attribute, or `otherwise`.
    std::string text(std::string const& name, std::string const& otherwise = "") const;
    /// Names directly below `prefix`, in the order of the files: children("receptor") -> {"NKG2D", ...}.
    std::vector<std::string> const& children(std::string const& prefix) const;
    std::vector<std::string> names() const;
    std::map<std::string, Parameter> const& all() const { return parameters_; }

    /// Overrides a value. errors: ScenarioError when the name is unknown, the dimension differs, or the number leaves
    /// the physical range [0 or low.., ..] (a value outside low..high is allowed: it is the user's experiment)
    /// where: of the new value, for later problems; nowhere keeps the former place
    void set(std::string const& name, Quantity const& quantity, Place const& where = {});

    /// A hash of all names, values, units and attributes; 32 hex digits.
    std::string hash() const;

    /// Fills a struct from the parameters `prefix.<field name>`; every field must be there, in a fitting unit and range.
    template <class T> T load(std::string const& prefix) const {
        T out{};
        for_each_field<T>([&](auto const& field) {
            auto const name = prefix + "." + std::string(field.name);
            auto const x = value(name, field.unit);
            if (!field.range.contains(x))
                out_of_range(at(name), field.range, field.unit);
            out.*(field.member) = static_cast<typename std::decay_t<decltype(field)>::ValueType>(x);
        });
        return out;
    }

  private:
    [[noreturn]] static void out_of_range(Parameter const& parameter, Range const& allowed, std::string_view unit);
    void remember(std::string const& dotted);
    std::map<std::string, Parameter> parameters_;
    std::map<std::string, std::vector<std::string>> attributes_;
    std::map<std::string, std::vector<std::string>> children_;
};

} // namespace nk
