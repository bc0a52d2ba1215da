#include "nk/scenario/check.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::scenario {
namespace {

constexpr std::size_t factors_studied_together = 2; ///< no data support the product of more

std::string row_of(std::string const& name, std::string const& like) {
    return like.empty() ? name : like;
}

/// Whether the base has a row that a table means, by `like` or by its own name.
bool expect_row(CheckContext const& context, std::string const& table, std::string const& name, std::string const& like) {
    auto const& rows = context.base.children(table);
    if (std::find(rows.begin(), rows.end(), row_of(name, like)) != rows.end())
        return true;
    if (!like.empty()) // read with "@table", so reported there
        return false;
    auto const near = nearest_name(name, rows);
    context.error(table + "." + name, "name", fmt::format("[{}.{}] is no row of the table and names none", table, name), "",
                  near.empty() ? "add `like = \"...\"`" : fmt::format("add `like = \"{}\"`", near));
    return false;
}

void check_time(CheckContext const& context, HostScenario const& host, std::string const& path, double at) {
    if (at > host.host.duration)
        context.warn(path, "unused", fmt::format("`{}` lies beyond the end of the run", path),
                     fmt::format("{} days; the run ends after {}", to_text(at), to_text(host.host.duration)));
}

void check_host_settings(CheckContext const& context, HostScenario const& host) {
    auto const& given = host.host;
    for (auto const& [path, value] : {std::pair{"host.classes", given.classes}, std::pair{"host.sample", given.sample}})
        if (value != std::floor(value))
            context.error(path, "range", fmt::format("`{}` counts things and must be a whole number", path), to_text(value));
    if (context.scenario.seed != std::floor(context.scenario.seed))
        context.error("seed", "range", "`seed` must be a whole number", to_text(context.scenario.seed));
    if (given.output_every > given.duration)
        context.error("host.output_every", "range", "`host.output_every` is longer than the run");
    if (given.duration / given.output_every > 1e6)
        context.error("host.output_every", "range", "the result would have more than a million rows", "", "take a longer interval");
    if (given.species == "human" && given.turnover == "mouse")
        context.warn("host.turnover", "biology", "NK cells of a person turn over as those of a mouse");
    if (given.species == "mouse" && given.turnover != "mouse")
        context.warn("host.turnover", "biology", "NK cells of a mouse turn over as those of a person", "",
                     "`turnover = \"mouse\"` has the numbers of mice");
}

void check_infections(CheckContext const& context, HostScenario const& host) {
    for (auto const& [name, infection] : host.infection) {
        auto const table = "infection." + name;
        expect_row(context, "infection", name, infection.like);
        check_time(context, host, table + ".at", infection.at);
        if (infection.dose == 0.0 && infection.latent == 0.0)
            context.warn(table + ".dose", "unused", fmt::format("[{}] brings no virus", table));
    }
}

void check_tumours(CheckContext const& context, HostScenario const& host) {
    for (auto const& [name, tumour] : host.tumour) {
        auto const table = "tumour." + name;
        expect_row(context, "tumour", name, tumour.like);
        check_time(context, host, table + ".at", tumour.at);
        if (!tumour.target.empty() && !host.target.contains(tumour.target))
            context.error(table + ".target", "name",
                          fmt::format("`{}.target` names {}, which is no [target.*] of this scenario", table, tumour.target));
        if (tumour.metastases != std::floor(tumour.metastases))
            context.error(table + ".metastases", "range", "metastases are counted in whole numbers");
        if (tumour.metastases > 0.0 && !host.host.chance)
            context.warn(table + ".metastases", "unused", fmt::format("`{}.metastases` has no effect", table),
                         "metastases are founded by chance", "set `host.chance = true`");
    }
    for (auto const& entry : host.target) { // no structured binding: clang 14 cannot capture one
        auto const& name = entry.first;
        auto const used = std::any_of(host.tumour.begin(), host.tumour.end(), [&](auto const& t) { return t.second.target == name; });
        if (!used)
            context.error("target." + name, "unused", fmt::format("no tumour is of [target.{}]", name), "",
                          fmt::format("name it: `target = \"{}\"` in a [tumour.*]", name));
    }
}

void check_host_events(CheckContext const& context, HostScenario const& host) {
    for (auto const& [name, event] : host.event) {
        auto const table = "event." + name;
        check_time(context, host, table + ".at", event.at);
        auto const lasts = event.what == "exercise" || event.what == "antiviral";
        if (lasts && event.duration <= 0.0)
            context.error(table + ".duration", "missing", fmt::format("[{}] has no duration", table), "",
                          event.what == "exercise" ? "write `duration = \"30 min\"`" : "write `duration = \"12 week\"`");
        if (!lasts && event.duration > 0.0)
            context.error(table + ".duration", "unused", fmt::format("[{}] happens at once and has no duration", table));
        auto const of_what = event.what == "surgery" ? "tumour" : event.what == "antiviral" ? "infection" : "";
        auto const known = event.what == "surgery"     ? host.tumour.contains(event.of)
                           : event.what == "antiviral" ? host.infection.contains(event.of)
                                                       : event.of.empty();
        if (known)
            continue;
        if (*of_what == '\0')
            context.error(table + ".of", "unused", fmt::format("`{}.of` has no meaning for {}", table, event.what));
        else
            context.error(event.of.empty() ? table : table + ".of", event.of.empty() ? "missing" : "name",
                          event.of.empty() ? fmt::format("[{}] does not say of which {}", table, of_what)
                                           : fmt::format("`{}.of` names {}, which is no [{}.*] of this scenario", table, event.of, of_what),
                          "", fmt::format("write `of = \"name of a [{}.*]\"`", of_what));
    }
}

bool at_once(HostHabit const& a, HostHabit const& b) {
    return a.from < b.until && b.from < a.until;
}

void check_habits(CheckContext const& context, HostScenario const& host) {
    std::vector<std::string> rows;
    for (auto const& [name, habit] : host.habit) {
        auto const table = "habit." + name;
        if (!expect_row(context, "modulator", name, habit.like))
            continue;
        check_time(context, host, table + ".from", habit.from);
        if (habit.until <= habit.from)
            context.error(table + ".until", "range", fmt::format("[{}] ends before it begins", table));
        auto const row = row_of(name, habit.like);
        if (std::find(rows.begin(), rows.end(), row) == rows.end())
            rows.push_back(row);
        auto const opposite = context.base.text("modulator." + row + ".opposite");
        for (auto const& [other, second] : host.habit)
            if (!opposite.empty() && row_of(other, second.like) == opposite && at_once(habit, second) && name < other)
                context.error(table, "biology", fmt::format("[habit.{}] and [habit.{}] contradict each other", name, other),
                              fmt::format("{} and {} at the same time", row, opposite), "let one end before the other begins");
    }
    if (rows.size() > factors_studied_together)
        context.warn("habit", "biology", fmt::format("the effects of {} parts of life are multiplied", rows.size()),
                     "no study shows that more than two add up", "compare runs with one of them at a time");
}

/// Arms may give other products than the scenario itself.
bool arms_change_products(HostScenario const& host) {
    for (auto const& [name, arm] : host.arm)
        for (auto const& change : arm.set)
            if (change.starts_with("infusion.") && change.find(".product") < change.find('='))
                return true;
    return false;
}

void check_products(CheckContext const& context, HostScenario const& host) {
    auto const& base = context.base;
    for (auto const& entry : host.product) { // no structured binding: clang 14 cannot capture one
        auto const& name = entry.first;
        auto const& product = entry.second;
        auto const table = "product." + name;
        for (auto const& step : product.steps) {
            auto const dot = step.find('.');
            auto const kind = step.substr(0, dot);
            auto const& rows = base.children(kind);
            auto const known = kind == "selection" || kind == "expansion" || kind == "priming" || kind == "gene" || kind == "cryo" ||
                               kind == "irradiation";
            auto const row = dot == std::string::npos ? std::string{} : step.substr(dot + 1);
            if (known && std::find(rows.begin(), rows.end(), row) != rows.end())
                continue;
            std::string list;
            for (auto const* one : {"selection", "expansion", "priming", "gene", "cryo", "irradiation"})
                for (auto const& other : base.children(one))
                    list += (list.empty() ? "" : ", ") + std::string(one) + "." + other;
            context.error(table + ".steps", "name", fmt::format("`{}` is no step", step), "", "steps: " + list);
        }
        auto const has_car = std::find(product.steps.begin(), product.steps.end(), "gene.car") != product.steps.end();
        if (has_car && product.car_antigen.empty())
            context.error(table, "missing", fmt::format("[{}] does not say what its chimeric receptor binds", table), "",
                          "write `car_antigen = \"CD19\"`");
        if (!has_car && !product.car_antigen.empty())
            context.error(table + ".car_antigen", "unused", "there is no chimeric receptor without the step gene.car");
        if (product.autologous && !product.donor.hla.empty())
            context.error(table + ".donor.hla", "unused", "autologous cells are the patient's own and have the patient's typing");
        auto const given = std::any_of(host.infusion.begin(), host.infusion.end(),
                                       [&](auto const& i) { return (i.second.product.empty() ? i.first : i.second.product) == name; });
        if (!given && !arms_change_products(host))
            context.error(table, "unused", fmt::format("no [infusion.*] gives [{}]", table), "",
                          fmt::format("name it: `product = \"{}\"` in an [infusion.*]", name));
    }
}

void check_infusions(CheckContext const& context, HostScenario const& host) {
    for (auto const& [name, infusion] : host.infusion) {
        auto const table = "infusion." + name;
        check_time(context, host, table + ".at", infusion.at);
        if (auto const product = row_of(name, infusion.product); !host.product.contains(product))
            context.error(infusion.product.empty() ? table : table + ".product", "name",
                          fmt::format("[{}] gives {}, which is no [product.*] of this scenario", table, product));
        auto const needs = infusion.route == "intra_arterial" || infusion.route == "intratumoral";
        if (needs && !host.tumour.contains(infusion.tumour))
            context.error(infusion.tumour.empty() ? table : table + ".tumour", infusion.tumour.empty() ? "missing" : "name",
                          fmt::format("[{}] goes to a tumour, but names none of this scenario", table), "", "write `tumour = \"NAME\"`");
        if (!needs && !infusion.tumour.empty())
            context.error(table + ".tumour", "unused", fmt::format("cells given {} go to no tumour of their own", infusion.route));
        if (infusion.doses != std::floor(infusion.doses))
            context.error(table + ".doses", "range", "doses are counted in whole numbers");
        if (host.host.species != "human")
            context.error(table, "biology", "products are for people; this host is a " + host.host.species);
    }
}

void check_treatments(CheckContext const& context, HostScenario const& host) {
    for (auto const& [name, treatment] : host.treatment) {
        auto const table = "treatment." + name;
        check_time(context, host, table + ".at", treatment.at);
        auto const rows = treatment.what == "conditioning" ? "conditioning" : treatment.what == "cytokine" ? "support" : treatment.what;
        auto const lasts = treatment.what == "drug" || treatment.what == "treg_depletion";
        if (treatment.what != "treg_depletion") {
            auto const& known = context.base.children(rows);
            auto const row = row_of(name, treatment.like);
            if (std::find(known.begin(), known.end(), row) == known.end()) {
                auto const near = nearest_name(row, known);
                context.error(treatment.like.empty() ? table : table + ".like", "name", fmt::format("`{}` is no row of [{}.*]", row, rows),
                              "", near.empty() ? "`nk explain " + std::string(rows) + "` lists them" : "did you mean `" + near + "`?");
            }
        }
        if (lasts && treatment.duration <= 0.0)
            context.error(table + ".duration", "missing", fmt::format("[{}] has no duration", table), "", "write `duration = \"28 day\"`");
        if (treatment.what == "drug" && treatment.concentration <= 0.0)
            context.error(table + ".concentration", "missing", fmt::format("[{}] has no concentration", table), "",
                          "write `concentration = \"20 ug/mL\"`");
        if (treatment.doses != std::floor(treatment.doses))
            context.error(table + ".doses", "range", "doses are counted in whole numbers");
    }
}

void check_sites(CheckContext const& context, HostScenario const& host) {
    auto const& root = context.root;
    for (auto const& entry : host.site) { // no structured binding: clang 14 cannot capture one
        auto const& site = entry.second;
        auto const table = "site." + entry.first;
        auto const tumour = row_of(entry.first, site.tumour);
        check_time(context, host, table + ".at", site.at);
        if (!host.tumour.contains(tumour))
            context.error(site.tumour.empty() ? table : table + ".tumour", site.tumour.empty() ? "missing" : "name",
                          fmt::format("[{}] holds cells of {}, which is no [tumour.*] of this scenario", table, tumour), "",
                          "write `tumour = \"NAME\"`");
        else if (host.tumour.at(tumour).at > site.at)
            context.error(table + ".at", "range", fmt::format("[{}] begins before its tumour", table));
        for (auto const& name : site.cells)
            if (!site.box.cell.contains(name))
                context.error(table + ".cells", "name", fmt::format("`{}` is no [{}.box.cell.*]", name, table));
        if (site.box.cell.empty() || site.box.nk.empty())
            context.error(table + ".box", "missing", fmt::format("[{}.box] has no [cell.*] or no [nk.*]", table));
        for (auto const* key : {"donor", "parameters", "switches"})
            if (context.given(table + ".box." + key))
                context.error(table + ".box." + key, "unused", fmt::format("`{}` of a box is that of its host", key), "",
                              "say it at the top of the scenario");
        for (auto const& place : site.box.place)
            if (!place.second.file.empty() || !place.second.run.empty())
                context.error(table + ".box.place." + place.first, "unused", "the cells of a box in a body cannot come from a file or run");
        for (auto const& event : host.event)
            if (auto const& e = event.second;
                e.what == "surgery" && e.of == tumour && e.at >= site.at && e.at <= site.at + site.box.tissue.duration / (24.0 * 60.0))
                context.error("event." + event.first + ".at", "biology", "a tumour is not operated on while its cells are agents");
        if (auto const* box = find_path(root, table + ".box")) {
            auto const meetings = meetings_of(site.box);
            check_tissue({meetings, *box, context.sources, context.base, context.problems}, site.box);
        }
    }
    if (!host.site.empty() && !host.infusion.empty())
        context.error("site", "biology", "infused cells do not reach a box of agents in this version", "",
                      "leave the [infusion.*] or the [site.*] out");
}

void check_arms(CheckContext const& context, HostScenario const& host) {
    auto const tables = [&](std::string const& path) {
        auto const dot = path.find('.');
        auto const name = dot == std::string::npos ? std::string{} : path.substr(dot + 1);
        auto const table = path.substr(0, dot);
        return (table == "infection" && host.infection.contains(name)) || (table == "tumour" && host.tumour.contains(name)) ||
               (table == "event" && host.event.contains(name)) || (table == "habit" && host.habit.contains(name)) ||
               (table == "infusion" && host.infusion.contains(name)) || (table == "treatment" && host.treatment.contains(name));
    };
    for (auto const& [name, arm] : host.arm)
        for (auto const& path : arm.without)
            if (!tables(path))
                context.error("arm." + name + ".without", "name", fmt::format("`{}` is no table of this scenario", path), "",
                              "such as \"infusion.NAME\" or \"treatment.NAME\"");
}

} // namespace

void check_host(CheckContext const& context, HostScenario const& host) {
    for (auto const& [table, count] : {std::pair{"infection", host.infection.size()}, std::pair{"tumour", host.tumour.size()},
                                       std::pair{"event", host.event.size()}, std::pair{"habit", host.habit.size()}})
        if (count > most_tables)
            context.error(table, "range", fmt::format("there are {} [{}.*] tables", count, table), fmt::format("at most {}", most_tables));
    check_typing(context);
    if (!host.target.empty())
        check_targets(context);
    check_host_settings(context, host);
    check_infections(context, host);
    check_tumours(context, host);
    check_host_events(context, host);
    check_habits(context, host);
    check_products(context, host);
    check_infusions(context, host);
    check_treatments(context, host);
    check_sites(context, host);
    check_arms(context, host);
}

} // namespace nk::scenario
