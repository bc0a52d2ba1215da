#include "nk/simulate/run.hpp"

#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/run_wells.hpp"
#include "shared_base.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;
using nk::test::base;

std::string const plate = R"(kind = "well"
[well]
targets = 60
duration = "60 min"
[effector.il2]
like = "il2_nk"
[target.K562]
like = "K562"
[plate]
e_to_t = [0.5, 8]
replicates = 2
)";

TEST(Run, that_its_input_stops_leaves_no_folder) {
    auto const folder = fs::temp_directory_path() / ("nk-run-" + std::to_string(::getpid()));
    auto const gated = nk::scenario::read_well_scenario(plate, base(), {"donor.kir=[\"A/A\"]", "effector.il2.positive=[\"KIR2DS2\"]"});
    nk::simulate::RunSettings settings;
    settings.folder = folder.string();

    EXPECT_THROW(nk::simulate::try_plate(gated.scenario, gated.base), nk::ScenarioError);
    EXPECT_THROW(nk::simulate::run_scenario(gated, base(), settings), nk::ScenarioError);
    EXPECT_FALSE(fs::exists(folder));
}

TEST(Plate, is_counted_as_it_would_be_run) {
    auto const reading = nk::scenario::read_well_scenario(plate, base());

    auto const size = nk::simulate::try_plate(reading.scenario, reading.base);

    EXPECT_EQ(size.wells, 4U);
    EXPECT_EQ(size.most, 60.0 + 480.0);
    EXPECT_EQ(size.cells, 2.0 * (60.0 + 30.0) + 2.0 * (60.0 + 480.0));
}

TEST(Plate, begins_with_the_well_whose_frames_are_kept) {
    auto const reading = nk::scenario::read_well_scenario(plate, base());
    auto frames = 0;
    auto finished_before = 0;

    nk::simulate::run_wells(reading.scenario, reading.base, 2, {}, [&](auto const&, auto const&, bool finished) {
        frames += finished ? 0 : 1;
        finished_before += finished && frames == 0 ? 1 : 0;
    });

    EXPECT_GT(frames, 0);
    EXPECT_EQ(finished_before, 0);
}

} // namespace
