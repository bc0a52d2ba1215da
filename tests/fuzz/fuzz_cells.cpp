#include "nk/formats/csv.hpp"
#include "nk/formats/label_image.hpp"
#include "nk/scenario/diagnostics.hpp"
#include "nk/scenario/embedded.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/simulate/tissue_builder.hpp"
#include "nk/simulate/tissue_listed_cells.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>

namespace {

using namespace nk;

/// A file in memory, since libtiff reads from paths.
class MemoryFile {
  public:
    explicit MemoryFile(std::string_view bytes) : number_(::memfd_create("mask", MFD_CLOEXEC)) {
        if (number_ < 0 || ::write(number_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
            throw std::runtime_error("no file in memory");
    }
    ~MemoryFile() { ::close(number_); }
    MemoryFile(MemoryFile const&) = delete;
    MemoryFile& operator=(MemoryFile const&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(number_); }

  private:
    int number_;
};

/// A tissue with kinds for the cells and no cells of its own.
tissue::TissuePlan empty_tissue() {
    auto const reading = scenario::read_tissue_scenario("kind = \"tissue\"\n[substrate.virus]\n[effector.il2]\nlike = \"il2_nk\"\n"
                                                        "[cell.tumour]\n[cell.epithelium]\nvirus = \"influenza\"\n[nk.il2]\n"
                                                        "[vessel.v]\nnk = \"il2\"\n",
                                                        scenario::load_parameters());
    return simulate::build_tissue(reading.scenario, reading.base).plan;
}

/// Cells that were taken lie in the box, and their copy gives them again.
void expect_sound(simulate::CellSource const& source, scenario::CellPlace const& place, tissue::TissuePlan const& empty) {
    auto plan = empty;
    simulate::place_listed_cells(source, place, "tumour", 1, plan);
    if (plan.cells.size() != source.cells.rows())
        throw std::logic_error("cells were lost");
    for (auto const& cell : plan.cells)
        for (auto const& [value, axis] : {std::pair{cell.x, 0U}, std::pair{cell.y, 1U}, std::pair{cell.z, 2U}})
            if (!(value >= plan.box.low[axis] && value <= plan.box.high[axis]))
                throw std::logic_error("a cell lies outside");
    auto again = empty;
    simulate::place_listed_cells(simulate::cells_of_csv(formats::to_csv(source.cells), "copy.csv"), place, "tumour", 1, again);
    for (std::size_t i = 0; i < plan.cells.size(); ++i)
        if (again.cells.at(i).x != plan.cells[i].x || again.cells[i].kind != plan.cells[i].kind ||
            again.cells[i].infected != plan.cells[i].infected || again.cells[i].radius != plan.cells[i].radius)
            throw std::logic_error("the copy of the cells is another");
}

/// 'm' and a byte n: n * 16 bytes of the table of kinds, then the mask. Anything else is a CSV of cells.
void read(std::string_view input, tissue::TissuePlan const& empty) {
    scenario::CellPlace place;
    place.source = {"scenario.toml", 3, 8, 10};
    if (!input.starts_with('m') || input.size() < 2)
        return expect_sound(simulate::cells_of_csv(std::string(input), "cells.csv"), place, empty);
    auto const kinds = std::min<std::size_t>(input.size() - 2, 16U * static_cast<unsigned char>(input[1]));
    MemoryFile const file(input.substr(2 + kinds));
    place.file = "mask.png";
    place.kinds = kinds > 0 ? "kinds.csv" : "";
    place.pixel = 0.5;
    place.slice = 2.0;
    place.sizes = true;
    auto const image = formats::read_label_image(file.path());
    expect_sound(simulate::cells_of_mask(image, std::string(input.substr(2, kinds)), place), place, empty);
}

} // namespace

/// Any bytes are cells of a CSV or of a mask with its kinds, or problems that can be shown.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const empty = empty_tissue();
    try {
        read({reinterpret_cast<char const*>(data), size}, empty);
    } catch (ScenarioError const& error) {
        if (error.problems().empty())
            throw std::logic_error("cells were refused without a problem");
        scenario::render(error.problems(), {}, scenario::Severity::error, scenario::Colour::on);
        scenario::render_json(error.problems());
    } catch (MachineError const&) { // a damaged image
    }
    return 0;
}
