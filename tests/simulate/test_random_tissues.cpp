#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/tissue_builder.hpp"
#include "shared_base.hpp"

#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace {

using namespace nk;
using nk::test::base;

/// Draws the text of a small tissue scenario with any of the things there are.
class Author {
  public:
    explicit Author(std::uint64_t number) : rng_(77, number, Purpose::test) {}

    std::string scenario() {
        flat_ = chance(0.3);
        fields_ = {"oxygen"};
        for (auto const* one : {"CXCL10", "IFNg", "IL15", "TGFb", "sNKG2DL", "glucose"})
            if (chance(0.4))
                fields_.push_back(one);
        auto const infected = chance(0.3);
        if (infected)
            fields_.insert(fields_.end(), {"virus", "IFN1"});
        out_ = "kind = \"tissue\"\n";
        line("seed = {}", pick(1e6));
        line("[tissue]\nwidth = \"{} um\"\nheight = \"{} um\"\ndepth = \"{} um\"\nboundary = \"{}\"\nduration = \"60 min\"",
             60 + 20 * pick(6), 60 + 20 * pick(6), flat_ ? 0 : 60 + 20 * pick(4), one_of({"periodic", "reflecting", "absorbing"}));
        line("step = \"{} min\"\nlife_step = \"{} min\"\nvoxel = \"20 um\"", one_of({"0.05", "0.1", "0.13"}), one_of({"0.5", "2", "6"}));
        for (auto const& field : fields_) {
            line("[substrate.{}]\nfaces = \"{}\"\nsolver = \"{}\"", field, one_of({"no_flux", "held"}),
                 one_of({"automatic", "adaptive", "steady", "fixed"}));
        }
        for (int kind = 0; kind <= pick(3); ++kind)
            cell(kind, infected && kind == 0);
        line("[effector.killer]\nlike = \"{}\"\n[nk.killer]", one_of({"resting_nk", "il2_nk", "il15_nk"}));
        if (chance(0.5)) {
            auto const field = any_field();
            line("towards = \"{}\"\npull = \"{} um/min\"\nhalf = \"0.5 {}\"", field, pick(5), field == "oxygen" ? "mmHg" : "nM");
        }
        line("[place.killer]\nshape = \"box\"\ncount = {}", (1 + pick(30)));
        if (chance(0.5))
            line("[vessel.v]\nx = \"0 um\"\ny = \"0 um\"\nnk = \"killer\"\narrivals = \"{} 1/h\"\nsupplies = [\"oxygen\"]", pick(60));
        if (chance(0.4))
            line("[matrix.m]\nfibres = \"{}\"\nalignment = {}\nspeed = {}", one_of({"along_x", "along_y", "radial", "tangential"}), share(),
                 2.0 * share());
        for (int n = 0; n < pick(4); ++n)
            rule(n);
        return out_;
    }

  private:
    bool chance(double p) { return rng_.uniform() < p; }
    int pick(double n) { return static_cast<int>(rng_.uniform() * n); }
    double share() { return std::round(100.0 * rng_.uniform()) / 100.0; }
    std::string one_of(std::vector<std::string> const& words) {
        return words[static_cast<std::size_t>(pick(static_cast<double>(words.size())))];
    }
    std::string any_field() { return one_of(fields_); }
    template <class... T> void line(fmt::format_string<T...> text, T&&... values) {
        out_ += fmt::format(text, std::forward<T>(values)...) + "\n";
    }

    void cell(int kind, bool infected) {
        line("[cell.kind{}]\nlike = \"{}\"\ndivision_time = \"{} min\"\ndeath_rate = \"{} 1/min\"", kind,
             infected ? "epithelium" : one_of({"carcinoma", "leukaemia", "macrophage", "dendritic", "CD8"}), 20 + pick(400),
             0.01 * share());
        if (infected)
            line("virus = \"influenza\"");
        if (chance(0.5))
            line("secretion.{} = \"{} molecule/min\"", any_secreted(), pick(500));
        line("[place.kind{}]\nshape = \"{}\"\nradius = \"{} um\"\ncount = {}", kind, one_of({"ball", "box"}), (15 + pick(30)),
             (5 + pick(60)));
        if (infected)
            line("infected = {}", 1 + pick(5));
        ++kinds_;
    }
    std::string any_secreted() {
        auto const field = any_field();
        return field == "oxygen" ? "glucose" == fields_.back() ? "glucose" : fields_.back() == "oxygen" ? "oxygen" : fields_.back() : field;
    }
    void rule(int n) {
        auto const field = any_field();
        auto const signal = one_of({"concentration " + field, "gradient " + field, "pressure", "contact killer", "contact_dead",
                                    "contact_infected", "age", "divisions", "damage"});
        auto const unit = std::string(field == "oxygen" ? "mmHg" : "molecule/um3");
        auto const half = signal.starts_with("concentration") ? fmt::format("\"{} {}\"", 1e-3 + share(), unit)
                          : signal.starts_with("gradient")    ? fmt::format("\"{} {}/um\"", 1e-4 + 0.01 * share(), unit)
                          : signal == "age"                   ? fmt::format("\"{} h\"", 0.05 + share())
                                                              : fmt::format("{}", 0.1 + share());
        auto const [behaviour, to] = std::vector<std::pair<std::string, std::string>>{
            {"division_rate", fmt::format("\"{} 1/h\"", share())},
            {"death_rate", fmt::format("\"{} 1/h\"", share())},
            {"clearance_rate", fmt::format("\"{} 1/h\"", pick(5))},
            {"secretion " + any_secreted(), fmt::format("\"{} molecule/min\"", pick(900))},
            {"uptake " + field, fmt::format("\"{} 1/min\"", pick(9))},
            {"adhesion", fmt::format("\"{} 1/min\"", 0.3 * share())},
            {"ligand_copies MICA", fmt::format("\"{} molecule/cell\"", pick(1e4))},
            {"shedding", fmt::format("{}", 4.0 * share())}}[static_cast<std::size_t>(pick(8))];
        line("[rule.r{}]\ncell = \"kind{}\"\nsignal = \"{}\"\nhalf = {}\nbehaviour = \"{}\"\nto = {}", n, pick(kinds_), signal, half,
             behaviour, to);
    }

    Random rng_;
    std::string out_;
    std::vector<std::string> fields_;
    bool flat_ = false;
    int kinds_ = 0;
};

TEST(RandomTissues, two_hundred_run_in_good_health_and_have_the_same_bits_after_a_stop) {
    auto const* const asked = std::getenv("NK_RANDOM_TISSUES"); // fewer where each step is slow
    auto const tissues = asked != nullptr ? std::strtoull(asked, nullptr, 10) : 200ULL;
    auto built = 0ULL;
    for (std::uint64_t number = 0; number < tissues; ++number) {
        auto const text = Author(number).scenario();
        SCOPED_TRACE(text);
        auto const reading = scenario::read_tissue_scenario(text, base());
        auto const build = simulate::build_tissue(reading.scenario, reading.base);
        auto const make = [&] { return tissue::Tissue(build.plan, build.laws, build.tissue_laws, number, backend::Executor(1)); };
        auto one = make();
        auto stopped = make();

        for (int step = 0; step < 60; ++step) {
            one.advance();
            if (step == 30)
                stopped.load(one.save());
            else if (step > 30)
                stopped.advance();
        }

        ++built;
        ASSERT_EQ(one.health().not_finite, 0U);
        for (std::size_t s = 0; s < one.fields().count(); ++s)
            for (auto const value : one.fields().values(s)) {
                ASSERT_TRUE(std::isfinite(value)) << one.fields().plan(s).name;
                ASSERT_GE(value, 0.0) << one.fields().plan(s).name;
            }
        ASSERT_EQ(one.state_hash(), stopped.state_hash());
    }
    EXPECT_EQ(built, tissues);
}

} // namespace
