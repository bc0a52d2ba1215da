#include "command_line.hpp"

#include "nk/base/error.hpp"
#include "nk/simulate/run.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <new>
#include <string_view>

namespace nk::cli {
namespace {

using scenario::Colour;

int code(Exit exit) {
    return static_cast<int>(exit);
}

void report_input(Context& context, ScenarioError const& error) {
    if (context.json)
        context.write({{"error",
                        {{"exit_code", code(Exit::input)},
                         {"kind", "input"},
                         {"problems", nlohmann::ordered_json::parse(scenario::render_json(error.problems()))}}}});
    else
        context.err << scenario::render(error.problems(), context.sources, scenario::Severity::error,
                                        context.colour ? Colour::on : Colour::off);
}

void report_other(Context& context, Exit exit, std::string_view kind, std::string const& message) {
    if (context.json)
        context.write({{"error", {{"exit_code", code(exit)}, {"kind", kind}, {"message", message}}}});
    else
        context.err << (context.colour ? "\x1b[1;31merror\x1b[0m: " : "error: ") << message << "\n";
}

int guarded(Context& context, std::function<void()> const& work) {
    try {
        work();
        return context.exit_code;
    } catch (ScenarioError const& error) {
        report_input(context, error);
        return code(Exit::input);
    } catch (simulate::Interrupted const& error) {
        report_other(context, Exit::interrupted, "interrupted", error.what());
        return code(Exit::interrupted);
    } catch (MachineError const& error) {
        report_other(context, Exit::machine, "machine", error.what());
        return code(Exit::machine);
    } catch (std::filesystem::filesystem_error const& error) {
        report_other(context, Exit::machine, "machine", "the disk refuses `" + error.path1().string() + "`: " + error.code().message());
        return code(Exit::machine);
    } catch (NumericalError const& error) {
        report_other(context, Exit::numerical, "numerical", error.what());
        return code(Exit::numerical);
    } catch (std::bad_alloc const&) {
        report_other(context, Exit::machine, "machine",
                     "there is not enough memory for this; fewer targets or a smaller E:T ratio need less");
        return code(Exit::machine);
    } catch (std::exception const& error) {
        report_other(context, Exit::internal, "internal", std::string("this is a mistake in the program: ") + error.what());
        return code(Exit::internal);
    }
}

} // namespace

std::string version() {
    return NK_VERSION;
}

int run(int argc, char const* const* argv, Context& context) {
    context.arguments.assign(argv + std::min(argc, 1), argv + argc);
    // Known before the rest is read, so that a mistake in the command line comes as JSON too.
    context.json = std::find(context.arguments.begin(), context.arguments.end(), "--json") != context.arguments.end();
    auto result = guarded(context, [&] {
        if (read_command_line(argc, argv, context) && !context.parse_only)
            context.action();
    });
    errno = 0;
    context.out.flush();
    if (!context.out) {
        auto const reason = errno != 0 ? std::string(": ") + std::strerror(errno) : std::string();
        context.err << "error: cannot write to standard output" << reason << "\n";
        result = result == 0 ? code(Exit::machine) : result;
    }
    return result;
}

int run(int argc, char const* const* argv, std::ostream& out, std::ostream& err) {
    Context context(out, err);
    return run(argc, argv, context);
}

} // namespace nk::cli
