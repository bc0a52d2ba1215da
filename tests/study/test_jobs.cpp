#include "formats/full_disk.hpp"
#include "formats/scratch_folder.hpp"
#include "nk/base/error.hpp"
#include "nk/study/jobs.hpp"

#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <sys/wait.h>
#include <unistd.h>

namespace nk::study {
namespace {

JobPlan small_plan(std::size_t count = 23) {
    JobPlan out;
    out.kind = "test";
    out.scenario = "kind = \"test\"\n";
    out.key = "key of the test";
    out.tables = {{"numbers", {{"x", "1", false}, {"odd \"name\"", "day", false}}}, {"words", {{"word", "", true}}}};
    out.count = count;
    out.run = [](std::size_t job) {
        Table numbers{"numbers", {}}, words{"words", {}};
        auto const x = static_cast<double>(job);
        numbers.add("x", "1", {std::sqrt(x), job == 3 ? std::numeric_limits<double>::quiet_NaN() : -1.0 / (x + 1.0)});
        numbers.add("odd \"name\"", "day", {job == 5 ? std::numeric_limits<double>::infinity() : x, 1e-300 * x});
        words.add("word", std::vector<std::string>(job % 3, "it's \"" + std::to_string(job) + "\"\n"));
        return std::vector<Table>{numbers, words};
    };
    return out;
}

std::string bits_of(std::vector<Table> const& tables) {
    std::string out;
    for (auto const& table : tables)
        for (auto const& column : table.columns) {
            out += table.name + column.name + column.unit;
            if (auto const* numbers = std::get_if<std::vector<double>>(&column.values))
                out.append(reinterpret_cast<char const*>(numbers->data()), numbers->size() * sizeof(double));
            else
                for (auto const& word : std::get<std::vector<std::string>>(column.values))
                    out += word + '\0';
        }
    return out;
}

/// What one process would write without a store.
std::string expected_bits(JobPlan const& plan) {
    auto all = plan.run(0);
    for (std::size_t job = 1; job < plan.count; ++job) {
        auto const rows = plan.run(job);
        for (std::size_t t = 0; t < rows.size(); ++t)
            for (std::size_t c = 0; c < rows[t].columns.size(); ++c)
                std::visit(
                    [&](auto& values) {
                        auto const& more = std::get<std::decay_t<decltype(values)>>(rows[t].columns[c].values);
                        values.insert(values.end(), more.begin(), more.end());
                    },
                    all[t].columns[c].values);
    }
    return bits_of(all);
}

JobOutcome run_shard(JobPlan const& plan, std::string const& folder, std::size_t index, std::size_t count, int threads = 1) {
    JobSettings settings;
    settings.shard = {index, count};
    settings.threads = threads;
    return run_jobs(plan, folder, settings, backend::Communicator::alone());
}

class Sharding : public testing::TestWithParam<std::pair<std::size_t, int>> {};

TEST_P(Sharding, OfAnyNumberAndAnyThreadsGivesTheSameBits) {
    ScratchFolder const scratch;
    auto const plan = small_plan();
    std::vector<std::string> folders;

    for (std::size_t s = 0; s < GetParam().first; ++s) {
        folders.push_back(scratch / std::to_string(s));
        run_shard(plan, folders.back(), s, GetParam().first, GetParam().second);
    }

    EXPECT_EQ(bits_of(merge_jobs(folders).tables), expected_bits(plan));
}

INSTANTIATE_TEST_SUITE_P(Jobs, Sharding,
                         testing::Values(std::pair{1UL, 1}, std::pair{1UL, 3}, std::pair{2UL, 2}, std::pair{3UL, 1}, std::pair{7UL, 2},
                                         std::pair{40UL, 1}));

TEST(Jobs, GoOnWhereASignalStoppedThemEvenWithOtherThreadsAndShards) {
    ScratchFolder const scratch;
    auto const plan = small_plan(200);
    JobSettings settings;
    int asked = 0;
    settings.stop = [&] { return ++asked > 3; };

    auto const stopped = run_jobs(plan, scratch / "study", settings, backend::Communicator::alone());
    auto const rest = run_shard(plan, scratch / "study", 0, 1, 2);

    EXPECT_TRUE(stopped.stopped);
    EXPECT_LT(stopped.done, 200U);
    EXPECT_GT(stopped.done, 0U);
    EXPECT_EQ(rest.fresh, 200U - stopped.done);
    EXPECT_EQ(bits_of(merge_jobs({scratch / "study"}).tables), expected_bits(plan));
}

TEST(Jobs, GoOnAfterAKill) {
    ScratchFolder const scratch;
    auto plan = small_plan(40);
    auto const quick = plan.run;
    plan.run = [&](std::size_t job) {
        if (job == 17)
            ::raise(SIGKILL);
        return quick(job);
    };

    auto const child = ::fork();
    if (child == 0) {
        run_shard(plan, scratch / "study", 0, 1);
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    plan.run = quick;
    auto const rest = run_shard(plan, scratch / "study", 0, 1);

    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_LT(rest.fresh, 40U);
    EXPECT_EQ(bits_of(merge_jobs({scratch / "study"}).tables), expected_bits(plan));
}

TEST(Jobs, RefuseAFolderOfAnotherStudyOrOfSomethingElse) {
    ScratchFolder const scratch;
    auto plan = small_plan();
    run_shard(plan, scratch / "study", 0, 1);
    plan.key = "another";
    std::filesystem::create_directory(scratch / "else");
    std::ofstream(scratch / "else/letter.txt") << "dear";

    EXPECT_THROW(run_shard(plan, scratch / "study", 0, 1), ScenarioError);
    EXPECT_THROW(run_shard(plan, scratch / "else", 0, 1), ScenarioError);
}

TEST(Jobs, NameTheShardThatIsMissing) {
    ScratchFolder const scratch;
    run_shard(small_plan(), scratch / "study", 0, 2);

    try {
        merge_jobs({scratch / "study"});
        FAIL();
    } catch (ScenarioError const& error) {
        EXPECT_NE(error.problems().front().hint.find("--shard 2/2 (11 jobs)"), std::string::npos) << error.problems().front().hint;
    }
}

TEST(Jobs, ThatFailNameTheirNumberAndLeaveTheOthers) {
    ScratchFolder const scratch;
    auto plan = small_plan();
    auto const quick = plan.run;
    plan.run = [&](std::size_t job) {
        if (job == 9)
            throw NumericalError("no step succeeds");
        return quick(job);
    };

    try {
        run_shard(plan, scratch / "study", 0, 1);
        FAIL();
    } catch (NumericalError const& error) {
        EXPECT_NE(std::string(error.what()).find("job 10 of 23"), std::string::npos) << error.what();
    }
    plan.run = quick;
    EXPECT_LT(run_shard(plan, scratch / "study", 0, 1).fresh, 23U);
}

TEST(Jobs, OnAFullDiskEndInAClearErrorAndGoOnLater) {
    ScratchFolder const scratch;
    auto const plan = small_plan(4000);

    {
        FullDisk const disk(60000);
        EXPECT_THROW(run_shard(plan, scratch / "study", 0, 1), MachineError);
    }
    run_shard(plan, scratch / "study", 0, 1);

    EXPECT_EQ(bits_of(merge_jobs({scratch / "study"}).tables), expected_bits(plan));
}

TEST(Jobs, SayWhichStoreIsDamaged) {
    ScratchFolder const scratch;
    run_shard(small_plan(400), scratch / "study", 0, 1);
    std::filesystem::resize_file(scratch / "study/jobs-1-of-1.sqlite", 5000);

    try {
        merge_jobs({scratch / "study"});
        FAIL();
    } catch (MachineError const& error) {
        EXPECT_NE(std::string(error.what()).find("jobs-1-of-1.sqlite"), std::string::npos) << error.what();
    }
}

TEST(Shard, IsReadAsPeopleCount) {
    EXPECT_EQ(Shard::parse("2/8").index, 1U);
    EXPECT_EQ(Shard::parse("8/8").count, 8U);
    for (auto const* wrong : {"0/8", "9/8", "2", "2/", "/8", "a/b", "2/8x", "-1/8", ""})
        EXPECT_THROW(Shard::parse(wrong), ScenarioError) << wrong;
}

} // namespace
} // namespace nk::study
