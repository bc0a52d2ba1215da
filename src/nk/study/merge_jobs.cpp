#include "nk/base/error.hpp"
#include "nk/study/job_store.hpp"
#include "nk/study/study_folder.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace nk::study {
namespace {

constexpr auto nowhere = std::numeric_limits<std::size_t>::max();

[[noreturn]] void refuse_merge(std::string what, std::string why, std::string hint) {
    throw ScenarioError(Problem{{}, "merge", std::move(what), std::move(why), std::move(hint)});
}

[[noreturn]] void damaged(std::string const& path, std::string const& what) {
    throw MachineError("`" + path + "` is damaged: " + what + "; remove it and run its part of the study again");
}

/// Where the jobs of a study are, and what they should look like.
struct JobPlaces {
    std::vector<std::string> paths;                ///< of the stores
    std::vector<std::size_t> store;                ///< of each job; `nowhere`
    std::vector<std::uint64_t> hash;               ///< of each job
    std::vector<JobTable> tables;                  ///< of the study
    std::vector<std::vector<std::size_t>> row_end; ///< of each table: rows of each job, later the end of its rows in the whole
};

bool same_tables(std::vector<JobTable> const& a, std::vector<JobTable> const& b) {
    auto const columns = [](JobTable::Column const& x, JobTable::Column const& y) {
        return x.name == y.name && x.unit == y.unit && x.text == y.text;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](JobTable const& x, JobTable const& y) {
        return x.name == y.name && std::equal(x.columns.begin(), x.columns.end(), y.columns.begin(), y.columns.end(), columns);
    });
}

/// How many shards the name of a store speaks of; 0 = none.
std::size_t shards_of(std::string const& path) {
    auto const name = std::filesystem::path(path).filename().string();
    std::size_t out = 0;
    if (auto const at = name.find("-of-"); at != std::string::npos)
        std::from_chars(name.data() + at + 4, name.data() + name.size(), out);
    return out;
}

/// The jobs that each of `shards` shards has not: (shard from 1, jobs it has, all its jobs), of those that lack some.
struct ShardLack {
    std::size_t shard, has, all;
};
std::vector<ShardLack> lacking_shards(std::vector<std::size_t> const& store, std::size_t shards) {
    std::vector<ShardLack> out;
    for (std::size_t shard = 0; shard < std::min(shards, store.size()); ++shard) {
        ShardLack one{shard + 1, 0, 0};
        for (auto job = shard; job < store.size(); job += shards) {
            ++one.all;
            one.has += store[job] == nowhere ? 0 : 1;
        }
        if (one.has < one.all)
            out.push_back(one);
    }
    return out;
}

[[noreturn]] void refuse_missing(JobPlaces const& places) {
    auto const missing = std::count(places.store.begin(), places.store.end(), nowhere);
    auto const what = fmt::format("{} of {} jobs are missing", missing, places.store.size());
    std::set<std::size_t> shardings; // a study may have been cut otherwise when it went on
    for (auto const& path : places.paths)
        shardings.insert(shards_of(path));
    std::vector<ShardLack> fewest;
    std::size_t shards = 0;
    for (auto const count : shardings)
        if (count > 1)
            if (auto lack = lacking_shards(places.store, count); shards == 0 || lack.size() < fewest.size()) {
                fewest = std::move(lack);
                shards = count;
            }
    if (shards == 0)
        refuse_merge(what, "", "run the same command again: it goes on where it stopped");
    constexpr std::size_t most = 20;
    std::string why, hint = "run again with ";
    for (std::size_t i = 0; i < std::min(most, fewest.size()); ++i) {
        auto const& one = fewest[i];
        why += fmt::format("{}shard {}/{} has {} of {} jobs", i == 0 ? "" : ", ", one.shard, shards, one.has, one.all);
        hint += fmt::format("{}--shard {}/{} ({} jobs)", i == 0 ? "" : ", ", one.shard, shards, one.all - one.has);
    }
    if (fewest.size() > most) {
        why += fmt::format(", and {} more", fewest.size() - most);
        hint += ", ...";
    }
    refuse_merge(what, why, hint);
}

/// Notes which jobs a store has. A job that another has, too, must be the same there.
void note_store(JobStore const& store, std::size_t index, JobPlaces& places) {
    std::set<std::size_t> taken;
    for (auto const& entry : store.done()) {
        auto const job = entry.first;
        if (job >= places.store.size())
            damaged(store.path(), "it has a job that its study has not");
        if (places.store[job] == nowhere) {
            places.store[job] = index;
            places.hash[job] = entry.second;
            taken.insert(job);
        } else if (places.hash[job] != entry.second)
            throw MachineError(fmt::format("job {} came out otherwise in `{}` than in `{}`: they are not of the same program on equal "
                                           "machines; remove one of them and run its part of the study again",
                                           job + 1, store.path(), places.paths[places.store[job]]));
    }
    for (std::size_t t = 0; t < places.tables.size(); ++t)
        for (auto const& entry : store.row_counts(t))
            if (taken.contains(entry.first))
                places.row_end[t][entry.first] = entry.second;
}

void set_cell(TableColumn& to, std::size_t at, TableColumn const& from) {
    std::visit([&](auto& values) { values[at] = std::get<std::decay_t<decltype(values)>>(from.values).front(); }, to.values);
}

/// Copies the rows of the jobs that are taken from this store to their places, and holds them to their hashes.
void copy_rows(JobStore const& store, std::size_t index, JobPlaces const& places, MergedJobs& out) {
    std::vector<RowsHash> hashes(out.count);
    for (std::size_t t = 0; t < places.tables.size(); ++t)
        store.read(t, [&](std::size_t job, std::size_t row, Table const& cells) {
            if (job >= out.count || places.store[job] != index)
                return;
            auto const begin = job == 0 ? 0 : places.row_end[t][job - 1];
            if (begin + row >= places.row_end[t][job])
                damaged(store.path(), fmt::format("rows of job {} are missing", job + 1));
            hashes[job].add_row(t, row, cells.columns, 0);
            for (std::size_t c = 0; c < cells.columns.size(); ++c)
                set_cell(out.tables[t].columns[c], begin + row, cells.columns[c]);
        });
    for (std::size_t job = 0; job < out.count; ++job)
        if (places.store[job] == index && hashes[job].value() != places.hash[job])
            damaged(store.path(), fmt::format("the rows of job {} are not those that were written", job + 1));
}

/// Room for all rows, and the job of each.
void make_room(JobPlaces& places, MergedJobs& out) {
    for (std::size_t t = 0; t < places.tables.size(); ++t) {
        std::vector<std::size_t> jobs;
        for (std::size_t job = 0; job < out.count; ++job) {
            jobs.insert(jobs.end(), places.row_end[t][job], job);
            places.row_end[t][job] = jobs.size();
        }
        auto table = empty_rows(places.tables[t]);
        for (auto& column : table.columns)
            std::visit([&](auto& values) { values.resize(jobs.size()); }, column.values);
        out.tables.push_back(std::move(table));
        out.jobs.push_back(std::move(jobs));
    }
}

} // namespace

MergedJobs merge_jobs(std::vector<std::string> const& folders) {
    // one store is open at a time: a study of many shards and ranks has more of them than a program may have files
    JobPlaces places;
    MergedJobs out;
    for (auto const& folder : folders)
        for (auto const& path : store_paths(folder)) {
            JobStore const store(path);
            if (store.empty())
                continue;
            if (places.paths.empty()) {
                out = {store.kind(), store.scenario(), store.key(), store.count(), {}, {}};
                places.tables = store.tables();
                places.store.assign(out.count, nowhere);
                places.hash.assign(out.count, 0);
                places.row_end.assign(places.tables.size(), std::vector<std::size_t>(out.count, 0));
            } else if (store.key() != out.key || store.count() != out.count || !same_tables(store.tables(), places.tables))
                refuse_merge("`" + path + "` belongs to another study than `" + places.paths.front() + "`",
                             "their scenarios, parameters or versions of the program differ", "name folders of one study");
            places.paths.push_back(path);
            note_store(store, places.paths.size() - 1, places);
        }
    if (places.paths.empty())
        refuse_merge("there are no jobs in " + (folders.empty() ? "no folder" : "`" + folders.front() + "`"), "",
                     "name folders that `--shard` wrote");
    if (std::find(places.store.begin(), places.store.end(), nowhere) != places.store.end())
        refuse_missing(places);
    make_room(places, out);
    for (std::size_t s = 0; s < places.paths.size(); ++s)
        if (std::find(places.store.begin(), places.store.end(), s) != places.store.end())
            copy_rows(JobStore(places.paths[s]), s, places, out);
    return out;
}

} // namespace nk::study
