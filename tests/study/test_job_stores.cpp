#include "formats/full_disk.hpp"
#include "formats/scratch_folder.hpp"
#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"
#include "nk/formats/sha256.hpp"
#include "nk/study/job_store.hpp"
#include "nk/study/study_folder.hpp"

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <set>
#include <sys/wait.h>
#include <unistd.h>

namespace nk::study::job_stores {
namespace {

namespace fs = std::filesystem;

/// Rows with all that is hard to keep: no row at all, NaN, infinities, -0, the smallest number, texts of any bytes, names that differ in
/// case only.
std::vector<Table> hard_rows(std::size_t job) {
    auto const x = static_cast<double>(job);
    std::vector<double> const hard{-0.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                                   -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::denorm_min()};
    std::vector<std::string> const odd{"", "a \"word\", and 'more'", std::string("nul\0in it", 9), "12", "\xc3\xa9"};
    std::vector<double> a, b;
    std::vector<std::string> words;
    for (std::size_t row = 0; row < job % 4; ++row) {
        a.push_back(std::sin(x) / (1 + static_cast<double>(row)));
        b.push_back(hard[job % hard.size()]);
        words.push_back(odd[job % odd.size()]);
    }
    Table numbers{"numbers", {}}, texts{"texts", {}};
    numbers.add("IL2", "ng/mL", a);
    numbers.add("il2", "1", b);
    texts.add("word", words);
    texts.add("job", "1", std::vector<double>(words.size(), x));
    return {numbers, texts};
}

JobPlan hard_plan(std::size_t count, std::string key = "key") {
    JobPlan plan{"trial", "kind = \"trial\"\n", std::move(key), {}, count, hard_rows};
    plan.tables = {{"numbers", {{"IL2", "ng/mL", false}, {"il2", "1", false}}}, {"texts", {{"word", "", true}, {"job", "1", false}}}};
    return plan;
}

JobSettings settings(int threads = 1, Shard shard = {}) {
    JobSettings out;
    out.threads = threads;
    out.shard = shard;
    return out;
}

JobOutcome run(JobPlan const& plan, std::string const& folder, JobSettings const& how = settings()) {
    return run_jobs(plan, folder, how, backend::Communicator::alone());
}

/// All bits of some tables.
std::string bytes_of(std::vector<Table> const& tables) {
    std::string out;
    for (auto const& table : tables) {
        out += table.name + "|";
        for (auto const& column : table.columns) {
            out += column.name + "[" + column.unit + "]";
            if (auto const* texts = std::get_if<std::vector<std::string>>(&column.values))
                for (auto const& text : *texts)
                    out += fmt::format("{}:", text.size()) + text;
            else
                for (auto const number : std::get<std::vector<double>>(column.values)) {
                    std::string bits(sizeof number, '\0');
                    std::memcpy(bits.data(), &number, sizeof number);
                    out += std::isnan(number) ? "NaN" : bits;
                }
        }
    }
    return out;
}

/// What a study gives that knows neither folders nor threads.
std::string bytes_expected(std::size_t count) {
    auto all = hard_rows(0); // has no rows
    for (std::size_t job = 0; job < count; ++job) {
        auto const rows = hard_rows(job);
        for (std::size_t t = 0; t < all.size(); ++t)
            for (std::size_t c = 0; c < all[t].columns.size(); ++c)
                std::visit(
                    [&](auto& values) {
                        auto const& more = std::get<std::decay_t<decltype(values)>>(rows[t].columns[c].values);
                        values.insert(values.end(), more.begin(), more.end());
                    },
                    all[t].columns[c].values);
    }
    return bytes_of(all);
}

std::string words_of(std::exception const& error) {
    return error.what();
}
std::string words_of(ScenarioError const& error) {
    auto const& problem = error.problems().front();
    return problem.what + "; " + problem.why + "; " + problem.hint;
}

/// What the error says that `work` throws.
template <class Error, class Work> std::string message_of(Work work) {
    try {
        work();
    } catch (Error const& error) {
        return words_of(error);
    }
    return "no error";
}

bool has(std::string const& text, std::string const& part) {
    return text.find(part) != std::string::npos;
}

TEST(JobStores, GiveBackEveryBitForAnyShardsAndThreads) {
    constexpr std::size_t count = 97;
    auto const expected = bytes_expected(count);

    for (auto const shards : {1u, 2u, 7u, 120u})
        for (auto const threads : {1, 3}) {
            ScratchFolder const folder;
            std::vector<std::string> folders;
            for (std::size_t shard = 0; shard < shards; ++shard) {
                folders.push_back(folder / (shards == 2 ? "one" : fmt::format("part-{}", shards - shard))); // in one folder, or not
                auto const outcome = run(hard_plan(count), folders.back(), settings(threads, {shard, shards}));
                EXPECT_EQ(outcome.done, outcome.all);
            }
            auto const merged = merge_jobs(folders);

            EXPECT_EQ(bytes_of(merged.tables), expected) << shards << " shards, " << threads << " threads";
            EXPECT_EQ(merged.kind, "trial");
            EXPECT_EQ(merged.scenario, hard_plan(count).scenario);
            EXPECT_EQ(merged.jobs[0].back(), count - 2); // the last has no rows
        }
}

TEST(JobStores, OfAStoppedStudySpareTheJobsThatAreDone) {
    ScratchFolder const folder;
    auto plan = hard_plan(50);
    std::atomic<int> calls = 0;
    plan.run = [&](std::size_t job) {
        ++calls;
        return hard_rows(job);
    };
    auto how = settings(2);
    how.stop = [&] { return calls >= 20; };
    std::size_t told = 0, told_all = 0;
    how.progress = [&](std::size_t done, std::size_t all) {
        EXPECT_EQ(done, told + 1);
        told = done;
        told_all = all;
    };

    auto const first = run(plan, folder / "study", how);
    auto const in_between = message_of<ScenarioError>([&] { merge_jobs({folder / "study"}); });
    how.stop = {};
    auto const second = run(plan, folder / "study", how);
    auto const third = run(plan, folder / "study", how);

    EXPECT_TRUE(first.stopped);
    EXPECT_GE(first.done, 20u);
    EXPECT_LE(first.done, 22u);
    EXPECT_TRUE(has(in_between, fmt::format("{} of 50 jobs are missing", 50 - first.done))) << in_between;
    EXPECT_FALSE(second.stopped);
    EXPECT_EQ(second.fresh, 50 - first.done);
    EXPECT_EQ(third.fresh, 0u);
    EXPECT_EQ(third.done, 50u);
    EXPECT_EQ(calls, 50);
    EXPECT_EQ(told, 50u);
    EXPECT_EQ(told_all, 50u);
    EXPECT_EQ(bytes_of(merge_jobs({folder / "study"}).tables), bytes_expected(50));
}

TEST(JobStores, OfAnotherShardingCountInTheSameFolder) {
    ScratchFolder const folder;
    run(hard_plan(40), folder / "study", settings(1, {1, 3}));
    run(hard_plan(40), folder / "study", settings(1, {0, 4}));

    auto const rest = run(hard_plan(40), folder / "study", settings(2));

    EXPECT_EQ(rest.all, 40u);
    EXPECT_EQ(rest.fresh, 40u - 13u - 10u + 3u); // 4, 16 and 28 are of both
    EXPECT_EQ(bytes_of(merge_jobs({folder / "study"}).tables), bytes_expected(40));
}

TEST(JobStores, AreNotMadeInTheFolderOfARunOrOfTheUser) {
    ScratchFolder const folder;
    formats::RunDirectory::create(folder / "run").write_scenario("kind = \"body\"\n");
    fs::create_directory(folder / "mine");
    std::ofstream(folder / "mine/letter.txt") << "dear";
    run(hard_plan(10), folder / "jobs");
    formats::RunDirectory::create(folder / "all").write_scenario(hard_plan(10).scenario);
    write_study(folder / "all", merge_jobs({folder / "jobs"}), {}, {});

    EXPECT_TRUE(has(message_of<ScenarioError>([&] { run(hard_plan(5), folder / "run"); }), "holds a run or another study"));
    EXPECT_TRUE(has(message_of<ScenarioError>([&] { run(hard_plan(5), folder / "mine"); }), "holds files that are not from a study"));
    EXPECT_TRUE(has(message_of<ScenarioError>([&] { run(hard_plan(10, "b"), folder / "jobs"); }), "holds another study"));
    EXPECT_TRUE(has(message_of<ScenarioError>([&] { run(hard_plan(10), folder / "all"); }), "holds the results of this study already"));
    EXPECT_FALSE(fs::exists(folder / "mine/scenario.toml"));
}

TEST(JobStores, KeepTheOtherJobsOfAThreadThatFails) {
    ScratchFolder const folder;
    auto plan = hard_plan(12);
    plan.run = [](std::size_t job) {
        if (job == 7)
            throw NumericalError("no convergence");
        return hard_rows(job);
    };

    auto const numerical = message_of<NumericalError>([&] { run(plan, folder / "study", settings(3)); });
    plan.run = [](std::size_t) -> std::vector<Table> { throw ScenarioError(Problem{{}, "range", "too many", "", ""}); };
    auto const scenario = message_of<ScenarioError>([&] { run(plan, folder / "study"); });
    plan.run = [](std::size_t) { return std::vector<Table>{}; };
    auto const contract = message_of<ContractError>([&] { run(plan, folder / "study"); });
    auto const done = jobs_done(plan, folder / "study");

    EXPECT_EQ(numerical, "job 8 of 12: no convergence");
    EXPECT_TRUE(has(scenario, "of 12: too many")) << scenario;
    EXPECT_TRUE(has(contract, "its rows are not those")) << contract;
    EXPECT_GE(done.size(), 7u);
    EXPECT_FALSE(done.contains(7));
}

/// Runs `work` in a child process that is killed after `patience` microseconds.  returns  whether it came to its end before
template <class Work> bool survives(int patience, Work work) {
    auto const child = ::fork();
    if (child == 0) {
        work();
        ::_exit(0);
    }
    int status = 0;
    for (auto waited = 0; waited < patience; waited += 100) {
        if (::waitpid(child, &status, WNOHANG) == child)
            return WIFEXITED(status);
        ::usleep(100);
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    return WIFEXITED(status);
}

TEST(JobStores, OfAStudyKilledAgainAndAgainEndAsThoseOfOneThatWasNot) {
    constexpr std::size_t count = 12000; // a transaction for each thousand
    ScratchFolder const folder;
    auto kills = 0;

    auto patience = 3000;
    while (!survives(patience, [&] { run(hard_plan(count), folder / "study"); })) {
        patience += 1700;
        ASSERT_LT(++kills, 400);
    }

    EXPECT_GT(kills, 3);
    EXPECT_EQ(bytes_of(merge_jobs({folder / "study"}).tables), bytes_expected(count));
}

TEST(JobStores, TakeAHalfWrittenTransactionBack) {
    ScratchFolder const folder;
    run(hard_plan(3000), folder / "study");
    auto const killed = !survives(20'000'000, [&] {
        auto const file = SqliteFile::open(folder / "study/jobs-1-of-1.sqlite");
        file.run("PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE numbers SET il2 = 1; DELETE FROM done;");
        ::raise(SIGKILL);
    });
    ASSERT_TRUE(killed);
    ASSERT_TRUE(fs::exists(folder / "study/jobs-1-of-1.sqlite-journal")); // otherwise nothing was tested

    EXPECT_EQ(run(hard_plan(3000), folder / "study").fresh, 0u);
    EXPECT_EQ(bytes_of(merge_jobs({folder / "study"}).tables), bytes_expected(3000));
}

TEST(JobStores, ThatAreDamagedAreErrorsThatNameThem) {
    ScratchFolder const folder;
    run(hard_plan(2000), folder / "whole");
    auto const store = folder / "whole/jobs-1-of-1.sqlite";
    auto const size = fs::file_size(store);
    auto const damaged = [&](std::string const& how, std::uintmax_t keep, std::string const& over) {
        fs::create_directories(folder / how);
        auto const path = folder / (how + "/jobs-1-of-1.sqlite");
        fs::copy_file(store, path);
        fs::resize_file(path, keep);
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file << over;
        file.close();
        return message_of<MachineError>([&] { merge_jobs({folder / how}); });
    };

    auto const garbage = damaged("garbage", size, std::string(5000, 'x'));
    auto const shorter = damaged("shorter", size / 2, "");

    EXPECT_TRUE(has(garbage, "garbage/jobs-1-of-1.sqlite") && has(garbage, "damaged")) << garbage;
    EXPECT_TRUE(has(shorter, "shorter/jobs-1-of-1.sqlite") && has(shorter, "damaged")) << shorter;
    EXPECT_TRUE(has(message_of<MachineError>([&] { run(hard_plan(2000), folder / "shorter"); }), "damaged"));
}

TEST(JobStores, NoticeAChangedNumber) {
    ScratchFolder const folder;
    run(hard_plan(20), folder / "study");
    SqliteFile::open(folder / "study/jobs-1-of-1.sqlite").run("UPDATE numbers SET IL2 = IL2 * 1.0000000001 WHERE job = 3 AND row = 1");

    auto const message = message_of<MachineError>([&] { merge_jobs({folder / "study"}); });

    EXPECT_TRUE(has(message, "job 4") && has(message, "damaged")) << message;
}

TEST(JobStores, WithoutAByteAreThoseOfAStudyKilledAtOnce) {
    ScratchFolder const folder;
    run(hard_plan(20), folder / "study", settings(1, {0, 2}));
    std::ofstream(folder / "study/jobs-2-of-2.sqlite");

    auto const outcome = run(hard_plan(20), folder / "study", settings(1, {1, 2}));

    EXPECT_EQ(outcome.fresh, 10u);
    EXPECT_EQ(bytes_of(merge_jobs({folder / "study"}).tables), bytes_expected(20));
}

TEST(JobStores, OnAFullDiskLoseAtMostTheLastTransaction) {
    constexpr std::size_t count = 8000;
    ScratchFolder const folder;
    std::string message;
    {
        FullDisk const disk(200'000);
        message = message_of<MachineError>([&] { run(hard_plan(count), folder / "study"); });
    }
    auto const kept = jobs_done(hard_plan(count), folder / "study").size();

    EXPECT_TRUE(has(message, "jobs-1-of-1.sqlite")) << message;
    EXPECT_GT(kept, 1000u);
    EXPECT_EQ(kept % 1000, 1u); // the first is written alone
    EXPECT_LT(kept, count);
    EXPECT_EQ(run(hard_plan(count), folder / "study").fresh, count - kept);
    EXPECT_EQ(bytes_of(merge_jobs({folder / "study"}).tables), bytes_expected(count));
}

TEST(JobStores, ThatLackJobsSayWhichShardsToRunAgain) {
    ScratchFolder const folder;
    run(hard_plan(1000), folder / "a", settings(1, {0, 8}));
    auto how = settings(1, {2, 8});
    how.stop = [n = 0]() mutable { return ++n > 41; };
    run(hard_plan(1000), folder / "c", how);

    auto const message = message_of<ScenarioError>([&] { merge_jobs({folder / "a", folder / "c"}); });
    fs::create_directory(folder / "empty");

    EXPECT_TRUE(has(message, "834 of 1000 jobs are missing")) << message;
    EXPECT_TRUE(has(message, "shard 2/8 has 0 of 125 jobs, shard 3/8 has 41 of 125 jobs")) << message;
    EXPECT_TRUE(has(message, "--shard 3/8 (84 jobs)")) << message;
    EXPECT_FALSE(has(message, "shard 1/8")) << message;
    EXPECT_TRUE(has(message_of<ScenarioError>([&] { merge_jobs({folder / "none"}); }), "there is no folder"));
    EXPECT_TRUE(has(message_of<ScenarioError>([&] { merge_jobs({folder / "empty"}); }), "there are no jobs in"));
}

TEST(JobStores, WithEqualJobsCountOnceAndOthersAreRefused) {
    ScratchFolder const folder;
    run(hard_plan(30), folder / "a");
    run(hard_plan(30), folder / "b", settings(1, {0, 2}));
    auto other = hard_plan(30);
    other.run = [](std::size_t job) { return hard_rows(job == 6 ? 10 : job); };
    run(other, folder / "c", settings(1, {0, 2}));
    run(hard_plan(30, "other"), folder / "d");

    EXPECT_EQ(bytes_of(merge_jobs({folder / "a", folder / "b", folder / "a"}).tables), bytes_expected(30));
    EXPECT_TRUE(has(message_of<MachineError>([&] { merge_jobs({folder / "a", folder / "c"}); }), "job 7 came out otherwise"));
    EXPECT_TRUE(has(message_of<ScenarioError>([&] { merge_jobs({folder / "a", folder / "d"}); }), "belongs to another study"));
}

TEST(StudyFolder, HoldsTheTablesForPeopleAndForPrograms) {
    ScratchFolder const folder;
    run(hard_plan(10), folder / "study");
    auto const merged = merge_jobs({folder / "study"});
    Table more{"Numbers", {}}; // to SQL the name of a table of the study
    more.add("mean", "ng/mL", {0.5});
    formats::RunRecord record;
    record.summary = {{"kind", "trial"}};
    record.title = "a trial";

    write_study(folder / "study", merged, {more}, record);
    write_study(folder / "study", merged, {more}, record); // over the first

    auto const file = SqliteFile::open(folder / "study/study.sqlite");
    SqliteStatement rows(file, "SELECT count(*), sum(job) FROM numbers WHERE job BETWEEN 5 AND 7");
    ASSERT_TRUE(rows.step());
    EXPECT_EQ(rows.whole(0), 1 + 2 + 3);
    EXPECT_EQ(rows.whole(1), 5 + 2 * 6 + 3 * 7);
    SqliteStatement unit(file, "SELECT group_concat(name || '=' || unit) FROM units WHERE tab IN ('numbers', 'Numbers_2')");
    ASSERT_TRUE(unit.step());
    EXPECT_EQ(unit.text(0), "IL2=ng/mL,il2_2=1,mean=ng/mL");
    SqliteStatement plan(file, "EXPLAIN QUERY PLAN SELECT * FROM numbers WHERE job = 3");
    ASSERT_TRUE(plan.step());
    EXPECT_TRUE(has(plan.text(3), "USING INDEX numbers_by_job")) << plan.text(3);
    auto const directory = formats::RunDirectory::open(folder / "study");
    EXPECT_TRUE(directory.finished());
    EXPECT_EQ(directory.summary().at("kind"), "trial");
    EXPECT_TRUE(fs::exists(folder / "study/numbers.csv") && fs::exists(folder / "study/texts.csv") &&
                fs::exists(folder / "study/Numbers.csv"));
}

TEST(StudyFolder, IsReplacedWithAllThatTheStudyWroteAndNothingElse) {
    ScratchFolder const folder;
    auto const study = folder / "study";
    run(hard_plan(10), study, settings(1, {0, 2}));
    run(hard_plan(10), study, settings(1, {1, 2}));
    formats::RunRecord record;
    record.inputs.push_back({"notes.csv", "of another folder"});
    write_study(study, merge_jobs({study}), {}, record, "<html></html>");
    for (auto const* name : {"jobs-1-of-2.sqlite-journal", "jobs-2-of-2-rank-1-of-4.sqlite"})
        std::ofstream(study + "/" + name) << "left by a process that was killed";
    std::set<std::string> const mine{"jobs-old.sqlite", "jobs-1-of-2.sqlite.bak", "notes.csv", "notes.sqlite"};
    for (auto const& name : mine)
        std::ofstream(study + "/" + name) << "mine";

    formats::RunDirectory::create(study, formats::ExistingFolder::replace);

    std::set<std::string> left;
    for (auto const& entry : fs::directory_iterator(study))
        left.insert(entry.path().filename().string());
    left.erase("frames"); // of the new run
    EXPECT_EQ(left, mine);
}

TEST(StudyFolder, ItsMetadataListsTheDatabaseAndTheReport) {
    ScratchFolder const folder;
    run(hard_plan(10), folder / "study");

    write_study(folder / "study", merge_jobs({folder / "study"}), {}, {}, "<html></html>");

    auto const crate = nlohmann::json::parse(formats::read_text(folder / "study/ro-crate-metadata.json"));
    std::map<std::string, nlohmann::json> files;
    for (auto const& entity : crate.at("@graph"))
        files[entity.at("@id").get<std::string>()] = entity;
    for (auto const& [name, type] : {std::pair{"study.sqlite", "application/vnd.sqlite3"}, {"report.html", "text/html"}}) {
        ASSERT_TRUE(files.contains(name)) << name;
        EXPECT_EQ(files[name].at("encodingFormat"), type);
        EXPECT_EQ(files[name].at("sha256"), formats::sha256(formats::read_text(folder / ("study/" + std::string(name))))) << name;
    }
}

/// Also to be run by `mpirun -n 4 test_study --gtest_filter='*OfTheRanksOfMpirun*'`: alone it is one of one.
TEST(JobStores, OfTheRanksOfMpirunAreSharedStoppedAndFailTogether) {
    auto const world = backend::Communicator::world();
    auto const folder = (fs::temp_directory_path() / fmt::format("nk-ranks-of-{}", ::getppid())).string(); // the same for all
    auto plan = hard_plan(103);
    auto how = settings(1, {0, 2});
    how.stop = [&, n = 0]() mutable { return ++n > 5 && world.rank() == world.size() - 1; };

    auto const first = run_jobs(plan, folder, how, world);
    how.stop = {};
    plan.run = [](std::size_t job) { return job == 51 ? throw NumericalError("no convergence") : hard_rows(job); };
    auto const failure = message_of<NumericalError>([&] { run_jobs(plan, folder, settings(1, {1, 2}), world); });
    plan.run = hard_rows;
    auto const second = run_jobs(plan, folder, how, world);
    auto const third = run_jobs(plan, folder, settings(2, {1, 2}), world);
    auto const bytes = bytes_of(merge_jobs({folder}).tables);
    world.barrier();
    if (world.rank() == 0)
        fs::remove_all(folder);

    EXPECT_TRUE(first.stopped);
    EXPECT_EQ(first.all, 52u);
    auto const mine = 25 % world.size() == world.rank(); // job 51 is the 26th of its shard
    EXPECT_EQ(failure, mine ? "job 52 of 103: no convergence" : "another process of this study failed; its own message says how");
    EXPECT_EQ(second.done, 52u);
    EXPECT_EQ(third.done, 51u);
    EXPECT_EQ(bytes, bytes_expected(103));
}

} // namespace
} // namespace nk::study::job_stores
