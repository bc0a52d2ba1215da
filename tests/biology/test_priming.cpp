#include "nk/biology/priming.hpp"

#include <gtest/gtest.h>
#include <map>
#include <numbers>
#include <vector>

namespace priming_tests {

using namespace nk;
using namespace nk::biology;

std::vector<Cytokine> table() {
    return {{"IL2", 1.0, 0.03, 1.0, 1.0, 1.0, 0.9, "nM", 15500.0, 16.4},
            {"IL15", 1.0, 0.3, 1.5, 0.9, 1.0, 0.85, "ng/mL", 12800.0, 2.0},
            {"IFNa", 50.0, 40.0, 1.0, 0.6, 0.1, 0.9, "IU/mL", 19200.0, 200.0},
            {"TGFb", 1.0, 1.0, 1.0, -0.6, 0.0, 1.3, "ng/mL", 25000.0, 20.0}};
}

std::vector<Cytokine> field_table() {
    std::vector<Cytokine> out;
    for (auto const& row : table())
        out.push_back(in_field_unit(row));
    return out;
}

TEST(Priming, a_field_at_half_effect_is_the_half_effect_of_the_cytokine_table) {
    auto const rows = field_table();

    EXPECT_NEAR(rows[0].ec50, 0.602214, 1e-6); // 1 nM
    EXPECT_NEAR(rows[1].ec50, 0.602214 / 12.8, 1e-6);
    for (std::size_t i = 0; i < rows.size(); ++i)
        EXPECT_NEAR(in_own_unit(table()[i], {rows[i].ec50, "molecule/um3"}), table()[i].ec50, 1e-9);
}

TEST(Priming, fields_do_to_nk_cells_what_the_same_mixture_in_a_medium_does) {
    auto const rows = field_table();
    std::vector<double> const concentrations{0.3, 0.02, 1e-3, 0.01};
    std::map<std::string, Quantity> medium;
    for (std::size_t i = 0; i < rows.size(); ++i)
        medium[rows[i].name] = {concentrations[i], "molecule/um3"};

    auto const of_field = effect_of(rows, concentrations);

    auto const of_medium = effect_of(table(), medium);
    EXPECT_NEAR(of_field.priming, of_medium.priming, 1e-12);
    EXPECT_NEAR(of_field.priming_bright, of_medium.priming_bright, 1e-12);
    EXPECT_NEAR(of_field.support, of_medium.support, 1e-12);
    EXPECT_NEAR(of_field.ifng_threshold, of_medium.ifng_threshold, 1e-12);
    EXPECT_GT(of_field.priming, 0.2);
}

TEST(Priming, no_cytokine_has_no_effect_and_a_negative_rounding_of_a_field_counts_as_none) {
    auto const rows = field_table();

    auto const none = effect_of(rows, std::vector<double>{0.0, -1e-18, 0.0, 0.0});

    EXPECT_EQ(none.priming, 0.0);
    EXPECT_EQ(none.support, 0.0);
    EXPECT_EQ(none.ifng_threshold, 1.0);
}

TEST(Priming, the_state_relaxes_exactly_whatever_the_steps) {
    AdaptationLaw law{};
    law.priming_time = 12.0;
    auto stepped = 0.1;

    for (int i = 0; i < 144; ++i)
        stepped = primed_after(law, stepped, 0.9, 5.0);

    EXPECT_NEAR(stepped, primed_after(law, 0.1, 0.9, 720.0), 1e-12);
    EXPECT_NEAR(stepped, 0.9 - 0.8 / std::numbers::e, 1e-12);
}

TEST(NkGrowth, il15_drives_recruitment_and_division_by_one_hill_curve) {
    NkGrowthLaw const law{0.03, 0.72, 0.05, 2.0};

    EXPECT_EQ(nk_division_rate(law, 0.0), 0.0);
    EXPECT_DOUBLE_EQ(nk_division_rate(law, 0.05), 0.00025);
    EXPECT_NEAR(nk_division_rate(law, 1e6), 0.0005, 1e-12);
    EXPECT_DOUBLE_EQ(nk_cycle_entry_rate(law, 0.05), 0.00025);
    EXPECT_GT(nk_division_rate(law, 0.02), 2.0 * nk_division_rate(law, 0.01));
}

TEST(NkGrowth, cytokine_support_stretches_the_half_life) {
    AdaptationLaw law{};
    law.survival_no_cytokine = 1.5;
    law.survival_cytokine = 10.0;

    EXPECT_DOUBLE_EQ(nk_death_rate(law, 0.0), std::numbers::ln2 / (1.5 * 1440.0));
    EXPECT_DOUBLE_EQ(nk_death_rate(law, 1.0), std::numbers::ln2 / (10.0 * 1440.0));
    EXPECT_LT(nk_death_rate(law, 0.6), nk_death_rate(law, 0.5));
}

TEST(Recruitment, arrivals_grow_with_the_blood_count_and_with_chemokine_up_to_a_bound) {
    RecruitmentLaw const law{0.08, 10.0, 0.6, 1.0, 2e-7, 0.01};
    auto const rest = arrivals_per_area(law, law.blood, 0.0);

    EXPECT_DOUBLE_EQ(rest, 0.08 * 2e-7);
    EXPECT_DOUBLE_EQ(arrivals_per_area(law, 2.0 * law.blood, 0.0), 2.0 * rest);
    EXPECT_DOUBLE_EQ(arrivals_per_area(law, law.blood, 0.6), 6.0 * rest);
    EXPECT_NEAR(arrivals_per_area(law, law.blood, 1e12), 11.0 * rest, 1e-9 * rest);
    EXPECT_DOUBLE_EQ(arrivals_per_volume(law, law.blood, 0.0), 0.01 * rest);
}

} // namespace priming_tests
