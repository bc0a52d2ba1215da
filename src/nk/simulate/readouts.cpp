#include "nk/simulate/readouts.hpp"
#include "nk/base/time.hpp"

#include "nk/numerics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nk::simulate {
namespace {

using tissue::Happening;

constexpr double avogadro = 6.02214076e23;

double share(double part, double whole) {
    return whole > 0.0 ? part / whole : 0.0;
}

/// The `fraction` of all kills done by the best `top` share of the cells.
double share_of_kills_by_top(std::vector<int> kills, double top) {
    std::sort(kills.begin(), kills.end(), std::greater<>());
    auto const all = std::accumulate(kills.begin(), kills.end(), 0.0);
    auto const best = static_cast<std::size_t>(std::lround(top * static_cast<double>(kills.size())));
    return share(std::accumulate(kills.begin(), kills.begin() + static_cast<std::ptrdiff_t>(best), 0.0), all);
}

/// What the ledger says of each NK cell's kills.
struct KillHistory {
    std::vector<double> times; ///< of commitment
    std::vector<double> since; ///< contact opening to commitment
    std::vector<biology::Death> modes;
    std::vector<std::uint32_t> victims; ///< target ids
};

std::map<std::uint32_t, KillHistory> histories(ContactHistory const& seen) {
    std::map<std::uint32_t, KillHistory> out;
    std::map<std::uint32_t, double> opened;
    for (auto const& entry : seen.ledger) {
        if (entry.what == Happening::contact_opened)
            opened[entry.nk] = entry.time;
        if (entry.what != Happening::committed || entry.nk == tissue::nobody)
            continue;
        auto& history = out[entry.nk];
        history.times.push_back(entry.time);
        history.since.push_back(entry.time - opened[entry.nk]);
        history.modes.push_back(static_cast<biology::Death>(static_cast<int>(entry.value)));
        history.victims.push_back(entry.target);
    }
    return out;
}

void add_kill_statistics(ContactHistory const& seen, Readouts& out) {
    std::vector<int> kills;
    for (auto const& nk : seen.nk)
        kills.push_back(nk.kills);
    auto const count = static_cast<double>(kills.size());
    auto const at_least = [&](int n) {
        return share(static_cast<double>(std::count_if(kills.begin(), kills.end(), [&](int k) { return k >= n; })), count);
    };
    out["kills_per_nk"] = share(std::accumulate(kills.begin(), kills.end(), 0.0), count);
    out["fraction_non_killers"] = 1.0 - at_least(1);
    for (int n = 1; n <= 4; ++n)
        out["fraction_" + std::to_string(n) + "_or_more"] = at_least(n);
    for (int n = 0; n <= 4; ++n)
        out["fraction_kills_" + std::to_string(n)] = at_least(n) - at_least(n + 1);
    out["max_kills"] = kills.empty() ? 0.0 : *std::max_element(kills.begin(), kills.end());
    out["top_quartile_share"] = share_of_kills_by_top(kills, 0.25);
    out["top_decile_share"] = share_of_kills_by_top(kills, 0.10);
}

void add_serial_statistics(ContactHistory const& seen, Readouts& out) {
    std::vector<double> first;
    std::vector<double> later;
    std::vector<double> cell_kills;
    std::vector<double> cell_speed;
    double by_index[6] = {0};
    double granzyme_by_index[6] = {0};
    double granzyme = 0;
    double necrosis = 0;
    double receptor = 0;
    double serial = 0;
    double kills = 0;
    std::vector<double> minutes_granzyme;
    std::vector<double> minutes_receptor;
    std::map<std::uint32_t, std::size_t> slot_of;
    for (std::size_t t = 0; t < seen.targets.size(); ++t)
        slot_of[seen.targets[t].id] = t;
    for (auto const& [nk, history] : histories(seen)) {
        for (std::size_t k = 0; k < history.times.size(); ++k) {
            (k == 0 ? first : later).push_back(k == 0 ? history.since[0] : history.times[k] - history.times[k - 1]);
            auto const index = std::min<std::size_t>(k, 4);
            auto const granular = history.modes[k] != biology::Death::receptor;
            by_index[index] += 1;
            granzyme_by_index[index] += granular ? 1 : 0;
            granzyme += history.modes[k] == biology::Death::granzyme ? 1 : 0;
            necrosis += history.modes[k] == biology::Death::necrosis ? 1 : 0;
            receptor += granular ? 0 : 1;
            auto const& target = seen.targets[slot_of[history.victims[k]]];
            (granular ? minutes_granzyme : minutes_receptor).push_back(history.since[k] + target.dead - target.committed);
        }
        kills += static_cast<double>(history.times.size());
        serial += history.times.size() >= 2 ? static_cast<double>(history.times.size()) : 0.0;
        cell_kills.push_back(static_cast<double>(history.times.size()));
        cell_speed.push_back(1.0 / std::max(1e-6, numerics::mean(history.since)));
    }
    auto const middle = [](std::vector<double> const& v) { return v.empty() ? NAN : numerics::median(v); };
    out["median_contact_to_first_kill_min"] = middle(first);
    out["median_interval_later_kills_min"] = middle(later);
    out["kill_hit_speed_correlation"] = cell_kills.size() > 2 ? numerics::spearman(cell_kills, cell_speed) : NAN;
    out["fraction_granzyme"] = share(granzyme, kills);
    out["fraction_necrosis"] = share(necrosis, kills);
    out["fraction_death_receptor"] = share(receptor, kills);
    out["fraction_kills_in_series"] = share(serial, kills);
    for (int i = 0; i < 5; ++i)
        out["granule_share_kill_" + std::to_string(i + 1)] = by_index[i] > 0 ? granzyme_by_index[i] / by_index[i] : NAN;
    out["minutes_to_death_granule"] = middle(minutes_granzyme);
    out["minutes_to_death_receptor"] = middle(minutes_receptor);
}

/// Share of consecutive kills whose second victim was among the two living targets nearest to the first.
double adjacent_share(ContactHistory const& seen) {
    auto const& where = seen.targets_at;
    std::map<std::uint32_t, double> committed;
    for (auto const& target : seen.targets)
        committed[target.id] = target.committed;
    auto const lives = [&](std::uint32_t id, double time) {
        auto const found = committed.find(id);
        return found == committed.end() || found->second < 0.0 || found->second > time;
    };
    auto pairs = 0.0;
    auto adjacent = 0.0;
    for (auto const& [nk, history] : histories(seen))
        for (std::size_t k = 1; k < history.victims.size() && pairs < 3000; ++k) {
            if (!where.contains(history.victims[k - 1]) || !where.contains(history.victims[k]))
                continue; // washed out
            auto const& a = where.at(history.victims[k - 1]);
            auto const distance = [&](std::uint32_t id) {
                auto const& b = where.at(id);
                return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
            };
            auto const mine = distance(history.victims[k]);
            auto closer = 0;
            for (auto const& [id, position] : where)
                if (id != history.victims[k] && id != history.victims[k - 1] && lives(id, history.times[k - 1]) && distance(id) < mine)
                    ++closer;
            pairs += 1.0;
            adjacent += closer < 2 ? 1.0 : 0.0;
        }
    return pairs > 0.0 ? adjacent / pairs : NAN;
}

void add_contact_statistics(ContactHistory const& seen, Readouts& out) {
    std::vector<double> all;
    std::vector<double> with_hit;
    std::vector<double> granules;
    std::vector<double> first_hit;
    std::map<std::uint32_t, std::pair<double, int>> open; // NK id -> opening, hits
    for (auto const& entry : seen.ledger)
        switch (entry.what) {
        case Happening::contact_opened:
            open[entry.nk] = {entry.time, 0};
            break;
        case Happening::hit:
            if (open[entry.nk].second++ == 0)
                first_hit.push_back(entry.time - open[entry.nk].first);
            granules.push_back(entry.value);
            break;
        case Happening::contact_detached:
        case Happening::contact_released:
        case Happening::contact_torn:
            all.push_back(entry.value);
            if (open[entry.nk].second > 0)
                with_hit.push_back(entry.value);
            break;
        default:
            break;
        }
    auto const average = [](std::vector<double> const& v) { return v.empty() ? NAN : numerics::mean(v); };
    out["contacts"] = static_cast<double>(all.size());
    out["contacts_per_nk"] = share(static_cast<double>(all.size()), static_cast<double>(seen.nk.size()));
    out["contact_minutes"] = average(all);
    out["contact_minutes_with_hit"] = average(with_hit);
    out["minutes_to_first_hit"] = average(first_hit);
    out["granules_per_hit"] = average(granules);
    out["granules_per_hit_max"] = granules.empty() ? NAN : *std::max_element(granules.begin(), granules.end());
    out["hit_probability"] = share(static_cast<double>(with_hit.size()), static_cast<double>(all.size()));
    out["ifng_molecules_per_contact"] = share(seen.ifng_molecules, static_cast<double>(all.size()));
    out["hits"] = static_cast<double>(granules.size());
}

void add_death_course(ContactHistory const& seen, Readouts& out) {
    std::vector<double> delay;
    std::vector<double> closing;
    std::vector<double> rounding;
    std::map<std::uint32_t, int> hits_on;
    std::vector<double> lethal_hits;
    for (auto const& entry : seen.ledger) {
        if (entry.what == Happening::hit)
            ++hits_on[entry.target];
        if (entry.what == Happening::committed && static_cast<biology::Death>(static_cast<int>(entry.value)) != biology::Death::receptor)
            lethal_hits.push_back(hits_on[entry.target]);
    }
    auto granular = 0.0;
    auto perforated_dead = 0.0;
    for (std::size_t t = 0; t < seen.targets.size(); ++t) {
        auto const& target = seen.targets[t];
        auto const hit = hits_on.contains(target.id);
        granular += hit ? 1.0 : 0.0;
        perforated_dead += hit && target.committed >= 0.0 ? 1.0 : 0.0;
        if (target.death == biology::Death::granzyme || target.death == biology::Death::necrosis) {
            delay.push_back(60.0 * target.course.permeabilised);
            closing.push_back(60.0 * target.course.pores_closed);
            rounding.push_back(target.course.rounded);
        }
    }
    auto const middle = [](std::vector<double> const& v) { return v.empty() ? NAN : numerics::median(v); };
    out["pore_delay_least_s"] = delay.empty() ? NAN : *std::min_element(delay.begin(), delay.end());
    out["pore_delay_median_s"] = middle(delay);
    out["pore_repair_median_s"] = middle(closing);
    out["rounding_median_min"] = middle(rounding);
    out["fraction_hit_targets_dead"] = share(perforated_dead, granular);
    out["hits_to_kill_median"] = middle(lethal_hits);
}

} // namespace

Release release_at(tissue::Well const& well, double time) {
    auto leaky = 0.0;
    auto spontaneous = 0.0;
    for (auto const& target : well.targets()) {
        leaky += target.leaky >= 0.0 && target.leaky <= time ? 1.0 : 0.0;
        spontaneous += target.background_death <= time ? 1.0 : 0.0;
    }
    auto const n = static_cast<double>(well.targets().size());
    return {share(leaky, n), share(spontaneous, n)};
}

void add_contact_readouts(ContactHistory const& history, Readouts& out) {
    auto hitters = 0.0;
    auto alive_nk = 0.0;
    auto content = 0.0;
    for (auto const& nk : history.nk) {
        hitters += nk.hits > 0 ? 1.0 : 0.0;
        alive_nk += nk.dies > history.minutes ? 1.0 : 0.0;
        content += nk.lytic.content;
    }
    auto const nk_count = static_cast<double>(history.nk.size());
    out["cd107a_percent"] = 100.0 * share(hitters, nk_count);
    out["nk_survival_percent"] = 100.0 * share(alive_nk, nk_count);
    out["nk_content"] = share(content, nk_count);
    out["nk_count"] = nk_count;
    add_kill_statistics(history, out);
    add_serial_statistics(history, out);
    out["adjacent_kills_fraction"] = adjacent_share(history);
    add_contact_statistics(history, out);
    add_death_course(history, out);
}

Readouts read_out(tissue::Well const& well) {
    Readouts out;
    auto const release = release_at(well, well.time());
    out["specific_lysis_percent"] = 100.0 * (release.with_nk - release.without_nk) / std::max(1e-9, 1.0 - release.without_nk);
    out["spontaneous_release_percent"] = 100.0 * release.without_nk;
    out["targets"] = static_cast<double>(well.targets().size());
    auto alive = 0.0;
    for (auto const& target : well.targets())
        alive += target.dead < 0.0 || target.dead > well.time() ? 1.0 : 0.0;
    out["targets_alive"] = alive;
    ContactHistory history{well.ledger(), well.nk(), well.targets(), {}, well.ifng_molecules(), well.time()};
    for (auto const& cell : well.cells())
        if (cell.role == tissue::Role::target)
            history.targets_at[cell.id] = {cell.x, cell.y, cell.z};
    add_contact_readouts(history, out);
    out["ifng_pg_per_ml"] = well.ifng_molecules() / avogadro * well.ifng_molar_mass() * 1e12 / (well.plan().volume * 1e-12);
    out["hits_per_million_targets_per_day"] = share(out["hits"], out["targets"] * well.time() / minutes_per_day) * 1e6;
    return out;
}

Table time_course(tissue::Well const& well, double interval) {
    std::vector<double> time;
    std::vector<double> lysis;
    std::vector<double> committed;
    std::vector<double> dead;
    auto const n = static_cast<double>(well.targets().size());
    for (double t = 0.0; t <= well.time() + 1e-9; t += interval) {
        auto const release = release_at(well, t);
        auto doomed = 0.0;
        auto gone = 0.0;
        for (auto const& target : well.targets()) {
            doomed += target.committed >= 0.0 && target.committed <= t ? 1.0 : 0.0;
            gone += target.dead >= 0.0 && target.dead <= t ? 1.0 : 0.0;
        }
        time.push_back(t);
        lysis.push_back(100.0 * (release.with_nk - release.without_nk) / std::max(1e-9, 1.0 - release.without_nk));
        committed.push_back(100.0 * share(doomed, n));
        dead.push_back(100.0 * share(gone, n));
    }
    Table out{"time_course", {}};
    out.add("time", "min", std::move(time));
    out.add("specific_lysis", "percent", std::move(lysis));
    out.add("committed_to_die", "percent", std::move(committed));
    out.add("dead", "percent", std::move(dead));
    return out;
}

Table nk_cells(tissue::Well const& well) {
    std::vector<double> id;
    std::vector<double> contacts;
    std::vector<double> hits;
    std::vector<double> kills;
    std::vector<double> content;
    std::vector<double> education;
    std::vector<std::string> phenotype;
    auto const& panel = well.plan().media.front().panel;
    for (std::size_t n = 0; n < well.nk().size(); ++n) {
        auto const& nk = well.nk()[n];
        id.push_back(nk.id);
        contacts.push_back(nk.contacts);
        hits.push_back(nk.hits);
        kills.push_back(nk.kills);
        content.push_back(nk.lytic.content);
        education.push_back(nk.born.education);
        std::string text = nk.born.bright ? "CD56bright" : nk.born.adaptive ? "adaptive" : "CD56dim";
        for (std::size_t r = 0; r < panel.receptors.size(); ++r)
            if (panel.receptors[r].inhibitory && nk.born.copies[r] > 0.0F &&
                (!panel.receptors[r].gene.empty() || panel.receptors[r].name == "NKG2A"))
                text += " " + panel.receptors[r].name;
        phenotype.push_back(std::move(text));
    }
    Table out{"nk_cells", {}};
    out.add("id", "1", std::move(id));
    out.add("phenotype", std::move(phenotype));
    out.add("education", "1", std::move(education));
    out.add("contacts", "1", std::move(contacts));
    out.add("hits", "1", std::move(hits));
    out.add("kills", "1", std::move(kills));
    out.add("granule_content", "1", std::move(content));
    return out;
}

Table ledger_table(tissue::Well const& well, std::size_t most_rows) {
    std::vector<double> time;
    std::vector<double> nk;
    std::vector<double> target;
    std::vector<double> value;
    std::vector<std::string> what;
    for (auto const& entry : well.ledger()) {
        if (time.size() == most_rows)
            break;
        time.push_back(entry.time);
        what.emplace_back(to_text(entry.what));
        nk.push_back(entry.nk == tissue::nobody ? -1.0 : entry.nk);
        target.push_back(entry.target == tissue::nobody ? -1.0 : entry.target);
        value.push_back(entry.value);
    }
    Table out{"ledger", {}};
    out.add("time", "min", std::move(time));
    out.add("event", std::move(what));
    out.add("nk_cell", "1", std::move(nk));
    out.add("target_cell", "1", std::move(target));
    out.add("value", "1", std::move(value));
    return out;
}

} // namespace nk::simulate
