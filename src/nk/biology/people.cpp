#include "nk/biology/people.hpp"

#include "nk/base/random.hpp"
#include "nk/biology/host_laws.hpp"
#include "nk/biology/table_rows.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::biology {
namespace {

constexpr std::array<Habit, number_of_habits> all_habits{Habit::smoking, Habit::alcohol, Habit::exercise};
constexpr double rounding = 1e-6; ///< of shares written with few digits

[[noreturn]] void wrong_share(ParameterBase const& base, std::string const& row, std::string const& what, std::string const& hint) {
    auto const& names = base.children(row);
    auto const known = !names.empty() && base.contains(row + "." + names.front());
    throw ScenarioError(Problem{known ? base.at(row + "." + names.front()).where : Place{}, "range", what, "", hint});
}

/// Shares of the rows of a table, in the order of the file.
std::vector<double> table_shares(ParameterBase const& base, std::string const& row) {
    std::vector<double> out;
    for (auto const& name : base.children(row)) {
        auto const share = base.value(row + "." + name, "1");
        if (!(share >= 0.0 && share <= 1.0))
            wrong_share(base, row, fmt::format("`{}.{}` is no share: {}", row, name, share), "0 to 1");
        out.push_back(share);
    }
    if (out.empty())
        wrong_share(base, row, "there are no shares in `" + row + "`", "one a row");
    return out;
}

void accumulate(std::vector<double>& shares) {
    auto total = 0.0;
    for (auto& share : shares)
        share = total += share;
}

/// Cumulative shares of a table that must list everything; they end at exactly 1.
std::vector<double> all_shares(ParameterBase const& base, std::string const& row) {
    auto out = table_shares(base, row);
    accumulate(out);
    auto const total = out.back();
    if (std::abs(total - 1.0) > rounding)
        wrong_share(base, row, fmt::format("the shares in `{}` add up to {}", row, total), "1");
    for (auto& share : out)
        share /= total;
    return out;
}

/// First place whose cumulative share exceeds u; the last place for what rounding leaves over.
std::size_t picked(std::vector<double> const& upto, double u) {
    auto const found = static_cast<std::size_t>(std::upper_bound(upto.begin(), upto.end(), u) - upto.begin());
    return std::min(found, upto.size() - 1);
}

/// "A0201" -> "A*02:01"
std::string allele_name(ParameterBase const& base, std::string const& row, std::string const& key) {
    if (key.size() < 5 || key.size() % 2 == 0)
        wrong_share(base, row, fmt::format("`{}` in `{}` is no HLA allele", key, row), "as A0201, for A*02:01");
    auto out = fmt::format("{}*{}", key[0], key.substr(1, 2));
    for (std::size_t at = 3; at < key.size(); at += 2)
        out += ":" + key.substr(at, 2);
    return out;
}

void read_ages(ParameterBase const& base, std::string const& row, Population& out) {
    out.age_upto = all_shares(base, row);
    for (auto const& name : base.children(row)) {
        auto const digits = name.starts_with("from_") ? name.substr(5) : std::string{};
        if (digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != std::string::npos)
            wrong_share(base, row, fmt::format("`{}.{}` names no age", row, name), "as from_40");
        out.age_edge.push_back(std::stod(digits));
    }
    out.age_edge.push_back(base.value("population." + out.name + ".oldest", "year"));
    if (!std::is_sorted(out.age_edge.begin(), out.age_edge.end(), std::less_equal<>{}))
        wrong_share(base, row, fmt::format("the ages of `{}` do not rise up to `oldest`", row), "youngest first");
}

void read_kir_haplotypes(ParameterBase const& base, std::string const& row, Population& out) {
    out.kir_upto = all_shares(base, row);
    for (auto name : base.children(row)) {
        std::replace(name.begin(), name.end(), '_', '~');
        out.kir.push_back(std::move(name));
    }
}

/// Place of the allele that a part of a haplotype's key names.
std::uint16_t place_of_allele(ParameterBase const& base, std::string const& row, std::vector<std::string> const& alleles,
                              std::string const& key) {
    auto const name = allele_name(base, row, key);
    auto const found = std::find(alleles.begin(), alleles.end(), name);
    if (found == alleles.end())
        wrong_share(base, row, fmt::format("`{}` is on a haplotype in `{}`, but has no frequency of its own", name, row),
                    "add it to its locus");
    return static_cast<std::uint16_t>(found - alleles.begin());
}

/// Keys are A0101_B0801_C0701.
void read_hla(ParameterBase const& base, Population& out) {
    static constexpr std::array<char const*, 3> loci{"hla_a", "hla_b", "hla_c"};
    auto const prefix = "population." + out.name + ".";
    for (std::size_t locus = 0; locus < loci.size(); ++locus) {
        auto const row = prefix + loci[locus];
        out.rest_upto[locus] = table_shares(base, row);
        for (auto const& key : base.children(row))
            out.alleles[locus].push_back(allele_name(base, row, key));
    }
    auto const row = prefix + "hla_haplotype";
    out.hla_upto = table_shares(base, row);
    for (std::size_t i = 0; i < out.hla_upto.size(); ++i) {
        auto const& key = base.children(row)[i];
        HlaHaplotype haplotype{};
        auto from = std::size_t{0};
        for (std::size_t locus = 0; locus < loci.size(); ++locus) {
            auto const to = std::min(key.find('_', from), key.size());
            haplotype[locus] = place_of_allele(base, row, out.alleles[locus], key.substr(from, to - from));
            out.rest_upto[locus][haplotype[locus]] -= out.hla_upto[i];
            from = std::min(to + 1, key.size());
        }
        out.hla.push_back(haplotype);
    }
    accumulate(out.hla_upto);
    for (std::size_t locus = 0; locus < loci.size(); ++locus) {
        auto& rest = out.rest_upto[locus];
        for (std::size_t allele = 0; allele < rest.size(); ++allele)
            if (rest[allele] < -rounding)
                wrong_share(base, row,
                            fmt::format("the haplotypes carry `{}` more often than `{}` allows", out.alleles[locus][allele], loci[locus]),
                            "frequencies of one source");
            else
                rest[allele] = std::max(rest[allele], 0.0);
        accumulate(rest);
        auto const total = rest.back();
        if (!(total > 0.0) || total + out.hla_upto.back() > 1.0 + rounding)
            wrong_share(base, prefix + loci[locus], fmt::format("the frequencies in `{}{}` exceed 1 or leave nothing", prefix, loci[locus]),
                        "");
        for (auto& share : rest)
            share /= total;
    }
}

double log_odds(double p) {
    return std::log(p / (1.0 - p));
}

double activity_of(Population const& population, Person const& person, std::array<bool, number_of_habits> const& habits) {
    auto factor = person.potency_factor / population.mean_effect(person.woman);
    for (std::size_t i = 0; i < number_of_habits; ++i)
        factor *= habits[i] ? population.effect[i] : 1.0;
    return factor;
}

} // namespace

char const* to_text(Habit habit) {
    switch (habit) {
    case Habit::smoking:
        return "smoking";
    case Habit::alcohol:
        return "alcohol";
    default:
        return "exercise";
    }
}

double PopulationLaw::cmv(double age, bool woman) const {
    auto const young = log_odds(woman ? cmv_young_women : cmv_young_men);
    auto const old = log_odds(woman ? cmv_old_women : cmv_old_men);
    auto const way = std::clamp((age - cmv_young_age) / (cmv_old_age - cmv_young_age), 0.0, 1.0);
    return 1.0 / (1.0 + std::exp(-(young + way * (old - young))));
}

double PopulationLaw::habit(Habit habit, bool woman) const {
    switch (habit) {
    case Habit::smoking:
        return woman ? smoking_women : smoking_men;
    case Habit::alcohol:
        return woman ? alcohol_women : alcohol_men;
    default:
        return woman ? exercise_women : exercise_men;
    }
}

double Population::allele_frequency(std::size_t locus, std::size_t allele) const {
    auto listed = 0.0;
    for (std::size_t i = 0; i < hla.size(); ++i)
        listed += hla[i][locus] == allele ? hla_upto[i] - (i == 0 ? 0.0 : hla_upto[i - 1]) : 0.0;
    auto const& rest = rest_upto[locus];
    return listed + (1.0 - hla_upto.back()) * (rest[allele] - (allele == 0 ? 0.0 : rest[allele - 1]));
}

double Population::mean_effect(bool woman) const {
    auto mean = 1.0; // habits are drawn independently, so the mean of the product is the product of the means
    for (auto const habit : all_habits)
        mean *= 1.0 + law.habit(habit, woman) * (effect[static_cast<std::size_t>(habit)] - 1.0);
    return mean;
}

Population read_population(ParameterBase const& base, std::string const& name) {
    expect_row(base, "cohort.population", name, "population");
    auto const row = "population." + name;
    Population out;
    out.name = name;
    out.title = base.text(row + ".title", name);
    out.law = base.load<PopulationLaw>(row);
    if (!(out.law.cmv_old_age > out.law.cmv_young_age))
        throw ScenarioError(Problem{base.at(row + ".cmv_old_age").where, "range", "`cmv_old_age` is not above `cmv_young_age`", "", ""});
    read_ages(base, row + ".age", out);
    read_kir_haplotypes(base, row + ".kir", out);
    read_hla(base, out);
    for (auto const habit : all_habits) {
        auto const modulator = read_modulator(base, row_named_by(base, std::string("habit.") + to_text(habit), "modulator", "modulator"));
        if (modulator.acts_on != "activity")
            throw ScenarioError(
                Problem{base.at("modulator." + modulator.name + ".effect").where, "name",
                        fmt::format("`habit.{}` names `{}`, which acts on {}", to_text(habit), modulator.name, modulator.acts_on), "",
                        "a modulator that acts on activity"});
        out.effect[static_cast<std::size_t>(habit)] = modulator.law.effect;
    }
    return out;
}

Person draw_person(Population const& population, std::uint64_t seed, std::uint64_t index) {
    // Every number is drawn for everybody, in this order; what comes new goes to the end, so that people stay who they are.
    Random rng(seed, index, Purpose::person);
    auto const& law = population.law;
    Person out{};
    out.index = index;
    auto const u = rng.uniform();
    auto const band = picked(population.age_upto, u);
    auto const before = band == 0 ? 0.0 : population.age_upto[band - 1];
    auto const way = (u - before) / (population.age_upto[band] - before);
    out.age = population.age_edge[band] + way * (population.age_edge[band + 1] - population.age_edge[band]);
    out.woman = rng.uniform() < law.women;
    for (auto& haplotype : out.kir)
        haplotype = static_cast<std::uint8_t>(picked(population.kir_upto, rng.uniform()));
    for (auto& haplotype : out.hla) {
        auto const which = rng.uniform();
        for (std::size_t locus = 0; locus < haplotype.size(); ++locus)
            haplotype[locus] = static_cast<std::uint16_t>(picked(population.rest_upto[locus], rng.uniform()));
        if (which < population.hla_upto.back())
            haplotype = population.hla[picked(population.hla_upto, which)];
    }
    auto const mother = rng.uniform() < law.v158;
    auto const father = rng.uniform() < law.v158;
    out.v158 = static_cast<std::uint8_t>((mother ? 1 : 0) + (father ? 1 : 0));
    out.cmv = rng.uniform() < law.cmv(out.age, out.woman);
    auto const z = rng.two_normals();
    out.nk_count_factor = std::exp(law.nk_count_log_sd * z[0]);
    out.nk_count = out.nk_count_factor * (out.woman ? law.nk_count_women : law.nk_count_men);
    out.potency_factor = std::exp(law.activity_log_sd * z[1] - 0.5 * law.activity_log_sd * law.activity_log_sd);
    for (auto const habit : all_habits)
        out.habits[static_cast<std::size_t>(habit)] = rng.uniform() < law.habit(habit, out.woman);
    out.activity = latent_activity(population, out);
    return out;
}

double latent_activity(Population const& population, Person const& person) {
    return activity_of(population, person, person.habits);
}

double latent_activity_without(Population const& population, Person const& person, Habit without) {
    auto habits = person.habits;
    habits[static_cast<std::size_t>(without)] = false;
    return activity_of(population, person, habits);
}

std::vector<std::string> hla_texts(Population const& population, Person const& person) {
    std::vector<std::string> out;
    for (std::size_t locus = 0; locus < population.alleles.size(); ++locus)
        for (auto const& haplotype : person.hla)
            out.push_back(population.alleles[locus][haplotype[locus]]);
    return out;
}

std::vector<std::string> kir_texts(Population const& population, Person const& person) {
    return {population.kir[person.kir[0]], population.kir[person.kir[1]]};
}

char const* fcgr3a_text(Person const& person) {
    return person.v158 == 2 ? "VV" : person.v158 == 1 ? "VF" : "FF";
}

char const* cmv_text(Person const& person) {
    return person.cmv ? "positive" : "negative";
}

} // namespace nk::biology
