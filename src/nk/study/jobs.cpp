#include "nk/study/jobs.hpp"

#include "nk/backend/executor.hpp"
#include "nk/study/job_store.hpp"
#include "nk/study/study_folder.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <mutex>
#include <new>
#include <optional>
#include <thread>

namespace nk::study {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto transaction_every = std::chrono::seconds(1);
constexpr std::size_t most_of_a_transaction = 1000; ///< jobs

bool fits(JobTable const& wanted, Table const& table) {
    auto const same = [](JobTable::Column const& a, TableColumn const& b) { return a.name == b.name && a.text == (b.values.index() == 1); };
    auto const rows = [](TableColumn const& column) { return std::visit([](auto const& values) { return values.size(); }, column.values); };
    return wanted.name == table.name &&
           std::equal(wanted.columns.begin(), wanted.columns.end(), table.columns.begin(), table.columns.end(), same) &&
           std::all_of(table.columns.begin(), table.columns.end(), [&](auto const& column) { return rows(column) == table.rows(); });
}

/// The rows of a job; where it fails, the error says which job it was.
std::vector<Table> rows_of(JobPlan const& plan, std::size_t job) {
    auto const where = fmt::format("job {} of {}: ", job + 1, plan.count);
    try {
        auto rows = plan.run(job);
        if (!std::equal(plan.tables.begin(), plan.tables.end(), rows.begin(), rows.end(), fits))
            throw ContractError("its rows are not those of the tables of the study");
        return rows;
    } catch (ScenarioError const& error) {
        auto problems = error.problems();
        for (auto& problem : problems)
            problem.what = where + problem.what;
        throw ScenarioError(std::move(problems));
    } catch (NumericalError const& error) {
        throw NumericalError(where + error.what());
    } catch (ContractError const& error) {
        throw ContractError(where + error.what());
    } catch (MachineError const& error) {
        throw MachineError(where + error.what());
    } catch (std::bad_alloc const&) {
        throw MachineError(where + "not enough memory; fewer --threads need less");
    }
}

/// The jobs that one process has to do, handed to its threads one by one, and what came out on its way into the store.
class JobQueue {
  public:
    JobQueue(JobPlan const& plan, std::vector<std::size_t> left, JobStore& store, JobSettings const& settings,
             backend::Communicator const& world, std::size_t all)
        : plan_(plan), left_(std::move(left)), store_(store), settings_(settings), world_(world), all_(all) {}

    /// Does jobs until none is left or it is time to end; by several threads at once.
    void work() {
        while (auto const job = take()) {
            try {
                keep({*job, rows_of(plan_, *job)});
            } catch (...) { // the rows of the others are kept first
                note_failure(*job, std::current_exception());
            }
        }
    }
    /// Writes what is not yet in the store.  errors: of the job with the lowest number that failed; MachineError
    void finish() {
        if (thrown_ || (stopped_ && !asked_))
            world_.ask_to_stop();
        if (!disk_failed_)
            write();
        if (thrown_)
            std::rethrow_exception(thrown_);
    }
    std::size_t kept() const { return kept_; }
    bool stopped() const { return stopped_; }

  private:
    std::optional<std::size_t> take() {
        std::lock_guard const guard(lock_);
        if (next_ == left_.size() || stopped_ || thrown_)
            return std::nullopt;
        asked_ = std::this_thread::get_id() == main_thread_ && world_.asked_to_stop();
        stopped_ = asked_ || (settings_.stop && settings_.stop());
        return stopped_ ? std::nullopt : std::optional(left_[next_++]);
    }
    void keep(JobRows rows) {
        std::lock_guard const guard(lock_);
        waiting_.push_back(std::move(rows));
        if (waiting_.size() >= most_of_a_transaction || Clock::now() - written_at_ >= transaction_every)
            write();
        if (settings_.progress)
            settings_.progress(all_ - left_.size() + kept_ + waiting_.size(), all_);
    }
    void write() {
        if (waiting_.empty())
            return;
        try {
            store_.add(waiting_);
        } catch (...) {
            disk_failed_ = true;
            throw;
        }
        kept_ += waiting_.size();
        waiting_.clear();
        written_at_ = Clock::now();
    }
    void note_failure(std::size_t job, std::exception_ptr thrown) {
        std::lock_guard const guard(lock_);
        if (!thrown_ || job < failed_job_) {
            thrown_ = std::move(thrown);
            failed_job_ = job;
        }
    }

    JobPlan const& plan_;
    std::vector<std::size_t> const left_;
    JobStore& store_;
    JobSettings const& settings_;
    backend::Communicator const& world_;
    std::size_t const all_;
    std::thread::id const main_thread_ = std::this_thread::get_id();

    std::mutex lock_; ///< of all below
    std::size_t next_ = 0, kept_ = 0, failed_job_ = 0;
    std::vector<JobRows> waiting_;
    Clock::time_point written_at_ = Clock::now() - transaction_every; // the first job is written at once: a bad disk is found early
    std::exception_ptr thrown_;
    bool stopped_ = false, asked_ = false, disk_failed_ = false;
};

/// Does `work` on every rank. Where it fails on one it fails on all, in the same way: otherwise they would wait for the one that is gone.
template <class Work> void on_every_rank(backend::Communicator const& world, Work work) {
    enum Kind { fine, machine, scenario, numerical, internal };
    auto kind = fine;
    std::exception_ptr thrown;
    try {
        work();
    } catch (MachineError const&) {
        kind = machine;
        thrown = std::current_exception();
    } catch (ScenarioError const&) {
        kind = scenario;
        thrown = std::current_exception();
    } catch (NumericalError const&) {
        kind = numerical;
        thrown = std::current_exception();
    } catch (...) {
        kind = internal;
        thrown = std::current_exception();
    }
    auto const worst = world.greatest(kind);
    world.forget_requests();
    if (thrown)
        std::rethrow_exception(thrown);
    auto const what = std::string("another process of this study failed; its own message says how");
    switch (worst) {
    case fine:
        return;
    case machine:
        throw MachineError(what);
    case scenario:
        throw ScenarioError(Problem{{}, "process", what, "", ""});
    case numerical:
        throw NumericalError(what);
    default:
        throw ContractError(what);
    }
}

} // namespace

Shard Shard::parse(std::string const& text) {
    auto const number = [](std::string_view word, std::size_t& value) {
        auto const read = std::from_chars(word.data(), word.data() + word.size(), value);
        return !word.empty() && read.ec == std::errc{} && read.ptr == word.data() + word.size();
    };
    Shard out;
    auto const slash = text.find('/');
    auto const fine = slash != std::string::npos && number(std::string_view(text).substr(0, slash), out.index) &&
                      number(std::string_view(text).substr(slash + 1), out.count) && out.index >= 1 && out.index <= out.count;
    if (!fine)
        throw ScenarioError(
            Problem{{}, "range", "`--shard " + text + "` is no part of a whole", "", "write it like `--shard 2/8`: the second of eight"});
    --out.index;
    return out;
}

JobOutcome run_jobs(JobPlan const& plan, std::string const& folder, JobSettings const& settings, backend::Communicator const& world) {
    NK_EXPECT(settings.shard.index < settings.shard.count && settings.threads >= 1);
    on_every_rank(world, [&] {
        if (world.rank() == 0)
            begin_study(plan, folder);
    });
    std::set<std::size_t> known;
    on_every_rank(world, [&] { known = jobs_done(plan, folder); }); // nobody adds to it before all have seen it
    std::size_t all = 0;
    std::vector<std::size_t> left;
    auto const ranks = static_cast<std::size_t>(world.size()), rank = static_cast<std::size_t>(world.rank());
    for (auto job = settings.shard.index; job < plan.count; job += settings.shard.count)
        if ((job / settings.shard.count) % ranks == rank) {
            ++all;
            if (!known.contains(job))
                left.push_back(job);
        }
    auto const before = all - left.size();
    std::size_t fresh = 0;
    auto stopped = false;
    on_every_rank(world, [&] {
        if (left.empty())
            return;
        auto const threads = static_cast<std::size_t>(settings.threads);
        JobStore store(store_path(folder, settings.shard, world), plan);
        JobQueue queue(plan, std::move(left), store, settings, world, all);
        // Each thread takes the next job when it is free: jobs may last very unequally long.
        backend::Executor(settings.threads).for_each(threads, [&](std::size_t) { queue.work(); });
        queue.finish();
        fresh = queue.kept();
        stopped = queue.stopped();
    });
    return {world.sum(before + fresh), world.sum(all), world.sum(fresh), world.any(stopped)};
}

} // namespace nk::study
