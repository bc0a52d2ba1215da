#include "context.hpp"

#include <cstdlib>
#include <iostream>
#include <unistd.h>

int main(int argc, char** argv) {
    nk::cli::Context context(std::cout, std::cerr);
    context.terminal = ::isatty(STDERR_FILENO) == 1;
    auto const* const no_colour = std::getenv("NO_COLOR");
    auto const* const terminal_kind = std::getenv("TERM");
    context.colour = context.terminal && (no_colour == nullptr || *no_colour == '\0') &&
                     (terminal_kind == nullptr || std::string(terminal_kind) != "dumb");
    return nk::cli::run(argc, argv, context);
}
