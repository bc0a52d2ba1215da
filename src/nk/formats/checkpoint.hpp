#pragma once
#include "nk/formats/run_directory.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace nk::formats {

/// The whole state of a simulation at one time, as it stands in `checkpoints/NNNN.h5` of a run.
struct Checkpoint {
    int index = 0;
    double time = 0.0;                ///< [min]
    std::vector<std::uint8_t> state;  ///< as the simulation saved it
    std::string parameter_hash = "";  ///< of the parameter base it was made with
    std::string program_version = ""; ///< of the program that made it
};

/// Writes it, whole or not at all, with a checksum; replaces one of the same index.
/// errors: MachineError
void write_checkpoint(RunDirectory const& directory, Checkpoint const& checkpoint);
/// errors: MachineError when the file is damaged: cut short, changed, or of another form
Checkpoint read_checkpoint(RunDirectory const& directory, int index);
/// Indices of the checkpoints that have a file, sorted.
std::vector<int> checkpoint_indices(RunDirectory const& directory);
void remove_checkpoint(RunDirectory const& directory, int index);

} // namespace nk::formats
