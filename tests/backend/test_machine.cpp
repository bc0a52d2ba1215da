#include "nk/backend/machine.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace {

using nk::backend::cgroup_limits;
using nk::backend::MachineFacts;
using nk::backend::usable_memory;
using nk::backend::usable_threads;
constexpr std::uint64_t gib = 1ULL << 30;

/// A folder tree that looks like /sys/fs/cgroup.
class CgroupTree : public ::testing::Test {
  protected:
    void SetUp() override {
        auto const* test = ::testing::UnitTest::GetInstance()->current_test_info();
        root_ = std::filesystem::temp_directory_path() / ("nk_cgroup_" + std::to_string(::getpid()) + "_" + test->name());
        std::filesystem::create_directories(root_);
    }
    void TearDown() override { std::filesystem::remove_all(root_); }
    void write(std::string const& file, std::string const& text) {
        std::filesystem::create_directories((root_ / file).parent_path());
        std::ofstream(root_ / file) << text << '\n';
    }
    std::filesystem::path root_;
};

MachineFacts sixteen_cores() {
    MachineFacts facts;
    facts.cores = 16;
    facts.affinity = 16;
    facts.memory = 64 * gib;
    return facts;
}

TEST_F(CgroupTree, version_2_takes_the_strictest_limit_on_the_way_up) {
    write("job/cpu.max", "400000 100000");
    write("job/task/cpu.max", "max 100000");
    write("job/memory.max", "max");
    write("job/task/memory.max", "2147483648");

    auto const limits = cgroup_limits(root_, "0::/job/task\n");

    EXPECT_DOUBLE_EQ(limits.cores.value_or(0.0), 4.0);
    EXPECT_EQ(limits.memory.value_or(0), 2 * gib);
}

TEST_F(CgroupTree, version_1_reads_quota_and_period_of_its_controllers) {
    write("cpu,cpuacct/job/cpu.cfs_quota_us", "150000");
    write("cpu,cpuacct/job/cpu.cfs_period_us", "100000");
    write("cpu,cpuacct/cpu.cfs_quota_us", "-1");
    write("cpu,cpuacct/cpu.cfs_period_us", "100000");
    write("memory/job/memory.limit_in_bytes", "1073741824");
    write("memory/memory.limit_in_bytes", "9223372036854771712");
    write("pids/job/memory.limit_in_bytes", "1");

    auto const limits = cgroup_limits(root_, "5:memory:/job\n4:cpu,cpuacct:/job\n3:pids:/job\n");

    EXPECT_DOUBLE_EQ(limits.cores.value_or(0.0), 1.5);
    EXPECT_EQ(limits.memory.value_or(0), gib);
}

TEST_F(CgroupTree, in_a_container_the_path_may_lead_nowhere_and_the_mounted_root_counts) {
    write("cpu.max", "200000 100000");

    EXPECT_DOUBLE_EQ(cgroup_limits(root_, "0::/system.slice/far/away\n").cores.value_or(0.0), 2.0);
    EXPECT_DOUBLE_EQ(cgroup_limits(root_, "0::/../../elsewhere\n").cores.value_or(0.0), 2.0);
}

TEST_F(CgroupTree, no_control_groups_or_nonsense_in_them_mean_no_limit) {
    write("cpu.max", "plenty");
    write("memory.max", "");

    for (auto const* membership : {"", "0::/\n", "garbage\n", "1:\n"}) {
        auto const limits = cgroup_limits(root_, membership);
        EXPECT_FALSE(limits.cores.has_value()) << membership;
        EXPECT_FALSE(limits.memory.has_value()) << membership;
    }
}

TEST(Machine, without_limits_all_cores_are_usable) {
    auto const threads = usable_threads(sixteen_cores());

    EXPECT_EQ(threads.count, 16);
    EXPECT_NE(threads.reason.find("16 cores"), std::string::npos);
}

TEST(Machine, the_smallest_limit_counts_and_is_named) {
    auto facts = sixteen_cores();
    facts.affinity = 8;
    EXPECT_EQ(usable_threads(facts).count, 8);
    EXPECT_NE(usable_threads(facts).reason.find("affinity"), std::string::npos);

    facts.cgroup.cores = 6.0;
    EXPECT_EQ(usable_threads(facts).count, 6);
    EXPECT_NE(usable_threads(facts).reason.find("cgroup"), std::string::npos);

    facts.environment["SLURM_CPUS_PER_TASK"] = "4";
    EXPECT_EQ(usable_threads(facts).count, 4);
    EXPECT_NE(usable_threads(facts).reason.find("SLURM_CPUS_PER_TASK"), std::string::npos);

    facts.environment["OMP_NUM_THREADS"] = "2,1";
    EXPECT_EQ(usable_threads(facts).count, 2);
    EXPECT_NE(usable_threads(facts).reason.find("OMP_NUM_THREADS"), std::string::npos);
}

TEST(Machine, a_quota_below_one_core_still_leaves_one_thread) {
    auto facts = sixteen_cores();
    facts.cgroup.cores = 0.5;

    EXPECT_EQ(usable_threads(facts).count, 1);
}

TEST(Machine, a_quota_is_rounded_down_to_whole_cores) {
    auto facts = sixteen_cores();
    facts.cgroup.cores = 3.9;

    EXPECT_EQ(usable_threads(facts).count, 3);
}

TEST(Machine, variables_that_are_no_positive_number_are_passed_over) {
    for (auto const* text : {"", "0", "-3", "many", "99999999999999999999"}) {
        auto facts = sixteen_cores();
        facts.environment["OMP_NUM_THREADS"] = text;

        EXPECT_EQ(usable_threads(facts).count, 16) << text;
    }
}

TEST(Machine, memory_is_the_smallest_of_machine_group_and_address_space) {
    auto facts = sixteen_cores();
    EXPECT_EQ(usable_memory(facts).bytes, 64 * gib);

    facts.cgroup.memory = 8 * gib;
    EXPECT_EQ(usable_memory(facts).bytes, 8 * gib);
    EXPECT_NE(usable_memory(facts).reason.find("8.0 GiB"), std::string::npos);

    facts.address_space = 4 * gib;
    EXPECT_EQ(usable_memory(facts).bytes, 4 * gib);
    EXPECT_NE(usable_memory(facts).reason.find("ulimit"), std::string::npos);
}

TEST(Machine, this_machine_offers_at_least_one_thread_and_some_memory_and_says_why) {
    auto const threads = usable_threads();
    auto const memory = usable_memory();

    EXPECT_GE(threads.count, 1);
    EXPECT_FALSE(threads.reason.empty());
    EXPECT_GT(memory.bytes, 0U);
    EXPECT_FALSE(memory.reason.empty());
}

} // namespace
