#pragma once
#include "nk/formats/report/page.hpp"
#include "nk/study/host_report_data.hpp"

namespace nk::study {

/// Of a run with infused cells and of its arms: expansion and persistence, burden, best change, course of each arm, IL-15 and cytokine
/// release, and a table. Empty for a host without a therapy.
struct TherapyShown {
    std::vector<formats::report::Figure> figures;
    Table table;        ///< one line for each arm
    Table record;       ///< of the batches: one line for each step of each product
    Table release;      ///< their release tests
    std::string vessel; ///< which expansions their vessel limited, in a sentence; "" = none
    std::string answer; ///< what came of tumours and infused cells, in words
};
TherapyShown therapy_shown(HostRunData const& run);

} // namespace nk::study
