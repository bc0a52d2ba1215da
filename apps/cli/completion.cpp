#include "command_line.hpp"

#include "nk/base/words.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <memory>

namespace nk::cli {
namespace {

std::string bash() {
    std::string cases;
    for (auto const& verb : verb_names())
        cases += fmt::format("        {}) options=\"{}\" ;;\n", verb, joined(option_names_of(verb), " "));
    return fmt::format(R"(_nk() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} verb= options= i
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${{COMP_WORDS[i]}} != -* ]] && verb=${{COMP_WORDS[i]}} && break
    done
    case $verb in
{}        *) options="{}" ;;
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    elif [[ -z $verb ]]; then
        COMPREPLY=($(compgen -W "{}" -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}}
complete -o filenames -F _nk nk
)",
                       cases, joined(option_names_of(""), " "), joined(verb_names(), " "));
}

std::string zsh() {
    return "autoload -U +X bashcompinit && bashcompinit\n" + bash();
}

std::string fish() {
    std::string out = "complete -c nk -n __fish_use_subcommand -f\n";
    for (auto const& verb : verb_names()) {
        out += fmt::format("complete -c nk -n __fish_use_subcommand -a {}\n", verb);
        for (auto const& option : option_names_of(verb))
            out += fmt::format("complete -c nk -n '__fish_seen_subcommand_from {}' -l {}\n", verb, option.substr(2));
    }
    return out;
}

} // namespace

void add_completion(CLI::App& app, Context& context) {
    struct Options {
        std::string shell;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "completion", "completion of verbs and options for a shell", group_machine)
        .word("SHELL", options->shell, "bash, zsh or fish")
        .example("nk completion bash > ~/.local/share/bash-completion/completions/nk")
        .does(context, [&context, options] {
            auto const& shell = options->shell;
            if (shell != "bash" && shell != "zsh" && shell != "fish")
                throw ScenarioError(Problem{{}, "name", "there is no completion for `" + shell + "`", "", "shells: `bash`, `zsh`, `fish`"});
            auto const text = shell == "bash" ? bash() : shell == "zsh" ? zsh() : fish();
            if (context.json)
                context.write({{"shell", shell}, {"text", text}});
            else
                context.out << text;
        });
}

} // namespace nk::cli
