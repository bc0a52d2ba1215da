#include "nk/simulate/run_wells.hpp"

#include "nk/scenario/embedded.hpp"
#include "nk/scenario/read_scenario.hpp"

#include <gtest/gtest.h>

namespace nk::simulate {
namespace {

scenario::WellReading small_plate(ParameterBase const& base) {
    return scenario::read_well_scenario(R"(kind = "well"
[well]
targets = "30 cell"
duration = "40 min"
[effector.resting]
like = "resting_nk"
[effector.il2]
like = "il2_nk"
[target.k562]
like = "K562"
[plate]
e_to_t = [0.5, 3]
vary = "well.spontaneous_death"
values = ["0 1/h", "0.2 1/h"]
)",
                                        base);
}

TEST(Wells, run_at_the_same_time_give_the_same_plate) {
    auto const base = scenario::load_parameters();
    auto const reading = small_plate(base);

    auto const plain = run_wells(reading.scenario, base, 1), together = run_wells(reading.scenario, base, 4, {}, {});

    ASSERT_EQ(plain.size(), together.size());
    EXPECT_EQ(state_hash(plain), state_hash(together));
    for (std::size_t i = 0; i < plain.size(); ++i)
        EXPECT_EQ(plain[i].place.seed, together[i].place.seed);
}

TEST(Wells, show_progress_that_only_grows_and_ends_at_the_whole) {
    auto const base = scenario::load_parameters();
    auto const reading = small_plate(base);
    auto last = 0.0;
    auto grows = true;

    run_wells(reading.scenario, base, 3,
              [&](double progress) {
                  grows = grows && progress >= last;
                  last = progress;
              },
              {});

    EXPECT_TRUE(grows);
    EXPECT_NEAR(last, 1.0, 1e-12);
}

TEST(Threads, take_a_well_each_when_there_are_enough_and_share_a_large_one) {
    auto const many_small = share_threads(8, 96, 5000), one_small = share_threads(8, 1, 500), one_large = share_threads(8, 1, 1e5),
               huge = share_threads(8, 96, 4e6);

    EXPECT_EQ(many_small.wells, 8);
    EXPECT_EQ(many_small.inside, 1);
    EXPECT_EQ(one_small.inside, 1) << "threads would wait for each other";
    EXPECT_EQ(one_large.inside, 8);
    EXPECT_EQ(huge.wells, 1) << "memory";
    EXPECT_EQ(huge.inside, 8);
}

} // namespace
} // namespace nk::simulate
