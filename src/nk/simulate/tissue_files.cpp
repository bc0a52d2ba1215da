#include "nk/simulate/tissue_files.hpp"

#include "nk/formats/anndata.hpp"
#include "nk/formats/png.hpp"
#include "nk/formats/render.hpp"
#include "nk/formats/report/palette.hpp"
#include "nk/simulate/tissue_recorder.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace nk::simulate {
namespace {

constexpr int picture_width = 1200;
constexpr int picture_height = 900;
constexpr int colours = 8;

formats::Colour colour_of(int index) {
    auto const text = formats::report::light_colour(formats::report::series_colour(index)); // "#rrggbb"
    std::uint8_t parts[3] = {};
    for (std::size_t i = 0; i < 3; ++i)
        std::from_chars(text.data() + 1 + 2 * i, text.data() + 3 + 2 * i, parts[i], 16);
    return {parts[0], parts[1], parts[2]};
}

/// Index of the colour of a cell: its kind, or in an infection what the virus and interferon made of it.
int colour_index(tissue::Cell const& cell, tissue::TissuePlan const& plan) {
    constexpr int producing = 1, safe = 2, infected = 4, uninfected = 5, nk = 6, dead = 7;
    if (plan.viruses.empty())
        return cell.kind % colours;
    if (plan.kinds[cell.kind].role == tissue::Role::nk)
        return nk;
    if (cell.state != tissue::CellState::alive)
        return dead;
    using enum biology::InfectionState;
    switch (cell.infection) {
    case refractory:
        return safe;
    case eclipse:
        return infected;
    case productive:
        return producing;
    case target:
        break;
    }
    return uninfected;
}

} // namespace

formats::VoxelImage image_of(tissue::Tissue const& tissue, std::vector<std::string> const& substrates) {
    auto const& grid = tissue.fields().grid();
    formats::VoxelImage out{grid.nx, grid.ny, grid.nz, grid.low, {grid.width, grid.width, grid.width}, {}};
    for (std::size_t s = 0; s < tissue.fields().count(); ++s) {
        auto const& plan = tissue.fields().plan(s);
        auto const values = tissue.fields().values(s);
        if (std::find(substrates.begin(), substrates.end(), plan.name) != substrates.end())
            out.arrays.push_back({plan.name, plan.unit, std::vector<double>(values.begin(), values.end())});
    }
    return out;
}

void TissueFiles::write_frame(tissue::Tissue const& tissue, int frame, Table const& cells) {
    if (!output_.vtk)
        return;
    auto const name = fmt::format("cells_{:04}.vtp", frame);
    formats::write_vtp(directory_.path_of(name), cells);
    cells_.push_back({tissue.time(), name});
    if (auto const image = image_of(tissue, output_.fields_of); !image.arrays.empty()) {
        auto const file = fmt::format("fields_{:04}.vti", frame);
        formats::write_vti(directory_.path_of(file), image);
        fields_.push_back({tissue.time(), file});
    }
}

double TissueFiles::finish(tissue::Tissue const& tissue) const {
    if (!cells_.empty())
        directory_.write_text("cells.pvd", formats::pvd_text(cells_));
    if (!fields_.empty())
        directory_.write_text("fields.pvd", formats::pvd_text(fields_));
    if (output_.h5ad)
        formats::write_h5ad(directory_.path_of("cells.h5ad"), cells_table(tissue), {"radius"});
    if (!output_.picture)
        return 0.0;
    std::vector<formats::Sphere> spheres;
    for (std::size_t row = 0; row < tissue.cells().size(); ++row)
        if (auto const cell = tissue.cells().load(row); cell.state != tissue::CellState::gone)
            spheres.push_back({cell.x, cell.y, cell.z, static_cast<double>(cell.radius), colour_index(cell, tissue.plan())});
    if (spheres.empty())
        return 0.0;
    std::vector<formats::Colour> palette;
    for (int i = 0; i < colours; ++i)
        palette.push_back(colour_of(i));
    formats::View view;
    if (!tissue.plan().three_d)
        view.azimuth = -90.0, view.elevation = 90.0;
    auto const picture = formats::render(spheres, palette, view, picture_width, picture_height);
    formats::write_png(directory_.path_of("picture.png"), picture.image);
    return picture.bar_length;
}

} // namespace nk::simulate
