#pragma once
#include "nk/base/field.hpp"
#include "nk/base/parameters.hpp"
#include "nk/base/quantity.hpp"
#include "nk/scenario/toml_document.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace nk::scenario {

/// What a field asks of its value: a `Field` without its types, plus the full path for messages.
struct Slot {
    std::string path; ///< "effector.sorted.copies"
    std::string_view unit;
    Range range;
    std::string_view allowed;
    bool may_be_empty = false; ///< the default text is empty, so "" means "not given"
};

/// Reads single values out of a document, checks them against their slot and notes every problem with its place.
/// A value that is wrong leaves the target as it was. One reader serves one document.
class ValueReader {
  public:
    /// base: the names `@table` refers to; must outlive the reader
    ValueReader(SourceTexts const& sources, ParameterBase const& base, ProblemList& problems)
        : sources_(sources), base_(base), problems_(problems) {}

    void read(Node const& node, Slot const& slot, double& out);
    void read(Node const& node, Slot const& slot, bool& out);
    void read(Node const& node, Slot const& slot, std::string& out);
    void read(Node const& node, Slot const& slot, Quantity& out);
    void read(Node const& node, Slot const& slot, std::vector<double>& out);
    void read(Node const& node, Slot const& slot, std::vector<std::string>& out); ///< a single text is a list of one
    void read(Node const& node, Slot const& slot, std::map<std::string, double>& out);
    void read(Node const& node, Slot const& slot, std::map<std::string, Quantity>& out);
    /// Free names with numbers or texts; nested tables are joined with dots.
    void read(Node const& node, Slot const& slot, std::map<std::string, std::string>& out);

    bool expect_table(Node const& node, std::string const& path);
    /// True for a list of tables; a single table gets the advice to double its brackets.
    bool expect_tables(Node const& node, std::string const& path);
    /// A name that a user may give to a table of their own.
    bool expect_own_name(Node const& node, std::string const& path);
    /// Every key of `table` must be one of `known`.
    void refuse_unknown(Node const& table, std::string const& path, std::vector<std::string> const& known);

    void problem(Mark const& where, std::string kind, std::string what, std::string why = "", std::string hint = "");
    ProblemList& problems() { return problems_; }
    ParameterBase const& base() const { return base_; }
    SourceTexts const& sources() const { return sources_; }

    /// The names an `allowed` text stands for: "a|b|@receptor" -> {"a", "b", "NKG2D", ...}.
    std::vector<std::string> const& allowed_names(std::string_view allowed);

  private:
    bool check_name(std::string const& name, Mark const& where, Slot const& slot);
    bool check_range(double value, Quantity const& given, Mark const& where, Slot const& slot);
    bool to_quantity(Node const& node, Slot const& slot, Quantity& out);
    void wrong_type(Node const& node, Slot const& slot, std::string const& expected);
    void flatten(Node const& table, std::string const& prefix, Slot const& slot, std::map<std::string, std::string>& out);
    template <class Value> void read_map(Node const& node, Slot const& slot, std::map<std::string, Value>& out);

    SourceTexts const& sources_;
    ParameterBase const& base_;
    ProblemList& problems_;
    std::map<std::string, std::vector<std::string>, std::less<>> allowed_;
};

} // namespace nk::scenario
