// The one place that knows CLI11.
#include "command_line.hpp"
#include "verbs.hpp"

#include "nk/base/error.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace nk::cli {
namespace {

constexpr std::size_t help_column = 26;

std::string padded(std::string const& words, std::string const& help) {
    if (words.size() + 2 >= help_column)
        return fmt::format("  {}\n  {:{}}{}\n", words, "", help_column - 2, help);
    return fmt::format("  {:{}}{}\n", words, help_column - 2, help);
}

/// `nk --help`: verbs in groups, then what all verbs take.
std::string overview(CLI::App const& app) {
    auto out = app.get_description() + "\n\nUsage: nk VERB [ARGUMENTS]\n";
    for (auto const* group : {group_experiment, group_understand, group_machine}) {
        out += fmt::format("\n{}\n", group);
        for (auto const* verb : app.get_subcommands([&](CLI::App const* one) { return one->get_group() == group; }))
            out += padded(verb->get_name(), verb->get_description());
    }
    out += "\nOptions of every verb\n";
    for (auto const* option : app.get_options())
        out += padded(option->get_name(false, true) + (option->get_type_name().empty() ? "" : " " + option->get_type_name()),
                      option->get_description());
    return out + "\nBegin with `nk demo`; `nk VERB --help` explains a verb. Results are for research use only.\n";
}

/// Help of one verb, in the words of the rest of the program.
class VerbHelp : public CLI::Formatter {
  public:
    std::string make_help(CLI::App const* verb, std::string, CLI::AppFormatMode) const override {
        auto out = verb->get_description() + "\n\nUsage: nk " + verb->get_name();
        std::string words, options;
        for (auto const* option : verb->get_options()) {
            auto const positional = option->get_positional();
            auto const name = option->get_name(positional, !positional);
            if (positional) {
                auto const shown = name + (option->get_expected_max() > 1 ? "..." : "");
                out += option->get_required() ? " " + shown : " [" + shown + "]";
                words += padded(shown, option->get_description());
            } else
                options += padded(name + (option->get_type_name().empty() ? "" : " " + option->get_type_name()), option->get_description());
        }
        out += " [OPTIONS]\n";
        if (!words.empty())
            out += "\n" + words;
        out += "\nOptions\n" + options + padded("--json, --quiet, ...", "as listed by `nk --help`");
        return verb->get_footer().empty() ? out : out + "\nExample\n" + verb->get_footer();
    }
};

void add_shared_options(CLI::App& app, Context& context) {
    app.set_help_flag("-h,--help", "this help, or a verb's");
    app.set_version_flag("--version", "nk " + version(), "the version of the program");
    app.add_flag("--json", context.json, "one JSON document on standard output");
    app.add_flag("--quiet", context.quiet, "no progress and no remarks");
    app.add_flag_callback(
        "--no-colour,--no-color", [&context] { context.colour = false; }, "plain messages (also: NO_COLOR)");
    app.add_option("--data", context.data, "a folder that stands in for the built-in data")->type_name("DIR");
    app.add_option("--threads", context.threads, "how many threads; results do not depend on it")
        ->check(CLI::Validator(CLI::Range(1, 4096)).description(""))
        ->type_name("N");
}

/// What CLI11 says, as a sentence about the user's words.
Problem usage_problem(std::string what, std::string hint) {
    return {{}, "usage", std::move(what), "", std::move(hint)};
}

std::vector<std::string> option_names(CLI::App const& app) {
    std::vector<std::string> names;
    for (auto const* option : app.get_options())
        for (auto const& name : option->get_lnames())
            names.push_back("--" + name);
    return names;
}

/// The word that CLI11 could not place, with the nearest one it would have known.
Problem unexpected_word(CLI::App const& app, std::vector<std::string> const& left) {
    auto const chosen = app.get_subcommands();
    auto const& word = left.front();
    if (chosen.empty() && !word.starts_with("-")) {
        std::vector<std::string> verbs;
        for (auto const* verb : app.get_subcommands([](CLI::App const*) { return true; }))
            verbs.push_back(verb->get_name());
        auto const near = nearest_name(word, verbs);
        return usage_problem("there is no verb `" + word + "`",
                             near.empty() ? "`nk --help` lists the verbs" : "did you mean `nk " + near + "`?");
    }
    auto const help = chosen.empty() ? std::string("`nk --help` lists the options") : "see `nk " + chosen.front()->get_name() + " --help`";
    if (!word.starts_with("-"))
        return usage_problem("`" + word + "` is one word too many", help);
    auto names = option_names(app);
    if (!chosen.empty()) {
        auto const own = option_names(*chosen.front());
        names.insert(names.end(), own.begin(), own.end());
    }
    auto const name = word.substr(0, word.find('='));
    auto const near = nearest_name(name, names);
    return usage_problem("there is no option `" + name + "`", near.empty() ? help : "did you mean `" + near + "`?");
}

/// "" for a whole number that a double holds exactly: these go through the text of a scenario.
std::string whole_number_problem(std::string const& text) {
    constexpr std::uint64_t largest = (std::uint64_t{1} << 53) - 1;
    std::uint64_t number = 0;
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, number);
    if (read.ec == std::errc{} && read.ptr == end && number <= largest)
        return "";
    return fmt::format("`{}` is not a whole number from 0 to {}", text, largest);
}

Problem problem_of(CLI::ParseError const& error, CLI::App const& app) {
    auto const left = app.remaining(true);
    if (!left.empty() && (dynamic_cast<CLI::ExtrasError const*>(&error) != nullptr || app.get_subcommands().empty()))
        return unexpected_word(app, left);
    if (app.get_subcommands().empty() && dynamic_cast<CLI::RequiredError const*>(&error) != nullptr)
        return usage_problem("a verb is missing", "begin with `nk demo`, or see `nk --help`");
    auto const chosen = app.get_subcommands();
    return usage_problem(error.what(), chosen.empty() ? "see `nk --help`" : "see `nk " + chosen.front()->get_name() + " --help`");
}

} // namespace

Verb::Verb(CLI::App& app, std::string const& name, std::string const& help, std::string const& group)
    : verb_(app.add_subcommand(name, help)->group(group)->fallthrough()) {
    verb_->set_help_flag("-h,--help", "this help");
    verb_->formatter(std::make_shared<VerbHelp>());
}

Verb& Verb::word(std::string const& name, std::string& value, std::string const& help, bool required) {
    verb_->add_option(name, value, help)->required(required)->type_name("");
    return *this;
}

Verb& Verb::words(std::string const& name, std::vector<std::string>& values, std::string const& help, bool required) {
    verb_->add_option(name, values, help)->required(required)->type_name("");
    return *this;
}

Verb& Verb::option(std::string const& name, std::string& value, std::string const& what, std::string const& help) {
    verb_->add_option(name, value, help)->type_name(what);
    return *this;
}

Verb& Verb::option(std::string const& name, std::optional<std::string>& value, std::string const& what, std::string const& help) {
    verb_->add_option(name, value, help)->type_name(what);
    return *this;
}

Verb& Verb::option(std::string const& name, std::optional<double>& value, std::string const& what, std::string const& help) {
    verb_->add_option(name, value, help)->type_name(what);
    return *this;
}

Verb& Verb::option(std::string const& name, std::optional<std::uint64_t>& value, std::string const& what, std::string const& help) {
    verb_->add_option(name, value, help)->check(CLI::Validator(whole_number_problem, ""))->type_name(what);
    return *this;
}

Verb& Verb::option(std::string const& name, std::vector<std::string>& values, std::string const& what, std::string const& help) {
    verb_->add_option(name, values, help)->type_name(what)->allow_extra_args(false);
    return *this;
}

Verb& Verb::flag(std::string const& name, bool& value, std::string const& help) {
    verb_->add_flag(name, value, help);
    return *this;
}

Verb& Verb::example(std::string const& line) {
    examples_ += "  " + line + "\n";
    verb_->footer(examples_);
    return *this;
}

void Verb::does(Context& context, std::function<void()> action) {
    verb_->callback([&context, action = std::move(action)] { context.action = action; });
}

std::vector<std::string> verb_names() {
    std::ostream nowhere(nullptr);
    Context context(nowhere, nowhere);
    CLI::App app;
    add_verbs(app, context);
    std::vector<std::string> names;
    for (auto const* verb : app.get_subcommands([](CLI::App const*) { return true; }))
        names.push_back(verb->get_name());
    return names;
}

std::vector<std::string> option_names_of(std::string const& verb) {
    std::ostream nowhere(nullptr);
    Context context(nowhere, nowhere);
    CLI::App app;
    add_shared_options(app, context);
    add_verbs(app, context);
    auto names = option_names(app);
    if (!verb.empty()) {
        auto const own = option_names(*app.get_subcommand(verb));
        names.insert(names.end(), own.begin(), own.end());
    }
    return names;
}

bool read_command_line(int argc, char const* const* argv, Context& context) {
    CLI::App app("NKsim: how natural killer cells recognise, touch and kill other cells, from receptors to wells.", "nk");
    add_shared_options(app, context);
    add_verbs(app, context);
    app.require_subcommand(1);
    try {
        app.parse(argc, argv);
        return true;
    } catch (CLI::CallForHelp const&) {
        auto const chosen = app.get_subcommands();
        auto const help = chosen.empty() ? overview(app) : chosen.front()->help();
        if (context.json)
            context.write({{"help", help}});
        else
            context.out << help;
    } catch (CLI::CallForVersion const& error) {
        if (context.json)
            context.write({{"version", version()}});
        else
            context.out << error.what() << "\n";
    } catch (CLI::ParseError const& error) {
        if (argc <= 1)
            context.err << overview(app) << "\n";
        throw ScenarioError(problem_of(error, app));
    }
    return false;
}

} // namespace nk::cli
