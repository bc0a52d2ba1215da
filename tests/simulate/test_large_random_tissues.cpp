#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/tissue_builder.hpp"
#include "shared_base.hpp"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>

namespace {

using namespace nk;
using nk::test::base;
using tissue::Happening;

/// From here on a tissue shares its cells, and its voxels, between threads.
constexpr std::size_t cells_to_share = 2000;
constexpr std::size_t voxels_to_share = 20000;

/// Draws the text of a tissue so large that threads share it, with many of the things there are.
class LargeTissueAuthor {
  public:
    explicit LargeTissueAuthor(std::uint64_t number)
        : rng_(78, number, Purpose::test), flat_(number % 3 == 2), infected_(number % 2 == 1) {}

    std::string scenario() {
        out_ = fmt::format("kind = \"tissue\"\nseed = {}\n", pick(1e6)) +
               "[tissue]\nduration = \"60 min\"\nstep = \"0.1 min\"\nlife_step = \"0.5 min\"\nvoxel = \"10 um\"\n";
        if (flat_)
            line("width = \"{} um\"\nheight = \"{} um\"\ndepth = \"0 um\"", 1500 + 10 * pick(20), 1500 + 10 * pick(20));
        else
            line("width = \"{} um\"\nheight = \"{} um\"\ndepth = \"{} um\"", 290 + 10 * pick(5), 290 + 10 * pick(5), 250 + 10 * pick(5));
        line("boundary = \"{}\"", one_of({"periodic", "reflecting", "absorbing"}));
        for (auto const* field : {"oxygen", "CXCL10", "IFNg", "IL15", "sNKG2DL"})
            if (field == std::string("oxygen") || rng_.uniform() < 0.6)
                fields_.emplace_back(field);
        if (infected_)
            fields_.insert(fields_.end(), {"virus", "IFN1"});
        for (auto const& field : fields_)
            line("[substrate.{}]\nfaces = \"{}\"\nsolver = \"{}\"\ninterval = \"{} min\"", field, field == "oxygen" ? "held" : "no_flux",
                 field == "oxygen" ? "steady" : one_of({"adaptive", "fixed"}), one_of({"0.1", "0.5"}));
        cells();
        line("[effector.killer]\nlike = \"il2_nk\"\n[nk.killer]\ntowards = \"{0}\"\npull = \"2 um/min\"\nhalf = \"0.5 {1}\"",
             fields_.back(), fields_.back() == "oxygen" ? "mmHg" : "nM");
        line("[place.killer]\nshape = \"box\"\ncount = {}", 300 + pick(200));
        line("[vessel.v]\nx = \"0 um\"\ny = \"0 um\"\nnk = \"killer\"\narrivals = \"{} 1/h\"\nsupplies = [\"oxygen\"]", 600 + pick(600));
        if (rng_.uniform() < 0.6)
            line("[matrix.m]\nfibres = \"{}\"\nalignment = 0.7\nspeed = 1.5", one_of({"along_x", "radial", "tangential"}));
        line("[rule.r]\ncell = \"first\"\nsignal = \"pressure\"\nhalf = 0.5\nbehaviour = \"death_rate\"\nto = \"{} 1/h\"", 1 + pick(3));
        return out_;
    }

  private:
    int pick(double n) { return static_cast<int>(rng_.uniform() * n); }
    std::string one_of(std::vector<std::string> const& words) {
        return words[static_cast<std::size_t>(pick(static_cast<double>(words.size())))];
    }
    template <class... T> void line(fmt::format_string<T...> text, T&&... values) {
        out_ += fmt::format(text, std::forward<T>(values)...) + "\n";
    }
    void cells() {
        line("[cell.first]\nlike = \"{}\"\ndivision_time = \"{} min\"\ndeath_rate = \"0.02 1/min\"", infected_ ? "epithelium" : "leukaemia",
             60 + pick(60));
        if (infected_)
            line("virus = \"influenza\"");
        line("[place.first]\nshape = \"box\"\ncount = {}", 1300 + pick(200));
        if (infected_)
            line("infected = {}", 100 + pick(100));
        line("[cell.second]\nlike = \"{}\"\ndivision_time = \"{} min\"", one_of({"carcinoma", "macrophage", "CD8"}), 40 + pick(60));
        if (fields_[1] != "virus" && fields_[1] != "IFN1")
            line("secretion.{} = \"{} molecule/min\"", fields_[1], 100 + pick(900));
        line("[place.second]\nshape = \"ball\"\nradius = \"130 um\"\ncount = {}", flat_ ? 200 : 900);
    }

    Random rng_;
    bool flat_, infected_;
    std::string out_;
    std::vector<std::string> fields_;
};

TEST(LargeRandomTissues, that_threads_share_have_the_same_bits_for_1_2_3_and_8_of_them) {
    std::map<Happening, int> happened;
    for (std::uint64_t number = 0; number < 3; ++number) {
        auto const text = LargeTissueAuthor(number).scenario();
        SCOPED_TRACE(text);
        auto const reading = scenario::read_tissue_scenario(text, base());
        auto const build = simulate::build_tissue(reading.scenario, reading.base);
        ASSERT_GE(build.plan.cells.size(), cells_to_share);
        ASSERT_GE(build.plan.voxels.size(), voxels_to_share);
        auto const hashes = [&](int threads) {
            tissue::Tissue tissue(build.plan, build.laws, build.tissue_laws, number, backend::Executor(threads));
            std::vector<std::string> out;
            for (int step = 0; step < 16; ++step) {
                tissue.advance();
                if (step == 0 || step == 7 || step == 15)
                    out.push_back(tissue.state_hash());
            }
            if (threads == 1)
                for (auto const& entry : tissue.take_ledger())
                    ++happened[entry.what];
            EXPECT_EQ(tissue.health().not_finite, 0U);
            return out;
        };
        auto const expected = hashes(1);

        for (auto const threads : {2, 3, 8})
            EXPECT_EQ(hashes(threads), expected) << threads << " threads";
        EXPECT_NE(expected[1], expected[2]);
    }
    for (auto const what : {Happening::contact_opened, Happening::divided, Happening::died, Happening::arrived})
        EXPECT_GT(happened[what], 0) << tissue::to_text(what); // what is compared are tissues in which something goes on
}

} // namespace
