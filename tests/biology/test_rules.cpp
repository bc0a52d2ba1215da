#include "nk/biology/rules.hpp"

#include "nk/base/error.hpp"
#include "nk/base/quantity.hpp"
#include "nk/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <set>
#include <string>
#include <vector>

namespace rules_tests {

using namespace nk;
using namespace nk::biology;

/// Up to five rules around one base value, some of them up, some down, with signals around their half values.
struct Drawn {
    std::vector<HillRule> rules;
    std::vector<double> signals;
};

Drawn draw(std::uint64_t entity) {
    Random rng(11, entity, Purpose::test);
    Drawn out;
    auto const base = 2.0 * rng.uniform();
    auto const count = 1 + rng.below(5);
    for (std::uint64_t i = 0; i < count; ++i) {
        out.rules.push_back({0.1 + rng.uniform(), 0.5 + 4.0 * rng.uniform(), base, 4.0 * rng.uniform() - 1.0});
        out.signals.push_back(3.0 * rng.uniform());
    }
    return out;
}

TEST(Rules, one_rule_goes_from_its_base_half_way_at_its_half_signal_and_all_the_way_at_saturation) {
    HillRule const up{2.0, 3.0, 1.0, 5.0};

    EXPECT_EQ(respond(up, 0.0), 1.0);
    EXPECT_EQ(respond(up, -4.0), 1.0);
    EXPECT_DOUBLE_EQ(respond(up, 2.0), 3.0);
    EXPECT_NEAR(respond(up, 4.0), 1.0 + 4.0 * 8.0 / 9.0, 1e-14);
    EXPECT_EQ(respond(up, std::numeric_limits<double>::infinity()), 5.0);
}

TEST(Rules, several_rules_of_which_one_is_given_are_that_rule) {
    for (std::uint64_t i = 0; i < 200; ++i) {
        auto const drawn = draw(i);
        auto const first = drawn.rules.front();

        EXPECT_NEAR(respond(std::vector{first}, std::vector{drawn.signals.front()}), respond(first, drawn.signals.front()), 1e-12);
    }
}

TEST(Rules, a_silent_rule_beside_others_changes_nothing_and_a_saturated_one_alone_reaches_its_own_end) {
    std::vector<HillRule> const rules{{1.0, 2.0, 1.0, 9.0}, {1.0, 2.0, 1.0, 3.0}, {1.0, 2.0, 1.0, 0.5}};

    EXPECT_NEAR(respond(rules, std::vector{0.0, 1e9, 0.0}), 3.0, 1e-6);
    EXPECT_NEAR(respond(rules, std::vector{1e9, 0.0, 0.0}), 9.0, 1e-6);
    EXPECT_NEAR(respond(rules, std::vector{0.7, 0.0, 0.0}), respond(rules[0], 0.7), 1e-12);
    EXPECT_NEAR(respond(rules, std::vector{0.0, 0.7, 0.0}), respond(rules[1], 0.7), 1e-12);
    EXPECT_NEAR(respond(rules, std::vector{0.0, 0.0, 0.7}), respond(rules[2], 0.7), 1e-12);
}

TEST(Rules, rules_with_common_ends_follow_the_published_grammar) {
    std::vector<HillRule> const rules{{0.5, 2.0, 1.0, 4.0}, {2.0, 3.0, 1.0, 4.0}, {1.0, 4.0, 1.0, 0.2}, {3.0, 1.0, 1.0, 0.2}};
    std::vector<double> const signals{0.4, 1.7, 0.9, 2.0};
    auto const up = std::pow(0.8, 2.0) + std::pow(0.85, 3.0);
    auto const down = std::pow(0.9, 4.0) + 2.0 / 3.0;
    auto const u = up / (1.0 + up);
    auto const d = down / (1.0 + down);

    auto const expected = (1.0 - d) * ((1.0 - u) * 1.0 + u * 4.0) + d * 0.2;

    EXPECT_NEAR(respond(rules, signals), expected, 1e-14);
}

TEST(Rules, a_saturated_inhibitor_wins_over_saturated_promoters) {
    auto const infinite = std::numeric_limits<double>::infinity();
    std::vector<HillRule> const rules{{1.0, 2.0, 1.0, 9.0}, {1.0, 2.0, 1.0, 0.25}};

    EXPECT_EQ(respond(rules, std::vector{infinite, infinite}), 0.25);
    EXPECT_EQ(respond(rules, std::vector{infinite, 0.0}), 9.0);
}

TEST(Rules, promoters_never_lower_and_inhibitors_never_raise_a_behaviour) {
    for (std::uint64_t i = 0; i < 300; ++i) {
        auto const drawn = draw(i);
        for (std::size_t r = 0; r < drawn.rules.size(); ++r) {
            auto louder = drawn.signals;
            louder[r] += 0.3;

            auto const change = respond(drawn.rules, louder) - respond(drawn.rules, drawn.signals);

            EXPECT_GE(drawn.rules[r].to > drawn.rules[r].from ? change : -change, -1e-12);
        }
    }
}

TEST(Rules, the_order_of_rules_does_not_matter) {
    for (std::uint64_t i = 0; i < 300; ++i) {
        auto const drawn = draw(i);
        auto reversed = drawn;
        std::reverse(reversed.rules.begin(), reversed.rules.end());
        std::reverse(reversed.signals.begin(), reversed.signals.end());

        EXPECT_NEAR(respond(drawn.rules, drawn.signals), respond(reversed.rules, reversed.signals), 1e-12);
    }
}

TEST(Rules, a_behaviour_stays_between_its_lowest_and_its_highest_end) {
    for (std::uint64_t i = 0; i < 300; ++i) {
        auto const drawn = draw(i);
        auto low = drawn.rules.front().from;
        auto high = low;
        for (auto const& rule : drawn.rules) {
            low = std::min(low, rule.to);
            high = std::max(high, rule.to);
        }

        auto const behaviour = respond(drawn.rules, drawn.signals);

        EXPECT_GE(behaviour, low - 1e-12);
        EXPECT_LE(behaviour, high + 1e-12);
    }
}

TEST(Rules, rules_of_one_behaviour_must_share_their_base) {
    std::vector<HillRule> const rules{{1.0, 2.0, 1.0, 9.0}, {1.0, 2.0, 1.5, 0.25}};

    EXPECT_THROW(respond(rules, std::vector{0.0, 0.0}), ContractError);
    EXPECT_THROW(respond(std::vector<HillRule>{}, std::vector<double>{}), ContractError);
}

template <class Words> void expect_complete(Words const& words) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < words.size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(words[i].kind), i) << words[i].name;
        EXPECT_FALSE(words[i].help.empty());
        EXPECT_TRUE(names.insert(std::string(words[i].name)).second) << words[i].name;
        EXPECT_EQ(to_text(words[i].kind), words[i].name);
        auto const unit = std::string(words[i].unit);
        EXPECT_TRUE(unit.starts_with("field") || same_dimension(unit, unit)) << unit;
    }
}

TEST(Rules, every_signal_and_behaviour_has_one_name_a_unit_and_help) {
    expect_complete(signals());
    expect_complete(behaviours());
    EXPECT_EQ(signals().back().kind, Signal::age);
    EXPECT_EQ(behaviours().back().kind, Behaviour::refill_rate);
}

TEST(Rules, words_are_found_by_their_name_alone) {
    EXPECT_EQ(find_signal("pressure")->kind, Signal::pressure);
    EXPECT_EQ(find_behaviour("chemotaxis")->about, About::substrate);
    EXPECT_FALSE(find_signal("oxygen").has_value());
    EXPECT_FALSE(find_behaviour("").has_value());
}

} // namespace rules_tests
