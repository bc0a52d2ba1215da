#pragma once
#include "context.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace nk::cli {

/// One verb of the command line, described without CLI11's header (which is slow to compile and stays in command_line.cpp).
/// Values live as long as the verb's action does: keep them in a shared_ptr that the action holds.
class Verb {
  public:
    /// group: heading under which `nk --help` lists it
    Verb(CLI::App& app, std::string const& name, std::string const& help, std::string const& group);

    /// A required word, or with `required` false one that may be left out.
    Verb& word(std::string const& name, std::string& value, std::string const& help, bool required = true);
    /// Any number of words.
    Verb& words(std::string const& name, std::vector<std::string>& values, std::string const& help, bool required = false);
    /// An option with one value: "--kir", or "-o,--output".
    Verb& option(std::string const& name, std::string& value, std::string const& what, std::string const& help);
    Verb& option(std::string const& name, std::optional<std::string>& value, std::string const& what, std::string const& help);
    Verb& option(std::string const& name, std::optional<double>& value, std::string const& what, std::string const& help);
    Verb& option(std::string const& name, std::optional<std::uint64_t>& value, std::string const& what, std::string const& help);
    /// An option that may be given several times, one value each.
    Verb& option(std::string const& name, std::vector<std::string>& values, std::string const& what, std::string const& help);
    Verb& flag(std::string const& name, bool& value, std::string const& help);
    /// A line of `nk VERB --help`, such as "nk run assay.toml --seed 7".
    Verb& example(std::string const& line);
    /// What the verb does once the command line is read. May throw any error of nk: it becomes a message and an exit code.
    void does(Context& context, std::function<void()> action);

  private:
    CLI::App* verb_;
    std::string examples_;
};

inline constexpr char const* group_experiment = "Experiments";
inline constexpr char const* group_study = "Studies";
inline constexpr char const* group_understand = "Understanding";
inline constexpr char const* group_machine = "This machine";

// One function a verb; the table in verbs.cpp lists them in the order of `nk --help`.
void add_new(CLI::App& app, Context& context);
void add_demo(CLI::App& app, Context& context);
void add_check(CLI::App& app, Context& context);
void add_run(CLI::App& app, Context& context);
void add_resume(CLI::App& app, Context& context);
void add_fork(CLI::App& app, Context& context);
void add_report(CLI::App& app, Context& context);
void add_diff(CLI::App& app, Context& context);
void add_explain(CLI::App& app, Context& context);
void add_hla(CLI::App& app, Context& context);
void add_recognise(CLI::App& app, Context& context);
void add_schema(CLI::App& app, Context& context);
void add_validate(CLI::App& app, Context& context);
void add_fit(CLI::App& app, Context& context);
void add_sweep(CLI::App& app, Context& context);
void add_cohort(CLI::App& app, Context& context);
void add_plan(CLI::App& app, Context& context);
void add_merge(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);
void add_completion(CLI::App& app, Context& context);

/// Calls all of the above.
void add_verbs(CLI::App& app, Context& context);

} // namespace nk::cli
