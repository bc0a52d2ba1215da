#include "nk/scenario/embedded.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/well_builder.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk;

/// Numbers of KIRs on CD56dim cells of a donor with four KIR genes, each on a quarter of the cells.
std::vector<double> kir_numbers(std::string const& acquisition, std::size_t cells) {
    auto const base = scenario::load_parameters();
    auto const reading =
        scenario::read_well_scenario("kind = \"well\"\n[donor]\nkir = [\"2DL1\", \"2DL3\", \"3DL1\", \"3DL2\"]\n"
                                     "frequency = { KIR2DL1 = 0.25, KIR2DL3 = 0.25, KIR3DL1 = 0.25, KIR3DL2 = 0.25 }\n"
                                     "[effector.nk]\nlike = \"resting_nk\"\n[target.t]\nlike = \"K562\"\n[switches]\nacquisition = \"" +
                                         acquisition + "\"\n",
                                     base);
    simulate::WellBuilder const builder(reading.scenario, reading.base);
    auto const kind = builder.effector_kind("nk");
    auto const& panel = builder.panel();
    std::vector<double> out;
    for (std::uint64_t i = 0; out.size() < cells; ++i) {
        auto const cell = kind.repertoire->cell(7, i);
        if (cell.bright)
            continue;
        auto count = 0.0;
        for (auto const* name : {"KIR2DL1", "KIR2DL3", "KIR3DL1", "KIR3DL2"})
            count += cell.copies[static_cast<std::size_t>(panel.receptor(name))] > 0.0F ? 1.0 : 0.0;
        out.push_back(count);
    }
    return out;
}

struct MeanVariance {
    double mean = 0.0;
    double variance = 0.0;
};
MeanVariance mean_variance(std::vector<double> const& values) {
    MeanVariance out;
    for (auto const x : values)
        out.mean += x / static_cast<double>(values.size());
    for (auto const x : values)
        out.variance += (x - out.mean) * (x - out.mean) / static_cast<double>(values.size());
    return out;
}

constexpr std::size_t cells = 40000;

TEST(Repertoire, NumbersOfKirsAreBetaBinomialWithTheTablesConcentration) {
    auto const s = scenario::load_parameters().value("repertoire.kir_alpha_beta_total", "1");
    auto const a = 0.25 * s;
    auto const b = 0.75 * s;
    auto const variance = 4.0 * a * b * (s + 4.0) / (s * s * (s + 1.0));

    auto const seen = mean_variance(kir_numbers("beta_binomial", cells));

    auto const error = std::sqrt(variance / static_cast<double>(cells));
    EXPECT_NEAR(seen.mean, 1.0, 5.0 * error);              // false alarm 6e-7
    EXPECT_NEAR(seen.variance, variance, 0.05 * variance); // about 5 standard errors of a variance
    EXPECT_GT(0.1, 5.0 * error);                           // a mean 10 % off would be seen
    EXPECT_GT(variance, 1.1 * 4.0 * 0.25 * 0.75);          // and so would the product rule
}

TEST(Repertoire, IndependentAcquisitionFollowsTheProductRule) {
    auto const seen = mean_variance(kir_numbers("independent", cells));

    EXPECT_NEAR(seen.mean, 1.0, 5.0 * std::sqrt(0.75 / static_cast<double>(cells)));
    EXPECT_NEAR(seen.variance, 0.75, 0.04 * 0.75);
}

TEST(Repertoire, ACellIsTheSameWhateverElseIsDrawn) {
    auto const few = kir_numbers("beta_binomial", 10);
    auto const many = kir_numbers("beta_binomial", 100);

    EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

} // namespace
