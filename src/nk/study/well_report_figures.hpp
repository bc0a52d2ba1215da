#pragma once
#include "nk/study/well_report_data.hpp"

#include <optional>

namespace nk::study {

/// A read-out against E:T ratio (or against plate.vary), with published points where the scenario gives them. Bars when
/// there is only one place on the axis, or when the values have no order.
formats::report::Figure readout_figure(ReportedRun const& run, std::string const& readout);
/// Lysis over time at the reference place.
formats::report::Chart time_course_figure(ReportedRun const& run);
/// Kills of single NK cells at the reference place.
formats::report::Chart kills_figure(ReportedRun const& run);
/// Specific lysis on the plate; nothing with fewer than six wells.
std::optional<formats::report::PlateMap> plate_figure(ReportedRun const& run);
/// The first well over time; nothing when no frames were kept.
std::optional<formats::report::Scene> film(ReportedRun const& run);
/// What contacts came to, one row a statistic and one column a curve.
Table contact_table(ReportedRun const& run);
/// True when a published curve of this read-out says that the model was calibrated on it.
bool calibrated_on(ReportedRun const& run, std::string const& readout);

} // namespace nk::study
