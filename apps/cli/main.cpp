#include "context.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char** argv) {
    std::signal(SIGXFSZ, SIG_IGN); // a file that may not grow is then a failed write, with a message and nothing half-written
    nk::cli::Context context(std::cout, std::cerr);
    auto const* const no_colour = std::getenv("NO_COLOR");
    auto const* const terminal_kind = std::getenv("TERM");
    auto const dumb = terminal_kind != nullptr && std::string(terminal_kind) == "dumb";
    context.terminal = ::isatty(STDERR_FILENO) == 1 && !dumb;
    context.colour = context.terminal && (no_colour == nullptr || *no_colour == '\0');
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        context.columns = size.ws_col;
    return nk::cli::run(argc, argv, context);
}
