#include "nk/biology/table_rows.hpp"

#include <algorithm>

namespace nk::biology {

std::string expect_row(ParameterBase const& base, std::string const& attribute, std::string const& named, std::string const& table) {
    auto const& known = base.children(table);
    if (named.empty() || std::find(known.begin(), known.end(), named) != known.end())
        return named;
    auto const near = nearest_name(named, known);
    throw ScenarioError(Problem{{},
                                "name",
                                "`" + attribute + "` names `" + named + "`, which is no row of [" + table + "]",
                                "",
                                near.empty() ? "" : "did you mean `" + near + "`?"});
}

std::string row_named_by(ParameterBase const& base, std::string const& row, std::string const& attribute, std::string const& table) {
    return expect_row(base, row + "." + attribute, base.text(row + "." + attribute), table);
}

} // namespace nk::biology
