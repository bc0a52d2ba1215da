#include "nk/backend/machine.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <memory>
#include <sched.h>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>

namespace nk::backend {
namespace {

namespace fs = std::filesystem;

std::string text_of(fs::path const& path) {
    std::ifstream file(path);
    std::ostringstream text;
    if (file)
        text << file.rdbuf();
    return text.str();
}

template <class Number> std::optional<Number> number_in(std::string const& text) {
    Number value{};
    auto const from = text.find_first_not_of(" \t\n");
    if (from == std::string::npos)
        return std::nullopt;
    auto const read = std::from_chars(text.data() + from, text.data() + text.size(), value);
    return read.ec == std::errc{} ? std::optional(value) : std::nullopt;
}

template <class Number> void lower(std::optional<Number>& limit, Number value) {
    limit = limit ? std::min(*limit, value) : value;
}

/// cpu.max of version 2: "QUOTA PERIOD" or "max PERIOD".
std::optional<double> cores_version_2(fs::path const& folder) {
    std::istringstream line(text_of(folder / "cpu.max"));
    std::string quota;
    double period = 0.0;
    line >> quota >> period;
    auto const microseconds = number_in<double>(quota);
    return microseconds && period > 0.0 ? std::optional(*microseconds / period) : std::nullopt;
}

/// Version 1: a quota of -1 means no limit.
std::optional<double> cores_version_1(fs::path const& folder) {
    auto const quota = number_in<double>(text_of(folder / "cpu.cfs_quota_us"));
    auto const period = number_in<double>(text_of(folder / "cpu.cfs_period_us"));
    return quota && period && *quota > 0.0 && *period > 0.0 ? std::optional(*quota / *period) : std::nullopt;
}

void add_limits(CgroupLimits& limits, fs::path const& folder, bool cpu, bool memory) {
    constexpr std::uint64_t unlimited = 1ULL << 62; // version 1 writes a huge number for "no limit"
    if (cpu)
        for (auto const& cores : {cores_version_2(folder), cores_version_1(folder)})
            if (cores)
                lower(limits.cores, *cores);
    if (memory)
        for (auto const* name : {"memory.max", "memory.limit_in_bytes"})
            if (auto const bytes = number_in<std::uint64_t>(text_of(folder / name)); bytes && *bytes < unlimited)
                lower(limits.memory, *bytes);
}

bool in_list(std::string const& list, std::string const& word) {
    return ("," + list + ",").find("," + word + ",") != std::string::npos;
}

int affinity_cores() {
    constexpr int most_cores = 65536;
    std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> set(CPU_ALLOC(most_cores), [](cpu_set_t* s) { CPU_FREE(s); });
    auto const bytes = CPU_ALLOC_SIZE(most_cores);
    if (!set || sched_getaffinity(0, bytes, set.get()) != 0)
        return 0;
    return CPU_COUNT_S(bytes, set.get());
}

std::string in_gib(std::uint64_t bytes) {
    return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1024.0 * 1024.0 * 1024.0));
}

} // namespace

CgroupLimits cgroup_limits(fs::path const& root, std::string const& membership) {
    CgroupLimits limits;
    std::istringstream lines(membership);
    for (std::string line; std::getline(lines, line);) { // hierarchy:controllers:path, with no controllers in version 2
        auto const first = line.find(':');
        auto const second = first == std::string::npos ? first : line.find(':', first + 1);
        if (second == std::string::npos)
            continue;
        auto const controllers = line.substr(first + 1, second - first - 1);
        auto const cpu = controllers.empty() || in_list(controllers, "cpu");
        auto const memory = controllers.empty() || in_list(controllers, "memory");
        if (!cpu && !memory)
            continue;
        auto const path = fs::path(line.substr(second + 1)).lexically_normal().relative_path();
        for (auto const& mount : {root / controllers, root / "unified"}) {
            for (auto folder = path;; folder = folder.parent_path()) {
                add_limits(limits, mount / folder, cpu, memory);
                if (folder.empty())
                    break;
            }
            if (!controllers.empty())
                break; // `unified` holds version 2 only
        }
    }
    return limits;
}

MachineFacts machine_facts() {
    MachineFacts facts;
    facts.cores = static_cast<int>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
    auto const allowed = affinity_cores();
    facts.affinity = allowed > 0 ? allowed : facts.cores;
    facts.memory =
        static_cast<std::uint64_t>(std::max(0L, sysconf(_SC_PHYS_PAGES))) * static_cast<std::uint64_t>(std::max(0L, sysconf(_SC_PAGESIZE)));
    rlimit limit{};
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        facts.address_space = limit.rlim_cur;
    facts.cgroup = cgroup_limits("/sys/fs/cgroup", text_of("/proc/self/cgroup"));
    for (auto const* name : {"SLURM_CPUS_PER_TASK", "OMP_NUM_THREADS"})
        if (auto const* value = std::getenv(name))
            facts.environment.emplace(name, value);
    return facts;
}

UsableThreads usable_threads(MachineFacts const& facts) {
    UsableThreads out{std::max(1, facts.cores), fmt::format("the machine has {} cores.", std::max(1, facts.cores))};
    auto const limit = [&](int count, std::string reason) {
        if (count < out.count)
            out = {std::max(1, count), std::move(reason)};
    };
    limit(facts.affinity, fmt::format("this process may run on {} of {} cores (CPU affinity).", facts.affinity, facts.cores));
    if (facts.cgroup.cores) // 1.5 cores with two threads would be throttled: round down, but 1.999 is 2
        limit(static_cast<int>(std::min(1e6, std::floor(*facts.cgroup.cores + 0.01))),
              fmt::format("the control group of this process allows {:.3g} cores (cgroup CPU quota).", *facts.cgroup.cores));
    for (auto const& [name, text] : facts.environment)
        if (auto const count = number_in<int>(text); count && *count >= 1)
            limit(*count, fmt::format("{} is set to {}.", name, text));
    return out;
}

UsableMemory usable_memory(MachineFacts const& facts) {
    UsableMemory out{facts.memory, fmt::format("the machine has {} of memory.", in_gib(facts.memory))};
    auto const limit = [&](std::optional<std::uint64_t> bytes, char const* why) {
        if (bytes && (*bytes < out.bytes || out.bytes == 0))
            out = {*bytes, fmt::format("{} {}.", why, in_gib(*bytes))};
    };
    limit(facts.cgroup.memory, "the control group of this process allows (cgroup memory limit)");
    limit(facts.address_space, "the address space of this process is limited (ulimit -v) to");
    return out;
}

} // namespace nk::backend
