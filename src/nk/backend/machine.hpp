#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace nk::backend {

/// How many threads a run may use, and why not more.
struct UsableThreads {
    int count = 1;      ///< >= 1
    std::string reason; ///< one sentence, such as "the cgroup of this process allows 2 cores (cpu.max)."
};

/// How much memory a run may use, and why not more.
struct UsableMemory {
    std::uint64_t bytes = 0;
    std::string reason; ///< one sentence
};

/// CPU and memory limits of Linux control groups; empty = no limit.
struct CgroupLimits {
    std::optional<double> cores;         ///< quota / period [cores]
    std::optional<std::uint64_t> memory; ///< [bytes]
};

/// The strictest limits of a process's control group and of the groups above it (version 1 and 2).
///
/// root        where control groups are mounted, usually /sys/fs/cgroup
/// membership  text of /proc/self/cgroup. In a container the path written there may lie outside of what is mounted; then
///             the nearest folder above it that exists counts.
CgroupLimits cgroup_limits(std::filesystem::path const& root, std::string const& membership);

/// What is asked of the operating system; a plain struct, so that tests can describe a machine.
struct MachineFacts {
    int cores = 1;                              ///< cores of the machine that are online
    int affinity = 1;                           ///< cores this process may run on
    std::uint64_t memory = 0;                   ///< physical memory [bytes]
    std::optional<std::uint64_t> address_space; ///< limit of `ulimit -v` [bytes]
    CgroupLimits cgroup;
    std::map<std::string, std::string> environment; ///< SLURM_CPUS_PER_TASK, OMP_NUM_THREADS where set
};
MachineFacts machine_facts();

/// The smallest of all limits on threads. A variable that is not a positive whole number is passed over.
UsableThreads usable_threads(MachineFacts const& facts = machine_facts());
/// The smallest of all limits on memory.
UsableMemory usable_memory(MachineFacts const& facts = machine_facts());

} // namespace nk::backend
