#include "signals.hpp"

#include <atomic>
#include <csignal>

namespace nk::cli {
namespace {

std::atomic<int>& received() {
    static std::atomic<int> signal{0};
    return signal;
}

extern "C" void note_signal(int signal) {
    received().store(signal);
}

} // namespace

void watch_signals() {
    received().store(0); // also makes the variable before any handler may need it
    struct sigaction action = {};
    action.sa_handler = note_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
    for (auto const signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
        struct sigaction before = {};
        sigaction(signal, nullptr, &before);
        if (before.sa_handler != SIG_IGN) // nohup, or a shell's background: the parent wants it ignored
            sigaction(signal, &action, nullptr);
    }
}

int signal_received() {
    return received().load();
}

} // namespace nk::cli
