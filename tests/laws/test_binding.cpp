// T14 binding quadratic, T15 AND gate.
#include "hand_made.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace {

using nk::biology::and_gate;
using nk::biology::bound_pairs;

/// Numbers over `decades` decades around 1.
rc::Gen<double> wide(int decades) {
    return rc::gen::map(rc::gen::inRange(-1000 * decades, 1000 * decades + 1), [](int milli) { return std::pow(10.0, milli / 1000.0); });
}

RC_GTEST_PROP(T14Binding, pairs_lie_between_nothing_and_the_scarcer_partner, ()) {
    auto const r = *wide(8);
    auto const l = *wide(8);
    auto const c = bound_pairs(r, l, *wide(12));

    RC_ASSERT(c >= 0.0);
    RC_ASSERT(c <= std::min(r, l) * (1.0 + 1e-7)); // the root loses half its digits where r = l and k = 0
}

RC_GTEST_PROP(T14Binding, mass_action_holds_to_rounding_also_where_the_textbook_root_cancels, ()) {
    auto const r = *wide(6);
    auto const l = *wide(6);
    auto const k = *wide(12);
    auto const c = static_cast<long double>(bound_pairs(r, l, k));

    // residual of C^2 - (R + L + K) C + R L relative to R L, where it is well-conditioned
    auto const residual = c * c - (static_cast<long double>(r) + l + k) * c + static_cast<long double>(r) * l;
    RC_ASSERT(std::abs(residual) <= 1e-7L * static_cast<long double>(r) * l);
}

RC_GTEST_PROP(T14Binding, the_partners_are_interchangeable_and_the_form_is_homogeneous, ()) {
    auto const r = *wide(6);
    auto const l = *wide(6);
    auto const k = *wide(6);
    auto const c = bound_pairs(r, l, k);

    RC_ASSERT(bound_pairs(l, r, k) == c);
    RC_ASSERT(std::abs(bound_pairs(8.0 * r, 8.0 * l, 8.0 * k) - 8.0 * c) <= 1e-7 * c);
}

RC_GTEST_PROP(T14Binding, more_of_either_partner_or_a_higher_affinity_never_means_fewer_pairs, ()) {
    auto const r = *wide(5);
    auto const l = *wide(5);
    auto const k = *wide(5);
    auto const c = bound_pairs(r, l, k) * (1.0 - 1e-7);

    RC_ASSERT(bound_pairs(1.1 * r, l, k) >= c);
    RC_ASSERT(bound_pairs(r, 1.1 * l, k) >= c);
    RC_ASSERT(bound_pairs(r, l, 0.9 * k) >= c);
}

TEST(T14Binding, has_its_limits) {
    EXPECT_DOUBLE_EQ(bound_pairs(300.0, 200.0, 0.0), 200.0);
    EXPECT_NEAR(bound_pairs(300.0, 1e15, 50.0), 300.0, 1e-9);
    EXPECT_NEAR(bound_pairs(3.0, 2.0, 1e20), 6e-20, 1e-32);
    EXPECT_EQ(bound_pairs(0.0, 200.0, 10.0), 0.0);
    EXPECT_EQ(bound_pairs(200.0, 0.0, 0.0), 0.0);
    EXPECT_DOUBLE_EQ(bound_pairs(100.0, 100.0, 0.0), 100.0);
}

RC_GTEST_PROP(T15AndGate, never_exceeds_its_weaker_site, ()) {
    auto const a = *wide(6);
    auto const b = *wide(6);
    auto const e = and_gate(a, b);

    RC_ASSERT(e > 0.0);
    RC_ASSERT(e <= std::min(a, b) * (1.0 + 1e-14));
    RC_ASSERT(e >= 0.5 * std::min(a, b) * (1.0 - 1e-14));
}

RC_GTEST_PROP(T15AndGate, is_symmetric_homogeneous_and_rises_with_both_sites, ()) {
    auto const a = *wide(6);
    auto const b = *wide(6);
    auto const e = and_gate(a, b);

    RC_ASSERT(and_gate(b, a) == e);
    RC_ASSERT(std::abs(and_gate(3.0 * a, 3.0 * b) - 3.0 * e) <= 1e-14 * e);
    RC_ASSERT(and_gate(1.1 * a, b) > e * (1.0 - 1e-15));
    RC_ASSERT(and_gate(a, 1.1 * b) > e * (1.0 - 1e-15));
}

TEST(T15AndGate, one_driven_site_gives_no_more_than_the_basal_signal_of_the_other) {
    constexpr double basal = 0.07;

    EXPECT_NEAR(and_gate(basal + 1e9, basal), basal, 1e-9);
    EXPECT_DOUBLE_EQ(and_gate(0.8, 0.8), 0.4);
    EXPECT_EQ(and_gate(0.0, 0.0), 0.0);
    EXPECT_EQ(and_gate(5.0, 0.0), 0.0);
    EXPECT_GT(and_gate(1.07, 1.07), 5.0 * and_gate(2.07, 0.07)); // synergy of two weak sites over one strong one
}

} // namespace
