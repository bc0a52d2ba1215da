#pragma once
#include "nk/formats/run_directory.hpp"
#include "nk/formats/vtk.hpp"
#include "nk/scenario/tissue_scenario.hpp"
#include "nk/tissue/tissue.hpp"

#include <vector>

namespace nk::simulate {

/// What other programs open: frames for ParaView, the final cells for scanpy, a picture. Written where the scenario asks for it.
class TissueFiles {
  public:
    TissueFiles(formats::RunDirectory const& directory, scenario::TissueScenario const& scenario)
        : directory_(directory), output_(scenario.output) {}

    /// errors: MachineError
    void write_frame(tissue::Tissue const& tissue, int frame, Table const& cells);
    /// returns  length of the scale bar in picture.png [um]; 0 = there is no picture
    double finish(tissue::Tissue const& tissue) const;

    template <class State> void visit_state(State& state) {
        for (auto* list : {&cells_, &fields_}) {
            auto size = static_cast<std::uint64_t>(list->size());
            state(size);
            state.resize(*list, size);
            for (auto& entry : *list)
                state(entry.time, entry.file);
        }
    }

  private:
    formats::RunDirectory const& directory_;
    scenario::TissueOutput const& output_;
    std::vector<formats::PvdEntry> cells_, fields_;
};

/// Concentrations of the named substrates as an image.
formats::VoxelImage image_of(tissue::Tissue const& tissue, std::vector<std::string> const& substrates);

} // namespace nk::simulate
