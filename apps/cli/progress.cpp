#include "progress.hpp"

#include "signals.hpp"

#include "nk/simulate/run.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <fmt/format.h>

namespace nk::cli {
namespace {

constexpr int widest_bar = 30;
constexpr int words_beside_bar = 30; ///< columns for " 100 %  59 min 59 s left"

std::string time_words(double seconds) {
    auto const whole = static_cast<long>(std::ceil(seconds));
    if (whole >= 3600)
        return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
    return whole >= 60 ? fmt::format("{} min {:02} s", whole / 60, whole % 60) : fmt::format("{} s", whole);
}

std::string signal_name(int signal) {
    return signal == SIGINT ? "SIGINT" : signal == SIGTERM ? "SIGTERM" : signal == SIGHUP ? "SIGHUP" : "SIGUSR1";
}

} // namespace

ProgressLine::~ProgressLine() {
    if (bar_)
        context_.err << "\r\x1b[K" << std::flush;
}

void ProgressLine::draw_bar(double fraction, double seconds) {
    auto const width = std::clamp(context_.columns - words_beside_bar, 0, widest_bar);
    auto const filled = static_cast<int>(fraction * width);
    std::string bar;
    for (int i = 0; i < width; ++i)
        bar += i < filled ? "█" : "░";
    auto const left = fraction > 0.01 ? time_words(seconds * (1.0 - fraction) / fraction) + " left" : std::string("starting");
    context_.err << fmt::format("\r{} {:3.0f} %  {}\x1b[K", bar, 100.0 * fraction, left) << std::flush;
    bar_ = true;
}

void ProgressLine::show(double fraction) {
    if (auto const signal = signal_received(); signal != 0)
        throw simulate::Interrupted(fmt::format("stopped by {} at {:.0f} % of the run", signal_name(signal), 100.0 * fraction));
    if (context_.quiet)
        return;
    auto const now = Clock::now();
    auto const seconds = std::chrono::duration<double>(now - start_).count();
    if (context_.terminal) {
        if (now - drawn_ < std::chrono::milliseconds(100))
            return;
        drawn_ = now;
        draw_bar(fraction, seconds);
        return;
    }
    auto const tenth = static_cast<int>(fraction * 10.0 + 1e-9);
    if (tenth <= tenth_)
        return;
    tenth_ = tenth;
    context_.err << fmt::format("{:3} %  {}\n", 10 * tenth,
                                tenth < 10 ? time_words(seconds * (1.0 - fraction) / fraction) + " left" : "after " + time_words(seconds))
                 << std::flush;
}

} // namespace nk::cli
