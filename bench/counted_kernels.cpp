// Runs the small kernels that are named, each with a fixed amount of work, so that tools/count_instructions can count their instructions.
//
// Only what happens inside `counted_work` counts. One thread. Kernels compiled for registers of several widths run in the form for AVX2,
// the widest that valgrind knows; where the choice is the library's own, a call without words says what it would choose.
#include "pair.hpp"
#include "tumour.hpp"

#include "nk/biology/contact_chain.hpp"
#include "nk/numerics/diffusion.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/tissue_builder.hpp"
#include "nk/simulate/well_builder.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <string_view>
#include <vector>

using Work = std::function<double()>;

/// Its name is what callgrind looks for.
extern "C" [[gnu::noinline]] double counted_work(Work const* work);
double counted_work(Work const* work) {
    return (*work)();
}

namespace {

using namespace nk;
using bench::base;
using bench::Pair;

// Each gives work that returns a number which depends on all of it, so that nothing is left out.

Work recognise(std::size_t ligands) {
    return [pair = std::make_shared<Pair>(ligands)] {
        auto sum = 0.0;
        for (std::size_t i = 0; i < 1024; ++i)
            sum += biology::recognise(pair->panel, pair->laws, pair->nk[i % 64], pair->state, pair->target, {}).p_hit;
        return sum;
    };
}

Work recognise_many() {
    return [pair = std::make_shared<Pair>(28)] {
        std::vector<biology::NkSignalState> const states(pair->nk.size(), pair->state);
        std::vector<biology::Recognition> seen(pair->nk.size());
        auto sum = 0.0;
        for (int round = 0; round < 32; ++round) {
            biology::recognise(pair->panel, pair->laws, pair->nk, states, pair->target, {}, seen);
            sum += seen.back().p_hit;
        }
        return sum;
    };
}

Work contact_chain() {
    return [pair = std::make_shared<Pair>(12)] {
        auto const seen = biology::recognise(pair->panel, pair->laws, pair->nk[0], pair->state, pair->target, {});
        auto sum = 0.0;
        for (int round = 0; round < 200; ++round)
            sum += biology::solve_contact(pair->laws, seen, biology::Lytic{}, {3.0, 0.0, 0.2 + 0.001 * round}).p_kill;
        return sum;
    };
}

/// Two substrates in double; cells in every voxel take up, secrete and supply.
Work diffusion_step() {
    constexpr int side = 32;
    auto const diffusion = std::make_shared<numerics::Diffusion<double>>(
        numerics::VoxelGrid{side, side, side, 20.0, {}}, std::vector<numerics::Substrate>(2, numerics::Substrate{600.0, 0.01, {}}));
    for (std::size_t s = 0; s < 2; ++s)
        for (std::size_t i = 0; i < diffusion->grid().size(); ++i)
            diffusion->field(s)[i] = 1.0 + static_cast<double>((i * 7919 + s) % 101);
    return [diffusion] {
        std::vector<double> const rate(diffusion->grid().size(), 0.1);
        std::vector<numerics::Exchange<double>> const exchange(2, {rate, rate, rate, {}, {}});
        for (int step = 0; step < 10; ++step)
            diffusion->step(0.1, backend::Executor(1), exchange);
        return diffusion->field(1)[0];
    };
}

Work cell_grid() {
    return [tumour = std::make_shared<bench::Tumour>(4000, true)] {
        for (int round = 0; round < 20; ++round)
            tumour->build(backend::Executor(1));
        return static_cast<double>(tumour->grid.starts().back());
    };
}

Work pair_forces(tissue::Registers registers) {
    auto const tumour = std::make_shared<bench::Tumour>(4000, false);
    tumour->mechanics = tissue::Mechanics(registers);
    tumour->build(backend::Executor(1));
    return [tumour] {
        for (int round = 0; round < 10; ++round)
            tumour->forces(backend::Executor(1));
        return tumour->vx.front();
    };
}

/// About 2,000 cells of two kinds, three fields, NK cells that arrive and kill.
constexpr auto tissue_text = R"(
kind = "tissue"
[tissue]
width = "300 um"
height = "300 um"
depth = "200 um"
duration = "60 min"
life_step = "1 min"
[substrate.oxygen]
faces = "held"
[substrate.CXCL10]
[substrate.IFNg]
[effector.il2]
like = "il2_nk"
[target.bare]
like = "721_221"
[cell.tumour]
like = "leukaemia"
target = "bare"
adhesion = "0.1 1/min"
secretion.CXCL10 = "20 molecule/min"
[nk.il2]
towards = "CXCL10"
pull = "2 um/min"
half = "0.05 nM"
[place.tumour]
radius = "100 um"
count = "1700 cell"
[place.il2]
shape = "box"
count = "300 cell"
[vessel.one]
x = "-130 um"
nk = "il2"
arrivals = "60 1/h"
attractant = "CXCL10"
)";

Work tissue_step() {
    auto const reading = scenario::read_tissue_scenario(tissue_text, base());
    auto const build = std::make_shared<simulate::TissueBuild>(simulate::build_tissue(reading.scenario, reading.base));
    auto const tissue = std::make_shared<tissue::Tissue>(build->plan, build->laws, build->tissue_laws, 1, backend::Executor(1));
    return [build, tissue] { // two of the steps look at growth, death and arrival
        for (int step = 0; step < 20; ++step)
            tissue->advance();
        return tissue->cells().of<&tissue::Cell::x>()[0];
    };
}

constexpr auto well_text = R"(
[well]
targets = 300
duration = "60 min"
[effector.il2]
like = "il2_nk"
[target.K562]
like = "K562"
)";

Work well_step() {
    auto const reading = scenario::read_well_scenario(well_text, base());
    auto const builder = std::make_shared<simulate::WellBuilder>(reading.scenario, reading.base);
    auto const well = std::make_shared<tissue::Well>(builder->plan({2.0, "il2", {"K562"}}), builder->laws(), 1, backend::Executor(1));
    return [builder, well] {
        for (int step = 0; step < 20; ++step)
            well->advance();
        return static_cast<double>(well->ledger().size());
    };
}

struct Kernel {
    char const* name;
    Work (*make)();
};
constexpr Kernel kernels[] = {{"recognise_6_ligands", [] { return recognise(6); }},
                              {"recognise_28_ligands", [] { return recognise(28); }},
                              {"recognise_many", recognise_many},
                              {"contact_chain", contact_chain},
                              {"diffusion_step", diffusion_step},
                              {"cell_grid", cell_grid},
                              {"pair_forces", [] { return pair_forces(tissue::Registers::avx2); }},
                              {"pair_forces_scalar", [] { return pair_forces(tissue::Registers::scalar); }},
                              {"tissue_step", tissue_step},
                              {"well_step", well_step}};

/// The kernels, and what their counts depend on: the compiler, and the registers that the program would choose here.
void print_facts() {
    auto const registers = tissue::usable_registers().front();
    std::printf("compiler %s\nregisters %s\n", __VERSION__,
                registers == tissue::Registers::avx512 ? "AVX-512"
                : registers == tissue::Registers::avx2 ? "AVX2"
                                                       : "scalar");
    for (auto const& kernel : kernels)
        std::printf("kernel %s\n", kernel.name);
}

} // namespace

int main(int argc, char** argv) try {
    std::vector<std::string_view> const words(argv + 1, argv + argc);
    for (auto const word : words) {
        auto const* const kernel =
            std::find_if(std::begin(kernels), std::end(kernels), [&](auto const& each) { return each.name == word; });
        if (kernel == std::end(kernels)) {
            std::fputs("usage: counted_kernels KERNEL...\nKernels:\n", stderr);
            for (auto const& each : kernels)
                std::fprintf(stderr, "  %s\n", each.name);
            return 2;
        }
        auto const work = kernel->make();
        std::printf("%s %.17g\n", kernel->name, counted_work(&work));
    }
    if (words.empty())
        print_facts();
    return 0;
} catch (std::exception const& error) {
    std::fprintf(stderr, "counted_kernels: %s\n", error.what());
    return 1;
}
