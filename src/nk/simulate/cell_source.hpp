#pragma once
#include "nk/base/table.hpp"
#include "nk/formats/label_image.hpp"
#include "nk/formats/run_directory.hpp"
#include "nk/scenario/tissue_scenario.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace nk::simulate {

/// Cells as a file, a mask or an earlier run gives them, not yet looked at: columns x, y, z [um], and where the source has them kind
/// (text), infected, radius [um], hla, nkg2d, ligand.FAMILY (factors of copies). NaN stands for a value that is not given.
struct CellSource {
    std::string name; ///< of the file or run, for messages
    Table cells;
    /// What to call the cell of a row: "this cell", "label 7", "cell 12".
    std::function<std::string(std::size_t row)> title;
    /// Where a value stands: in the file where it has lines, else where the scenario names the file.
    std::function<Place(std::size_t row, std::string const& column)> where;
    std::vector<formats::RunInput> inputs; ///< the files, with their hashes
};

/// The sources of all [place.*] that have one, by the name of the place.
using CellSources = std::map<std::string, CellSource>;

/// Reads them.
/// errors: ScenarioError with the problems of all places: files that cannot be read, cut short, too large, of another form; columns
///         that are missing, doubled or of the wrong type; labels without a kind; a run without frames, or without one at that time
CellSources read_cell_sources(scenario::TissueScenario const& scenario);

/// Cells of a CSV. `text` is kept for the places of problems.
/// name    of the file
/// errors  ScenarioError with line and column
CellSource cells_of_csv(std::string text, std::string const& name);

/// The objects of a mask as cells. The middle of the mask is the origin; its upper row has the greatest y, its first slice the least z.
///
/// kinds   text of the CSV (label, kind, ...), and its name; empty: no columns but places (and radius, with `place.sizes`)
/// errors  ScenarioError for labels without a row, and for what is wrong in the table
CellSource cells_of_mask(formats::LabelImage const& image, std::string kinds, scenario::CellPlace const& place);

} // namespace nk::simulate
