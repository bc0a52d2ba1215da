#pragma once

namespace nk {

/// Inside, times are minutes.
inline constexpr double minutes_per_hour = 60.0;
inline constexpr double minutes_per_day = 1440.0;

} // namespace nk
