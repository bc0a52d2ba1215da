#pragma once
#include "nk/formats/report/page.hpp"
#include "nk/study/jobs.hpp"

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

namespace nk::study {

/// The numbers whose names begin with one of `prefixes`, and whatever the user changed; those first.
/// parameters  as `simulate::parameters_table` writes them
std::vector<formats::report::ParameterRow> decisive_parameters(Table const& parameters, std::vector<std::string_view> const& prefixes);

/// For pages about many patients, which list no parameters.
inline constexpr char const* weakest_of_therapy = "our own estimates (most numbers of therapy, of disease and of persons' spread)";

/// What a page about many persons cannot say.
std::vector<std::string> cohort_limits();

/// A table of a study's jobs; expects that it is there
Table const& table_named(MergedJobs const& merged, std::string const& name);

/// How to run it again, from the summary of a run.
formats::report::Reproduction reproduction_of(nlohmann::json const& summary);

} // namespace nk::study
