#pragma once
#include "nk/base/parameters.hpp"
#include "nk/scenario/diagnostics.hpp"
#include "nk/scenario/source_texts.hpp"

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace nk::cli {

/// What every verb gets: where to write and the options that all verbs share. stdout holds data, stderr talk.
struct Context {
    Context(std::ostream& data_stream, std::ostream& talk_stream) : out(data_stream), err(talk_stream) {}

    std::ostream& out;
    std::ostream& err;
    bool json = false;                         ///< --json: one JSON document on `out` and nothing else there
    bool quiet = false;                        ///< --quiet: no talk but problems
    bool colour = false;                       ///< `err` may be coloured: a terminal, no NO_COLOR, no --no-colour
    bool terminal = false;                     ///< `err` is a terminal that can redraw a line: progress bars
    int columns = 80;                          ///< of that terminal
    bool parse_only = false;                   ///< read the command line and run nothing (fuzzing)
    std::optional<std::filesystem::path> data; ///< --data: a folder that stands in for the embedded data/
    std::optional<int> threads;                ///< --threads
    std::vector<std::string> arguments;        ///< the command line as typed, without the program's name
    scenario::SourceTexts sources;             ///< texts that problems may quote
    int exit_code = 0;                         ///< of a verb that has to end otherwise than well without throwing
    std::function<void()> action;              ///< the verb chosen; set by Verb::does

    /// The parameter base: embedded or from --data.
    /// errors: as scenario::load_parameters
    ParameterBase parameters();
    /// A line on `err`, unless --quiet.
    void talk(std::string const& line);
    /// One JSON document on `out`.
    void write(nlohmann::ordered_json const& document);
    /// Warnings on `err` as people read them, unless --quiet.
    void warn(std::vector<Problem> const& warnings);
    /// "nk run file.toml -s 'a = b'": the command line for people to copy.
    std::string command_line() const;
};

/// Exit codes of the program.
enum class Exit { ok = 0, machine = 1, input = 2, numerical = 3, interrupted = 4, internal = 5 };

/// The program without its process.
///
/// arguments  as main gets them, the program's name first
/// returns    the exit code
/// errors     none: everything becomes a message and a code
int run(int argc, char const* const* argv, std::ostream& out, std::ostream& err);
/// The same with settings for what the process knows (terminal, colour) or a fuzzer wants (parse_only).
int run(int argc, char const* const* argv, Context& context);

/// Version of the program.
std::string version();

} // namespace nk::cli
