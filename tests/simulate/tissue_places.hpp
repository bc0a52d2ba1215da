#pragma once
#include "nk/base/error.hpp"
#include "nk/formats/file.hpp"
#include "nk/simulate/tissue_run.hpp"
#include "shared_base.hpp"

#include <filesystem>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <string>
#include <vector>

namespace nk::test {

/// A folder with a scenario whose cells come from files, removed with all it holds.
class CellFolder {
  public:
    CellFolder() {
        auto pattern = (std::filesystem::temp_directory_path() / "nk-cells-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~CellFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    CellFolder(CellFolder const&) = delete;
    CellFolder& operator=(CellFolder const&) = delete;

    std::string operator/(std::string const& name) const { return path_ + "/" + name; }
    void write(std::string const& name, std::string_view bytes) const { formats::write_atomically(*this / name, bytes); }

    /// A tissue of 200 um with kinds tumour, epithelium (which a virus infects) and il2 (NK cells), and this place.
    scenario::TissueReading read(std::string const& place, std::vector<std::string> const& overrides = {}) const {
        write("scenario.toml", R"(kind = "tissue"
[tissue]
width = "200 um"
height = "200 um"
depth = "100 um"
duration = "20 min"
frame_interval = "5 min"
[substrate.virus]
[effector.il2]
like = "il2_nk"
[target.null]
like = "721_221"
[cell.tumour]
like = "leukaemia"
target = "null"
[cell.epithelium]
virus = "influenza"
[nk.il2]
)" + place);
        return scenario::read_tissue_scenario_file(*this / "scenario.toml", base(), overrides);
    }

    std::vector<tissue::SeedCell> cells(std::string const& place, std::vector<std::string> const& overrides = {}) const {
        auto const reading = read(place, overrides);
        return simulate::build_tissue(reading.scenario, reading.base).plan.cells;
    }

    /// Everything that is refused.
    std::vector<Problem> problems(std::string const& place, std::vector<std::string> const& overrides = {}) const {
        try {
            cells(place, overrides);
        } catch (ScenarioError const& error) {
            return error.problems();
        }
        return {};
    }

  private:
    std::string path_;
};

/// A run that ends, in a folder next to the scenario.
inline simulate::RunOutcome run_in(CellFolder const& folder, scenario::TissueReading const& reading, std::string const& name,
                                   std::optional<double> until = {}) {
    simulate::RunSettings settings;
    settings.folder = folder / name;
    settings.until = until;
    return simulate::run_tissue(reading, base(), settings);
}

} // namespace nk::test
