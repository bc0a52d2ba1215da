#pragma once
#include "context.hpp"

#include <chrono>

namespace nk::cli {

/// Progress of a run on stderr: a bar with the time left on a terminal, a line every 10 % elsewhere, nothing with --quiet.
/// Also the place where a signal ends the run.
class ProgressLine {
  public:
    explicit ProgressLine(Context& context) : context_(context) {}
    ~ProgressLine();
    ProgressLine(ProgressLine const&) = delete;
    ProgressLine& operator=(ProgressLine const&) = delete;

    /// fraction: in [0, 1].  errors: simulate::Interrupted when a signal came
    void show(double fraction);

  private:
    using Clock = std::chrono::steady_clock;
    void draw_bar(double fraction, double seconds);
    Context& context_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point drawn_ = start_;
    int tenth_ = 0;
    bool bar_ = false;
};

} // namespace nk::cli
