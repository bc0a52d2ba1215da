#pragma once
#include "nk/formats/report/page.hpp"
#include "nk/study/host_report_data.hpp"

#include <string>
#include <vector>

namespace nk::study {

/// Boxes of agents of a host: cells in each over time, and what went to and fro.
/// expects  a run with sites
std::vector<formats::report::Figure> site_figures(HostRunData const& run);

/// The same in a paragraph.
std::string site_words(HostRunData const& run);

} // namespace nk::study
