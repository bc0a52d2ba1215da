#include "nk/base/parameters.hpp"

#include <gtest/gtest.h>
#include <string>
#include <tuple>

namespace {

using nk::ParameterBase;
using nk::ScenarioError;

nk::Parameter parameter(std::string name, double value, std::string unit, double low, double high) {
    return {std::move(name), {value, std::move(unit)}, low, high, "assumption", nk::Confidence::estimate, "", {"data/x.toml", 4, 1, 1}};
}

ParameterBase small_base() {
    ParameterBase base;
    base.add(parameter("receptor.NKG2D.copies", 4000, "molecule/cell", 2000, 8000));
    base.add(parameter("receptor.CD16.copies", 50000, "molecule/cell", 2e4, 1e5));
    base.add(parameter("binding.NKG2D.MICA.kd", 0.9, "uM", 0.3, 1.5));
    base.add(parameter("walk.speed", 5, "um/min", 2, 12));
    base.add(parameter("walk.bias", 0.25, "1", -1, 1));
    base.add_attribute("receptor.NKG2D.sign", {"activating"});
    return base;
}

struct Walk {
    double speed = 0.0;
    double bias = 0.0;
    static constexpr auto fields() {
        return std::tuple{nk::Field{"speed", &Walk::speed, "um/s", nk::not_negative, "speed"},
                          nk::Field{"bias", &Walk::bias, "1", nk::fraction, "bias"}};
    }
};

template <class Act> nk::Problem problem_of(Act act) {
    try {
        act();
    } catch (ScenarioError const& error) {
        return error.problems().at(0);
    }
    ADD_FAILURE() << "no ScenarioError";
    return {};
}

TEST(ParameterBase, gives_values_in_the_unit_asked_for) {
    auto const base = small_base();

    EXPECT_NEAR(base.value("binding.NKG2D.MICA.kd", "nmol/L"), 900.0, 1e-9);
    EXPECT_NEAR(base.value("binding.NKG2D.MICA.kd", "molecule/um3"), 0.9 * 602.214, 1e-3);
}

TEST(ParameterBase, a_value_out_of_range_is_shown_where_the_user_gave_it) {
    auto base = small_base();
    base.set("walk.bias", {-0.5, "1"}, {"mine.toml", 9, 3, 4});

    auto const problem = problem_of([&] { base.load<Walk>("walk"); });

    EXPECT_EQ(problem.where.file, "mine.toml");
    EXPECT_EQ(problem.where.line, 9);
    EXPECT_EQ(problem.why, "allowed: 0 to 1");
}

TEST(ParameterBase, an_unknown_name_is_refused_with_the_nearest_one) {
    auto const base = small_base();

    auto const problem = problem_of([&] { base.at("walk.sped"); });

    EXPECT_EQ(problem.kind, "name");
    EXPECT_NE(problem.hint.find("walk.speed"), std::string::npos);
}

TEST(ParameterBase, a_unit_of_another_dimension_is_refused_with_both_dimensions) {
    auto const base = small_base();

    auto const problem = problem_of([&] { base.value("walk.speed", "min"); });

    EXPECT_EQ(problem.kind, "unit");
    EXPECT_EQ(problem.where.line, 4);
    EXPECT_NE(problem.why.find("speed"), std::string::npos);
    EXPECT_NE(problem.why.find("time"), std::string::npos);
}

TEST(ParameterBase, children_come_in_the_order_they_were_added) {
    auto const base = small_base();

    EXPECT_EQ(base.children("receptor"), (std::vector<std::string>{"NKG2D", "CD16"}));
    EXPECT_EQ(base.children(""), (std::vector<std::string>{"receptor", "binding", "walk"}));
    EXPECT_EQ(base.children("receptor.NKG2D"), (std::vector<std::string>{"copies", "sign"}));
    EXPECT_TRUE(base.children("nothing").empty());
}

TEST(ParameterBase, attributes_are_texts_beside_the_numbers) {
    auto const base = small_base();

    EXPECT_EQ(base.text("receptor.NKG2D.sign"), "activating");
    EXPECT_EQ(base.text("receptor.CD16.sign", "unknown"), "unknown");
    EXPECT_TRUE(base.attribute("receptor.CD16.sign").empty());
    EXPECT_FALSE(base.contains("receptor.NKG2D.sign"));
}

TEST(ParameterBase, an_override_is_converted_to_the_unit_of_the_table) {
    auto base = small_base();

    base.set("walk.speed", {0.1, "um/s"});

    EXPECT_NEAR(base.at("walk.speed").quantity.value, 6.0, 1e-12);
    EXPECT_EQ(base.at("walk.speed").quantity.unit, "um/min");
}

TEST(ParameterBase, an_override_may_leave_the_usual_range_but_not_its_dimension_or_sign) {
    auto base = small_base();

    EXPECT_NO_THROW(base.set("walk.speed", {100.0, "um/min"}));
    EXPECT_NO_THROW(base.set("walk.bias", {-0.5, "1"}));
    EXPECT_EQ(problem_of([&] { base.set("walk.speed", {5.0, "min"}); }).kind, "unit");
    EXPECT_EQ(problem_of([&] { base.set("walk.speed", {-5.0, "um/min"}); }).kind, "range");
    EXPECT_EQ(problem_of([&] { base.set("walk.sped", {5.0, "um/min"}); }).kind, "name");
    EXPECT_DOUBLE_EQ(base.value("walk.speed", "um/min"), 100.0);
}

TEST(ParameterBase, a_copy_changes_alone) {
    auto const base = small_base();
    auto copy = base;

    copy.set("walk.speed", {7.0, "um/min"});

    EXPECT_DOUBLE_EQ(base.value("walk.speed", "um/min"), 5.0);
    EXPECT_DOUBLE_EQ(copy.value("walk.speed", "um/min"), 7.0);
}

TEST(ParameterBase, the_hash_sees_values_units_names_and_attributes_but_not_the_order_of_adding) {
    auto const hash = small_base().hash();
    auto value = small_base();
    value.set("walk.speed", {5.0000001, "um/min"});
    auto attribute = small_base();
    attribute.add_attribute("receptor.NKG2D.sign", {"inhibitory"});
    auto more = small_base();
    more.add(parameter("walk.pause", 1, "min", 0, 10));
    ParameterBase one;
    one.add(parameter("a", 1, "min", 0, 2));
    one.add(parameter("b", 2, "min", 0, 2));
    ParameterBase other;
    other.add(parameter("b", 2, "min", 0, 2));
    other.add(parameter("a", 1, "min", 0, 2));

    EXPECT_EQ(small_base().hash(), hash);
    EXPECT_NE(value.hash(), hash);
    EXPECT_NE(attribute.hash(), hash);
    EXPECT_NE(more.hash(), hash);
    EXPECT_EQ(one.hash(), other.hash());
}

TEST(ParameterBase, fills_a_struct_in_the_units_of_its_fields_and_checks_ranges) {
    auto base = small_base();

    auto const walk = base.load<Walk>("walk");
    base.set("walk.bias", {-0.5, "1"});
    auto const problem = problem_of([&] { base.load<Walk>("walk"); });

    EXPECT_NEAR(walk.speed, 5.0 / 60.0, 1e-15);
    EXPECT_DOUBLE_EQ(walk.bias, 0.25);
    EXPECT_EQ(problem.kind, "range");
    EXPECT_NE(problem.what.find("walk.bias"), std::string::npos);
}

TEST(ParameterBase, confidence_has_the_words_of_the_data_files) {
    EXPECT_STREQ(nk::to_text(nk::Confidence::read), "read");
    EXPECT_STREQ(nk::to_text(nk::Confidence::recalled), "recalled");
    EXPECT_STREQ(nk::to_text(nk::Confidence::estimate), "estimate");
}

} // namespace
