#include "nk/biology/host_laws.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace nk;
using namespace nk::biology;

/// A number in the middle of the range of its field.
template <class T> void add_law(ParameterBase& base, std::string const& row) {
    for_each_field<T>([&](auto const& field) {
        auto const low = std::isfinite(field.range.low) ? field.range.low : 0.0;
        auto const high = std::isfinite(field.range.high) ? field.range.high : low + 2.0;
        auto const value = 0.5 * (low + high);
        base.add({row + "." + std::string(field.name),
                  {value, std::string(field.unit)},
                  0.5 * value,
                  2.0 * value,
                  "assumption",
                  Confidence::estimate,
                  "",
                  {"body.toml", 7}});
    });
}

/// The smallest tables: two organs of one species, and one row of each kind.
ParameterBase tables() {
    ParameterBase base;
    add_law<TurnoverLaw>(base, "turnover.steady");
    add_law<TrafficLaw>(base, "trafficking");
    add_law<AdaptiveLaw>(base, "adaptive");
    add_law<AgeingLaw>(base, "ageing");
    base.add_attribute("target.cell.title", {"cell"});
    base.add_attribute("virus.cold.title", {"cold"});
    for (auto const* organ : {"organ.human_blood", "organ.human_lung", "organ.mouse_blood"}) {
        add_law<OrganLaw>(base, organ);
        base.add_attribute(std::string(organ) + ".target", {"cell"});
        base.add_attribute(std::string(organ) + ".drains", {"blood"});
    }
    add_law<CourseLaw>(base, "infection.cold");
    base.add_attribute("infection.cold.virus", {"cold"});
    base.add_attribute("infection.cold.organ", {"lung"});
    base.add_attribute("infection.cold.target", {"cell"});
    add_law<TumourLaw>(base, "tumour.wart");
    base.add_attribute("tumour.wart.target", {"cell"});
    base.add_attribute("tumour.wart.growth_law", {"logistic"});
    add_law<ModulatorLaw>(base, "modulator.tea");
    base.add_attribute("modulator.tea.acts_on", {"activity"});
    base.add_attribute("modulator.tea.persons", {"any"});
    base.add_attribute("modulator.tea.grade", {"D"});
    add_law<DeficiencyLaw>(base, "deficiency.granules");
    return base;
}

/// What the program says of a mistake.
template <class Read> Problem problem_of(Read read) {
    try {
        read();
    } catch (ScenarioError const& error) {
        return error.problems().front();
    }
    ADD_FAILURE() << "nothing was found wrong";
    return {};
}

void expect_named(Problem const& problem, std::string const& what, std::string const& hint) {
    EXPECT_NE(problem.what.find(what), std::string::npos) << problem.what;
    EXPECT_NE(problem.hint.find(hint), std::string::npos) << problem.hint;
}

TEST(HostTables, organs_are_those_of_the_species_without_its_name_in_the_order_of_the_file) {
    auto const base = tables();

    auto const organs = read_organs(base, "human");

    ASSERT_EQ(organs.size(), 2U);
    EXPECT_EQ(organs[0].name, "blood");
    EXPECT_EQ(organs[1].name, "lung");
    EXPECT_EQ(organs[1].drains, "blood");
    EXPECT_EQ(organs[1].title, "human_lung");
    EXPECT_EQ(read_organs(base, "mouse").size(), 1U);
}

TEST(HostTables, a_row_without_growth_elsewhere_spreads_nowhere) {
    auto const wart = read_tumour(tables(), "wart");

    EXPECT_EQ(wart.spreads, "");
    EXPECT_EQ(wart.growth_law, "logistic");
    EXPECT_GT(wart.law.density, 0.0);
}

TEST(HostTables, a_modulator_keeps_the_published_range_of_its_effect) {
    auto base = tables();
    auto const effect = base.at("modulator.tea.effect");

    auto const tea = read_modulator(base, "tea");

    EXPECT_EQ(tea.law.effect, effect.quantity.value);
    EXPECT_EQ(tea.low, effect.low);
    EXPECT_EQ(tea.high, effect.high);
    EXPECT_EQ(tea.opposite, "");
}

TEST(HostTables, a_species_without_organs_is_an_error_with_its_name) {
    expect_named(problem_of([] { (void)read_organs(tables(), "rat"); }), "rat", "organ.rat_");
}

TEST(HostTables, a_row_that_does_not_exist_is_an_error_with_the_nearest_one) {
    auto const base = tables();

    expect_named(problem_of([&] { (void)HostLaws::from(base, "stedy"); }), "stedy", "steady");
    expect_named(problem_of([&] { (void)read_course(base, "colds"); }), "colds", "cold");
    expect_named(problem_of([&] { (void)read_tumour(base, "warts"); }), "warts", "wart");
    expect_named(problem_of([&] { (void)read_modulator(base, "teas"); }), "teas", "tea");
    expect_named(problem_of([&] { (void)read_deficiency(base, "granule"); }), "granule", "granules");
}

TEST(HostTables, a_virus_target_or_opposite_that_does_not_exist_is_an_error_that_names_where_it_stands) {
    auto base = tables();
    base.add_attribute("infection.cold.virus", {"colt"});
    base.add_attribute("tumour.wart.target", {"sell"});
    base.add_attribute("organ.human_lung.target", {"cells"});
    base.add_attribute("modulator.tea.opposite", {"tee"});

    expect_named(problem_of([&] { (void)read_course(base, "cold"); }), "infection.cold.virus", "cold");
    expect_named(problem_of([&] { (void)read_tumour(base, "wart"); }), "tumour.wart.target", "cell");
    expect_named(problem_of([&] { (void)read_organs(base, "human"); }), "organ.human_lung.target", "cell");
    expect_named(problem_of([&] { (void)read_modulator(base, "tea"); }), "modulator.tea.opposite", "tea");
}

TEST(HostTables, a_word_that_is_none_of_those_known_is_an_error_that_lists_them) {
    for (auto const& [attribute, listed] :
         {std::pair{"acts_on", "activity"}, std::pair{"persons", "replete"}, std::pair{"grade", "\"D\""}}) {
        auto base = tables();
        base.add_attribute(std::string("modulator.tea.") + attribute, {"E"});

        expect_named(problem_of([&] { (void)read_modulator(base, "tea"); }), attribute, listed);
    }
    auto base = tables();
    base.add_attribute("tumour.wart.growth_law", {"fast"});
    auto const problem = problem_of([&] { (void)read_tumour(base, "wart"); });
    expect_named(problem, "fast", "gompertz");
    EXPECT_EQ(problem.where.line, 7);
}

TEST(HostTables, a_number_beyond_its_range_is_an_error_with_its_place) {
    auto base = tables();
    base.add({"organ.human_lung.bright", {1.5, "1"}, 1.0, 2.0, "assumption", Confidence::estimate, "", {"my.toml", 3}});

    auto const problem = problem_of([&] { (void)read_organs(base, "human"); });

    EXPECT_EQ(problem.kind, "range");
    EXPECT_EQ(problem.where.file, "my.toml");
    EXPECT_EQ(problem.where.line, 3);
}

} // namespace
