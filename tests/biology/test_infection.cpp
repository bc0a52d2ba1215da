#include "nk/biology/infection.hpp"

#include "nk/numerics/ode.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

namespace infection_tests {

using namespace nk::biology;

InfectionLaw law(double entry_loss, double eclipse_stages, double productive_stages) {
    InfectionLaw out{};
    out.entry = 14.0;
    out.entry_loss = entry_loss;
    out.eclipse_stages = eclipse_stages;
    out.eclipse = 6.0;
    out.productive_stages = productive_stages;
    out.productive = 5.0;
    out.production = 0.01;
    out.hla_factor = 0.2;
    out.hla_e_factor = 0.9;
    out.nkg2d_factor = 10.0;
    out.viral_copies = 500.0;
    out.ligand_time = 6.0;
    out.interferon = 100.0;
    out.interferon_delay = 8.0;
    return out;
}

MixedMedium const medium{1e-3, 5.2 / 1440.0};

/// The mixed infection as equations: targets, stages of the eclipse, productive stages, virus.
struct MixedInfection {
    InfectionLaw law;
    MixedMedium medium;
    std::size_t eclipse() const { return static_cast<std::size_t>(law.eclipse_stages); }
    std::size_t productive() const { return static_cast<std::size_t>(law.productive_stages); }
    std::size_t virus() const { return 1 + eclipse() + productive(); }

    void operator()(double, double const* y, double* dydt) const {
        auto const infected = infection_rate(law, y[virus()]) * y[0];
        auto into = infected;
        auto released = 0.0;
        dydt[0] = -infected;
        for (std::size_t i = 1; i < virus(); ++i) {
            auto const out = (i <= eclipse() ? eclipse_rate(law) : productive_rate(law)) * y[i];
            dydt[i] = into - out;
            into = out;
            released += i <= eclipse() ? 0.0 : virus_release(law, InfectionState::productive) * y[i];
        }
        dydt[virus()] = released - medium.clearance * y[virus()] - law.entry_loss * infected;
    }
    std::vector<double> start(double virions) const {
        std::vector<double> y(virus() + 1, 0.0);
        y[0] = medium.targets;
        y[virus()] = virions;
        return y;
    }
};

struct Case {
    double entry_loss, eclipse_stages, productive_stages, production;
};
std::vector<Case> const cases{
    {0.0, 1.0, 1.0, 0.01}, {1.0, 1.0, 1.0, 0.01}, {1.0, 10.0, 4.0, 0.01}, {2.5, 3.0, 1.0, 0.02}, {0.0, 4.0, 6.0, 0.002}};

InfectionLaw law_of(Case const& one) {
    auto out = law(one.entry_loss, one.eclipse_stages, one.productive_stages);
    out.production = one.production;
    return out;
}

TEST(Infection, the_reproduction_number_is_that_of_the_target_cell_limited_model) {
    auto const without_loss = law(0.0, 1.0, 1.0);
    auto const delta = 1.0 / 300.0;

    EXPECT_DOUBLE_EQ(basic_reproduction(without_loss, medium), 14.0 * 0.01 * 1e-3 / (medium.clearance * delta));
    EXPECT_NEAR(basic_reproduction(law(1.0, 1.0, 1.0), medium), 14.0 * 0.01 * 1e-3 / ((medium.clearance + 0.014) * delta), 1e-12);
    EXPECT_DOUBLE_EQ(basic_reproduction(law(1.0, 30.0, 20.0), medium), basic_reproduction(law(1.0, 1.0, 1.0), medium));
}

TEST(Infection, early_growth_is_the_largest_root_of_the_cubic_of_one_stage_each) {
    auto const one = law(1.0, 1.0, 1.0);

    auto const s = early_growth(one, medium);

    auto const c = medium.clearance + one.entry * medium.targets;
    auto const k = eclipse_rate(one);
    auto const delta = productive_rate(one);
    auto const right = k * one.entry * one.production * medium.targets;
    EXPECT_NEAR((s + c) * (s + delta) * (s + k) / right, 1.0, 1e-12);
    EXPECT_GT((s * 1.001 + c) * (s * 1.001 + delta) * (s * 1.001 + k), right);
}

TEST(Infection, early_growth_is_that_of_the_integrated_equations_for_any_number_of_stages) {
    for (auto const& one : cases) {
        MixedInfection const infection{law_of(one), medium};
        auto const s = early_growth(infection.law, medium);
        ASSERT_GT(s, 0.0);
        auto const settle = 15.0 / s + 4000.0;
        auto const scale = std::exp(-s * settle); // so that targets stay untouched until the slope is read

        auto const rows =
            nk::numerics::integrate_at(infection, infection.start(1e-10 * scale), {0.0, settle, settle + 60.0}, {1e-10, 1e-40});

        auto const slope = std::log(rows[2][infection.virus()] / rows[1][infection.virus()]) / 60.0;
        EXPECT_NEAR(slope, s, 1e-3 * s);
    }
}

TEST(Infection, an_infection_grows_if_and_only_if_one_cell_infects_more_than_one) {
    for (auto const& one : cases) {
        auto near = law_of(one);
        near.production /= basic_reproduction(near, medium);
        auto below = near;
        auto above = near;
        below.production *= 0.99;
        above.production *= 1.01;

        EXPECT_NEAR(early_growth(near, medium), 0.0, 1e-12);
        EXPECT_LT(early_growth(below, medium), 0.0);
        EXPECT_GT(early_growth(above, medium), 0.0);
    }
}

TEST(Infection, the_final_size_is_that_of_the_integrated_equations) {
    auto const virus = 1e-6;
    for (auto const& one : cases) {
        MixedInfection const infection{law_of(one), medium};

        auto const end = nk::numerics::integrate(infection, infection.start(virus), 0.0, 3e5, {1e-11, 1e-20});

        auto const left = end[0] / medium.targets;
        EXPECT_NEAR(final_size_residual(infection.law, medium, left, virus), 0.0, 1e-6);
        EXPECT_NEAR(final_size(infection.law, medium, virus) / left, 1.0, 1e-6);
    }
}

TEST(Infection, without_loss_on_entry_the_final_size_is_the_classical_relation) {
    auto const one = law(0.0, 4.0, 2.0);

    auto const x = final_size(one, medium, 1e-5);

    EXPECT_NEAR(std::log(x), -basic_reproduction(one, medium) * (1.0 - x) - one.entry * 1e-5 / medium.clearance, 1e-10);
}

TEST(Infection, nobody_is_infected_without_virus_or_below_the_threshold) {
    auto weak = law(0.0, 1.0, 1.0);
    weak.production /= 1.1 * basic_reproduction(weak, medium);

    EXPECT_EQ(final_size(weak, medium, 0.0), 1.0);
    EXPECT_EQ(infection_rate(weak, 0.0), 0.0);
}

TEST(Infection, only_productive_cells_release_virus_and_interferon_waits_for_its_delay) {
    auto const one = law(1.0, 10.0, 4.0);

    EXPECT_EQ(virus_release(one, InfectionState::target), 0.0);
    EXPECT_EQ(virus_release(one, InfectionState::refractory), 0.0);
    EXPECT_EQ(virus_release(one, InfectionState::eclipse), 0.0);
    EXPECT_EQ(virus_release(one, InfectionState::productive), 0.01);
    EXPECT_EQ(interferon_release(one, 479.0), 0.0);
    EXPECT_EQ(interferon_release(one, 480.0), 100.0);
}

TEST(Infection, interferon_protects_at_half_the_greatest_rate_at_its_half_concentration) {
    InterferonLaw const interferon{0.6, 0.002, 0.72, 3.0, 0.006, 18.0};

    EXPECT_EQ(protection_rate(interferon, 0.0), 0.0);
    EXPECT_DOUBLE_EQ(protection_rate(interferon, 0.002), 0.005);
    EXPECT_NEAR(protection_rate(interferon, 2e6), 0.01, 1e-10);
    EXPECT_DOUBLE_EQ(protection_loss_rate(interferon), 0.0005);
}

TEST(Infection, hla_rises_towards_its_plateau_under_interferon_whatever_the_steps) {
    InterferonLaw const interferon{0.6, 0.002, 0.72, 3.0, 0.006, 18.0};
    auto stepped = 1.0;

    for (int i = 0; i < 100; ++i)
        stepped = hla_under_interferon(interferon, stepped, 0.006, 7.0);

    EXPECT_NEAR(stepped, hla_under_interferon(interferon, 1.0, 0.006, 700.0), 1e-12);
    EXPECT_NEAR(hla_under_interferon(interferon, 1.0, 0.006, 1e6), 2.0, 1e-12);
    EXPECT_EQ(hla_under_interferon(interferon, 1.0, 0.0, 500.0), 1.0);
}

TEST(Infection, ligands_of_an_infected_cell_go_to_their_factors_and_the_virus_adds_its_own) {
    LigandFamilies families;
    families.hla[0] = true;
    families.hla[1] = families.hla_e[1] = true;
    families.nkg2d[2] = true;
    LigandCopies copies{};
    copies[0] = copies[1] = copies[2] = copies[3] = 1000.0F;
    auto const one = law(1.0, 10.0, 4.0);

    auto const at_once = infected_ligands(one, families, 4, copies, 0.0);
    auto const late = infected_ligands(one, families, 4, copies, 1e5);
    auto const no_own = infected_ligands(one, families, -1, copies, 1e5);

    EXPECT_EQ(at_once, copies);
    EXPECT_FLOAT_EQ(late[0], 200.0F);
    EXPECT_FLOAT_EQ(late[1], 900.0F);
    EXPECT_FLOAT_EQ(late[2], 10000.0F);
    EXPECT_FLOAT_EQ(late[3], 1000.0F);
    EXPECT_FLOAT_EQ(late[4], 500.0F);
    EXPECT_EQ(no_own[4], 0.0F);
}

} // namespace infection_tests
