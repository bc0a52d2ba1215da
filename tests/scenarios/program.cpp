#include "scenarios/program.hpp"

#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace nk::test {
namespace {

std::string text_of(std::filesystem::path const& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void redirect(int to, std::filesystem::path const& path) {
    auto const file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || ::dup2(file, to) < 0)
        ::_exit(127);
    ::close(file);
}

} // namespace

Workplace::Workplace() {
    auto pattern = (std::filesystem::temp_directory_path() / "nk-scenario-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("cannot make a folder for a test");
    path_ = pattern;
}

Workplace::~Workplace() {
    std::error_code ignored;
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(path_, ignored);
}

Outcome Workplace::run(std::vector<std::string> const& words, std::string const& out_path) const {
    return run_while(
        words, [](pid_t) {}, out_path);
}

Outcome Workplace::run_while(std::vector<std::string> const& words, std::function<void(pid_t)> const& during,
                             std::string const& out_path) const {
    auto const out = out_path.empty() ? path_ / ".out" : std::filesystem::path(out_path);
    std::vector<char*> arguments{const_cast<char*>(NK_PROGRAM)};
    for (auto const& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    auto const child = ::fork();
    if (child == 0) {
        if (::chdir(path_.c_str()) != 0)
            ::_exit(127);
        redirect(STDOUT_FILENO, out);
        redirect(STDERR_FILENO, path_ / ".err");
        ::execv(NK_PROGRAM, arguments.data());
        ::_exit(127);
    }
    during(child);
    auto status = 0;
    ::waitpid(child, &status, 0);
    Outcome outcome;
    outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (out_path.empty())
        outcome.out = text_of(out);
    outcome.err = text_of(path_ / ".err");
    return outcome;
}

void Workplace::write(std::string const& name, std::string const& text) const {
    std::ofstream(path_ / name) << text;
}

std::string Workplace::read(std::string const& name) const {
    return text_of(path_ / name);
}

std::string Workplace::tiny_assay() const {
    write("tiny.toml", R"(kind = "well"
title = "a tiny assay"
question = "Does it run?"
seed = 3
[well]
targets = "40 cell"
duration = "60 min"
[effector.il2]
like = "il2_nk"
[target.k562]
like = "K562"
[plate]
e_to_t = [1, 4]
)");
    return "tiny.toml";
}

std::string Workplace::long_assay() const {
    write("long.toml", R"(kind = "well"
[well]
targets = "500 cell"
duration = "72 h"
frame_interval = "1 min"
[effector.il2]
like = "il2_nk"
[target.k562]
like = "K562"
[plate]
e_to_t = [3]
[output]
keep_frames = 10000
)");
    return "long.toml";
}

} // namespace nk::test
