#include "verbs.hpp"

#include "nk/backend/communicator.hpp"
#include "nk/backend/machine.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <unistd.h>

namespace nk::cli {
namespace {

constexpr double gigabyte = 1e9;
constexpr double least_disk = 1e9, least_memory = 1e9;

std::string environment(char const* name) {
    auto const* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

/// The character set of the locale, as the C library would choose it.
std::string locale_name() {
    for (auto const* name : {"LC_ALL", "LC_CTYPE", "LANG"})
        if (auto const value = environment(name); !value.empty())
            return value;
    return "C";
}

/// Whether a program stands in the search path.
bool in_path(std::string const& program) {
    auto const path = environment("PATH");
    for (std::size_t from = 0; from <= path.size();) {
        auto const end = std::min(path.find(':', from), path.size());
        if (end > from && ::access((path.substr(from, end - from) + "/" + program).c_str(), X_OK) == 0)
            return true;
        from = end + 1;
    }
    return false;
}

struct Findings {
    backend::MachineFacts facts = backend::machine_facts();
    backend::UsableThreads threads = backend::usable_threads(facts);
    backend::UsableMemory memory = backend::usable_memory(facts);
    std::string locale = locale_name();
    std::string folder;
    double disk = 0.0; ///< free [bytes]
    bool writable = false;
    std::vector<std::string> warnings;
};

/// Threads that a variable asks for, when they are more than the machine gives.
void check_variable(Findings& found, char const* name) {
    auto const text = environment(name);
    auto asked = 0;
    if (text.empty())
        return;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), asked);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || asked < 1)
        found.warnings.push_back(fmt::format("{} is `{}`, which is no number of threads; it is passed over", name, text));
    else if (asked > found.threads.count)
        found.warnings.push_back(fmt::format(
            "{} is {}, but only {} core{} can be used: {} Programs that believe it would crowd {} threads onto them; nk does not.", name,
            asked, found.threads.count, found.threads.count == 1 ? "" : "s", found.threads.reason, asked));
}

Findings examine() {
    Findings found;
    std::error_code error;
    found.folder = std::filesystem::current_path(error).string();
    auto const space = std::filesystem::space(".", error);
    found.disk = error ? 0.0 : static_cast<double>(space.available);
    found.writable = ::access(".", W_OK) == 0;
    for (auto const* name : {"OMP_NUM_THREADS", "SLURM_CPUS_PER_TASK"})
        check_variable(found, name);
    if (found.disk < least_disk)
        found.warnings.push_back(fmt::format("only {:.2f} GB are free in this folder", found.disk / gigabyte));
    if (!found.writable)
        found.warnings.push_back("this folder cannot be written to; give `nk run -o` another one");
    if (static_cast<double>(found.memory.bytes) < least_memory)
        found.warnings.push_back(fmt::format("only {:.2f} GB of memory may be used: {}", static_cast<double>(found.memory.bytes) / gigabyte,
                                             found.memory.reason));
    auto lower = found.locale;
    for (auto& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower.find("utf-8") == std::string::npos && lower.find("utf8") == std::string::npos)
        found.warnings.push_back("the locale is `" + found.locale +
                                 "`, not UTF-8: the terminal may show some letters and the progress bar wrongly");
    return found;
}

void write_json(Context& context, Findings const& found) {
    auto const& facts = found.facts;
    nlohmann::ordered_json variables = nlohmann::ordered_json::object();
    for (auto const* name : {"OMP_NUM_THREADS", "SLURM_JOB_ID", "SLURM_CPUS_PER_TASK", "SLURM_NTASKS"})
        if (auto const value = environment(name); !value.empty())
            variables[name] = value;
    nlohmann::ordered_json cgroup{{"cores", nullptr}, {"memory_bytes", nullptr}};
    if (facts.cgroup.cores)
        cgroup["cores"] = *facts.cgroup.cores;
    if (facts.cgroup.memory)
        cgroup["memory_bytes"] = *facts.cgroup.memory;
    context.write({{"version", version()},
                   {"cores", facts.cores},
                   {"affinity", facts.affinity},
                   {"cgroup", cgroup},
                   {"memory_bytes", facts.memory},
                   {"threads", found.threads.count},
                   {"threads_reason", found.threads.reason},
                   {"usable_memory_bytes", found.memory.bytes},
                   {"mpi", backend::Communicator::has_mpi()},
                   {"mpirun", in_path("mpirun")},
                   {"sbatch", in_path("sbatch")},
                   {"environment", variables},
                   {"locale", found.locale},
                   {"folder", found.folder},
                   {"folder_writable", found.writable},
                   {"disk_free_bytes", found.disk},
                   {"warnings", found.warnings}});
}

void write_text(Context& context, Findings const& found) {
    auto const& facts = found.facts;
    auto const line = [&](char const* name, std::string const& text) { context.out << fmt::format("{:<14}{}\n", name, text); };
    line("program", "nk " + version());
    line("cores", fmt::format("{} in the machine, {} allowed by affinity", facts.cores, facts.affinity));
    line("control group", facts.cgroup.cores ? fmt::format("{:g} cores", *facts.cgroup.cores) : std::string("no limit on cores"));
    line("memory", fmt::format("{:.1f} GB, of which {:.1f} GB may be used: {}", static_cast<double>(facts.memory) / gigabyte,
                               static_cast<double>(found.memory.bytes) / gigabyte, found.memory.reason));
    auto const job = environment("SLURM_JOB_ID");
    line("MPI", !backend::Communicator::has_mpi() ? "not built in"
                : in_path("mpirun")               ? "built in; `mpirun -n 4 nk cohort FILE` shares a study"
                                                  : "built in; there is no mpirun in the path");
    line("Slurm",
         job.empty() ? std::string(in_path("sbatch") ? "not in a job; sbatch is there" : "not in a job, and no sbatch in the path")
                     : "job " + job +
                           (environment("SLURM_CPUS_PER_TASK").empty() ? "" : ", " + environment("SLURM_CPUS_PER_TASK") + " cores a task"));
    auto const openmp = environment("OMP_NUM_THREADS");
    line("OpenMP", openmp.empty() ? std::string("OMP_NUM_THREADS is not set") : "OMP_NUM_THREADS=" + openmp);
    line("threads", fmt::format("{}: {}", found.threads.count, found.threads.reason));
    line("locale", found.locale);
    line("this folder", fmt::format("{}, {:.1f} GB free{}", found.folder, found.disk / gigabyte, found.writable ? "" : ", not writable"));
    for (auto const& warning : found.warnings)
        context.out << "warning: " << warning << "\n";
    if (found.warnings.empty())
        context.out << "All is well.\n";
}

} // namespace

void add_doctor(CLI::App& app, Context& context) {
    Verb(app, "doctor", "what machine nk sees: cores, limits, memory, disk", group_machine)
        .example("nk doctor --json")
        .does(context, [&context] {
            auto const found = examine();
            if (context.json)
                write_json(context, found);
            else
                write_text(context, found);
        });
}

} // namespace nk::cli
