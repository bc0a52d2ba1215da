#pragma once

namespace nk::cli {

/// From now on SIGINT, SIGTERM and SIGUSR1 ask a run to end in good order; a second one of a kind ends the program at once.
void watch_signals();

/// The signal that asked the run to end, or 0.
int signal_received();

} // namespace nk::cli
