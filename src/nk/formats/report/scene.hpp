#pragma once
#include "nk/base/table.hpp"
#include "nk/formats/report/canvas.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nk::formats::report {

/// How a state is shown, beside the colour of the kind.
enum class CellLook { filled, ringed, hollow, crossed };

/// Cells in a well over time, as a page shows them from above. Lengths in um, time in min.
struct Scene {
    enum class Outline { rectangle, circle };
    struct Kind {
        std::string name;
        int colour = 0; ///< index of the series colour: the same kind keeps its colour in all pictures
    };
    struct State {
        std::string name;
        CellLook look = CellLook::filled;
    };
    struct Cell {
        double x = 0.0, y = 0.0, z = 0.0, radius = 5.0;
        int kind = 0;
        int state = 0;
        std::int64_t id = -1; ///< -1 = unknown; known ids let the animation move cells smoothly
    };
    struct Frame {
        double time = 0.0;
        std::vector<Cell> cells;
    };

    Heading heading = {};
    double x0 = 0.0, y0 = 0.0; ///< corner of what is shown
    double width = 0.0, height = 0.0;
    Outline outline = Outline::rectangle;
    std::vector<Kind> kinds = {}; ///< later kinds are drawn above earlier ones
    std::vector<State> states = {};
    std::vector<Frame> frames = {};

    /// Adds a frame from a table with the number columns x, y, radius, optionally z and id, and the text columns kind and
    /// state (optional). Kinds and states that are not listed yet are appended.
    /// errors: ContractError when a column is missing or of the wrong type
    void add_frame(double minutes, Table const& cells);
};

/// The scene with at most `most_cells` different cells: itself, or a central part of it, with a sentence about it in the note.
Scene reduced(Scene const& scene, std::size_t most_cells);

/// The scene's last frame (or another) seen from above, with legend, time and scale bar. Up to 3,000 cells are drawn.
/// frame  index; -1 = the last
std::string render_svg(Scene const& scene, Canvas const& canvas = {}, int frame = -1);

/// A length for a scale bar: 1, 2 or 5 times a power of ten, about a fifth of `width`.
double scale_bar_length(double width);

/// "100 um" with the proper letter, or "2 mm".
std::string length_text(double micrometres);

} // namespace nk::formats::report
