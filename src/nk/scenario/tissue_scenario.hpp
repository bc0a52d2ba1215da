#pragma once
#include "nk/base/error.hpp"
#include "nk/scenario/well_scenario.hpp"

namespace nk::scenario {

/// Most cells of a tissue at the start.
inline constexpr double most_cells_in_a_tissue = 5e7;

/// The space and the clocks of a tissue.
struct TissueSettings {
    double width = 400.0;
    double height = 400.0;
    double depth = 400.0;
    std::string boundary = "reflecting";
    double duration = 720.0;
    double step = 0.1;
    double life_step = 6.0;
    double frame_interval = 60.0;
    double voxel = 20.0;
    static constexpr auto fields() {
        return std::tuple{
            Field{"width", &TissueSettings::width, "um", Range{10, 100000}, "side along x; the middle of the box is the origin"},
            Field{"height", &TissueSettings::height, "um", Range{10, 100000}, "side along y"},
            Field{"depth", &TissueSettings::depth, "um", Range{0, 100000}, "side along z; 0 = a flat sheet"},
            Field{"boundary", &TissueSettings::boundary, "", any_number, "what happens to cells at the faces",
                  "periodic|reflecting|absorbing"},
            Field{"duration", &TissueSettings::duration, "min", Range{0.1, 525600}, "time simulated"},
            Field{"step", &TissueSettings::step, "min", Range{0.001, 2},
                  "step of the motion; events in contacts have exact times and do not depend on it"},
            Field{"life_step", &TissueSettings::life_step, "min", Range{0.001, 60},
                  "how often growth, division, infection and arrival are looked at"},
            Field{"frame_interval", &TissueSettings::frame_interval, "min", Range{0.01, 100000}, "time between recorded frames"},
            Field{"voxel", &TissueSettings::voxel, "um", Range{1, 1000}, "side of the voxels of the fields"}};
    }
};

/// One substance that diffuses between the cells.
struct Substrate {
    std::string like;
    Quantity initial;
    Quantity edge;
    std::string faces = "no_flux";
    double step = 0.0;
    double interval = 1.0;
    double tolerance = 0.01;
    std::string solver = "automatic";
    static constexpr auto fields() {
        return std::tuple{
            Field{
                "solver", &Substrate::solver, "", any_number,
                "steady: its steady state in each interval; adaptive: steps by `tolerance`; fixed: first-order steps of `step`; automatic: "
                "fixed when `step` is given, steady when it crosses 100 um in a tenth of the interval, else adaptive",
                "automatic|steady|adaptive|fixed"},
            Field{"like", &Substrate::like, "", any_number, "row of the substrate table; empty = the row of the table's own name",
                  "@substrate"},
            Field{"initial", &Substrate::initial, "", not_negative, "concentration at the start, instead of the row's"},
            Field{"edge", &Substrate::edge, "", not_negative, "concentration that faces and vessels hold, instead of the row's"},
            Field{"faces", &Substrate::faces, "", any_number, "what the faces of the box do", "no_flux|held"},
            Field{"step", &Substrate::step, "min", Range{0, 60}, "step of the fixed solver; 0 = one mechanics step"},
            Field{"interval", &Substrate::interval, "min", Range{0.001, 60}, "how often the steady and the adaptive solver are called"},
            Field{"tolerance", &Substrate::tolerance, "1", Range{1e-9, 0.5},
                  "error allowed in one interval, relative to the largest concentration"}};
    }
};

/// A kind of cell that is no NK cell.
struct TissueCellTable {
    std::string like = "carcinoma";
    std::string label;
    std::string target;
    double radius = -1.0;
    double adhesion = -1.0;
    double division_time = -1.0;
    double death_rate = -1.0;
    double clearance = -1.0;
    std::string virus;
    double speed = -1.0;
    double persistence = -1.0;
    std::string towards;
    double pull = 0.0;
    Quantity half{0.1, "nM"};
    std::map<std::string, double> uptake;
    std::map<std::string, double> secretion;
    std::map<std::string, double> secretion_rate;
    std::map<std::string, Quantity> secretion_level;
    static constexpr auto fields() {
        return std::tuple{
            Field{"like", &TissueCellTable::like, "", any_number, "row of the table of tissue cells to start from", "@tissue_cell"},
            Field{"label", &TissueCellTable::label, "", any_number, "name in the report"},
            Field{"target", &TissueCellTable::target, "", any_number,
                  "name of the [target.*] table with its ligands; empty = the row's target as it is"},
            Field{"radius", &TissueCellTable::radius, "um", Range{-1, 100}, "radius; -1 = from the row"},
            Field{"adhesion", &TissueCellTable::adhesion, "1/min", Range{-1, 10}, "pull of neighbours; -1 = from the row"},
            Field{"division_time", &TissueCellTable::division_time, "min", Range{-1, 1e8},
                  "mean cycle; 0 = does not divide, -1 = from the row"},
            Field{"death_rate", &TissueCellTable::death_rate, "1/min", Range{-1, 10}, "apoptosis of its own; -1 = from the row"},
            Field{"clearance", &TissueCellTable::clearance, "min", Range{-1, 1e6}, "mean time a dead body stays; -1 = from the row"},
            Field{"virus", &TissueCellTable::virus, "", any_number, "virus that infects it; empty = none", "@virus"},
            Field{"speed", &TissueCellTable::speed, "um/min", Range{-1, 100}, "mean speed while moving; -1 = from the row"},
            Field{"persistence", &TissueCellTable::persistence, "min", Range{-1, 10000},
                  "persistence time of the direction; -1 = from the row"},
            Field{"towards", &TissueCellTable::towards, "", any_number, "substrate whose gradient it follows; empty = none"},
            Field{"pull", &TissueCellTable::pull, "um/min", Range{-100, 100}, "greatest drift up that gradient; negative: down"},
            Field{"half", &TissueCellTable::half, "", not_negative,
                  "concentration that half saturates its sense of the gradient; 0 = it goes by the direction alone"},
            Field{"uptake", &TissueCellTable::uptake, "1/min", not_negative,
                  "first-order uptake in its own volume; a substrate that is not named: from the row"},
            Field{"secretion", &TissueCellTable::secretion, "molecule/min", not_negative,
                  "what it secretes; a substrate that is not named is not secreted but by rules"},
            Field{"secretion_rate", &TissueCellTable::secretion_rate, "1/min", not_negative,
                  "secretion that stops at `secretion_level`: rate in its own volume"},
            Field{"secretion_level", &TissueCellTable::secretion_level, "", not_negative, "the concentration at which that stops"}};
    }
};

/// A rule: a signal moves a behaviour of one kind of cell by a Hill response.
struct TissueRule {
    std::string cell;
    std::string among = "all";
    std::string signal;
    std::string behaviour;
    Quantity half{0.0, ""};
    double power = 1.0;
    Quantity to{0.0, ""};
    static constexpr auto fields() {
        return std::tuple{
            Field{"cell", &TissueRule::cell, "", any_number, "name of the [cell.*] or [nk.*] table of the cells that follow it"},
            Field{"among", &TissueRule::among, "", any_number, "which of these cells", "all|infected|uninfected"},
            Field{"signal", &TissueRule::signal, "", any_number,
                  "what they sense, as \"concentration IFNg\" or \"contact tumour\"; all words are in the list below"},
            Field{"behaviour", &TissueRule::behaviour, "", any_number, "what it changes, as \"death_rate\" or \"secretion TNF\""},
            Field{"half", &TissueRule::half, "", not_negative, "signal of half the response, in a unit of the signal"},
            Field{"power", &TissueRule::power, "1", Range{0.1, 20}, "Hill exponent"},
            Field{"to", &TissueRule::to, "", any_number,
                  "the behaviour at saturation, in a unit of its own; without a signal it has the cell's own value"}};
    }
};

/// A part of the extracellular matrix.
struct Matrix {
    std::string fibres = "along_x";
    double x = 0.0;
    double y = 0.0;
    double z = 0.0;
    double inner = 0.0;
    double radius = 100000.0;
    double alignment = 0.0;
    double speed = 1.0;
    static constexpr auto fields() {
        return std::tuple{
            Field{"fibres", &Matrix::fibres, "", any_number, "how its fibres run; radial and tangential as seen from its centre",
                  "along_x|along_y|along_z|radial|tangential"},
            Field{"x", &Matrix::x, "um", any_number, "centre"},
            Field{"y", &Matrix::y, "um", any_number, "centre"},
            Field{"z", &Matrix::z, "um", any_number, "centre"},
            Field{"inner", &Matrix::inner, "um", Range{0, 100000}, "it begins at this distance from the centre"},
            Field{"radius", &Matrix::radius, "um", Range{0, 100000}, "and ends at this one"},
            Field{"alignment", &Matrix::alignment, "1", fraction,
                  "contact guidance: 0 = cells crawl in all directions alike, 1 = along the fibres only"},
            Field{"speed", &Matrix::speed, "1", Range{0, 100}, "haptokinesis: speed of crawling there, relative to elsewhere"}};
    }
};

/// A kind of NK cell in the tissue.
struct TissueNk {
    std::string effector;
    double speed = -1.0;
    std::string towards;
    double pull = 0.0;
    Quantity half{0.1, "nM"};
    static constexpr auto fields() {
        return std::tuple{
            Field{"effector", &TissueNk::effector, "", any_number, "name of the [effector.*] table; empty = the table's own name"},
            Field{"speed", &TissueNk::speed, "um/min", Range{-1, 100}, "mean speed while moving; -1 = that in collagen"},
            Field{"towards", &TissueNk::towards, "", any_number, "substrate whose gradient it follows; empty = none"},
            Field{"pull", &TissueNk::pull, "um/min", Range{0, 100}, "greatest drift up that gradient"},
            Field{"half", &TissueNk::half, "", not_negative, "concentration that half saturates its sense of the gradient"}};
    }
};

/// Cells put into the tissue at the start.
struct CellPlace {
    std::string of;
    std::string shape = "ball";
    double x = 0.0;
    double y = 0.0;
    double z = 0.0;
    double radius = 100.0;
    double inner = 0.0;
    double count = 0.0;
    double spacing = 0.0;
    double infected = 0.0;
    std::string file;
    std::string kinds;
    double pixel = 0.0;
    double slice = 0.0;
    bool sizes = false;
    std::string run;
    std::vector<std::string> only;
    std::string sha256;
    Place source; ///< of `file` or `run` in the scenario: problems of their content point there
    static constexpr auto fields() {
        return std::tuple{
            Field{"of", &CellPlace::of, "", any_number,
                  "name of a [cell.*] or [nk.*] table; empty = the table's own name, or what the file says"},
            Field{"shape", &CellPlace::shape, "", any_number, "where they are: a ball (a disk in a sheet), or the whole box", "ball|box"},
            Field{"x", &CellPlace::x, "um", any_number, "centre of the ball; moves the cells of a file or run"},
            Field{"y", &CellPlace::y, "um", any_number, "the same along y"},
            Field{"z", &CellPlace::z, "um", any_number, "the same along z"},
            Field{"radius", &CellPlace::radius, "um", Range{0, 100000}, "of the ball"},
            Field{"inner", &CellPlace::inner, "um", Range{0, 100000}, "no cells nearer to the centre: a shell"},
            Field{"count", &CellPlace::count, "cell", Range{0, 1e8}, "cells at random places; 0 = closest packing"},
            Field{"spacing", &CellPlace::spacing, "um", Range{0, 1000}, "distance between neighbours of the packing; 0 = cells just touch"},
            Field{"infected", &CellPlace::infected, "cell", Range{0, 1e8},
                  "how many of these cells are infected at the start, the nearest to the centre"},
            Field{"file", &CellPlace::file, "", any_number,
                  "file of the cells, in place of a shape: CSV (x, y, z, kind, ...) or a mask of labels (PNG, TIFF); seen from this file"},
            Field{"kinds", &CellPlace::kinds, "", any_number,
                  "CSV (label, kind, ...): what the labels of the mask are; empty = all are of `of`"},
            Field{"pixel", &CellPlace::pixel, "um", Range{0, 1000}, "side of a pixel of the mask"},
            Field{"slice", &CellPlace::slice, "um", Range{0, 1000}, "distance of the slices of the mask"},
            Field{"sizes", &CellPlace::sizes, "", any_number, "cells are as large as their labels in the mask; false = as their kind"},
            Field{"run", &CellPlace::run, "", any_number,
                  "an earlier run whose cells these are: \"DIR\" its last frame, \"DIR@6 h\" the frame at that time"},
            Field{"only", &CellPlace::only, "", any_number, "kinds to take from the file or run; empty = all"},
            Field{"sha256", &CellPlace::sha256, "", any_number,
                  "SHA-256 that `file` must have; empty = any. A run writes that of its own copy"}};
    }
};

/// A straight vessel along z (a point in a sheet).
struct Vessel {
    double x = 0.0;
    double y = 0.0;
    double radius = 10.0;
    std::string nk;
    double arrivals = -1.0;
    std::string attractant;
    std::vector<std::string> supplies;
    static constexpr auto fields() {
        return std::tuple{
            Field{"x", &Vessel::x, "um", any_number, "place of its axis"},
            Field{"y", &Vessel::y, "um", any_number, "place of its axis"},
            Field{"radius", &Vessel::radius, "um", Range{1, 1000}, "radius"},
            Field{"nk", &Vessel::nk, "", any_number, "name of the [nk.*] table of the cells that arrive; empty = nobody does"},
            Field{"arrivals", &Vessel::arrivals, "1/h", Range{-1, 1e6},
                  "NK cells that arrive without attraction; -1 = by the area of its wall and the NK cells in blood"},
            Field{"attractant", &Vessel::attractant, "", any_number, "substrate that brings more of them; empty = none"},
            Field{"supplies", &Vessel::supplies, "", any_number, "substrates it holds at their `edge`"}};
    }
};

/// What of a tissue is written.
struct TissueOutput {
    double keep_frames = 48;
    std::vector<std::string> fields_of;
    std::string ledger = "all";
    bool picture = true;
    bool vtk = false;
    bool h5ad = false;
    bool tracks = false;
    double tracks_every = 0.0;
    bool ligands = false;
    static constexpr auto fields() {
        return std::tuple{
            Field{"keep_frames", &TissueOutput::keep_frames, "1", Range{0, 10000}, "frames of cell positions kept"},
            Field{"fields_of", &TissueOutput::fields_of, "", any_number, "substrates whose voxels go into the frames"},
            Field{"ledger", &TissueOutput::ledger, "", any_number, "events kept: none, or all", "none|all"},
            Field{"picture", &TissueOutput::picture, "", any_number, "picture.png of the final state"},
            Field{"vtk", &TissueOutput::vtk, "", any_number, "frames for ParaView: cells.pvd and, with `fields_of`, fields.pvd"},
            Field{"h5ad", &TissueOutput::h5ad, "", any_number, "cells.h5ad: the final cells for scanpy and squidpy"},
            Field{"tracks", &TissueOutput::tracks, "", any_number, "tracks.csv: where each motile cell was over time"},
            Field{"tracks_every", &TissueOutput::tracks_every, "min", Range{0, 100000},
                  "time between the points of tracks; 0 = `tissue.frame_interval`"},
            Field{"ligands", &TissueOutput::ligands, "", any_number,
                  "frames keep what cells inherit: factors of their ligands, for `run` of a later scenario"}};
    }
};

/// Cells in space with what diffuses between them.
struct TissueScenario {
    std::string kind = "tissue";
    std::string title;
    std::string question;
    double seed = 1;
    TissueSettings tissue;
    Donor donor;
    std::map<std::string, Effector> effector;
    std::map<std::string, Target> target;
    std::map<std::string, Drug> drug;
    std::map<std::string, Quantity> cytokine;
    std::map<std::string, Substrate> substrate;
    std::map<std::string, TissueCellTable> cell;
    std::map<std::string, TissueNk> nk;
    std::map<std::string, CellPlace> place;
    std::map<std::string, Vessel> vessel;
    std::map<std::string, Matrix> matrix;
    std::map<std::string, TissueRule> rule;
    Switches switches;
    TissueOutput output;
    std::map<std::string, std::string> parameters;
    static constexpr auto fields() {
        return std::tuple{Field{"kind", &TissueScenario::kind, "", any_number, "kind of scenario", "tissue"},
                          Field{"title", &TissueScenario::title, "", any_number, "title of the report"},
                          Field{"question", &TissueScenario::question, "", any_number, "the question the run answers"},
                          Field{"seed", &TissueScenario::seed, "1", Range{0, 9007199254740991.0}, "seed of all random numbers"},
                          Field{"tissue", &TissueScenario::tissue, "", any_number, "space and clocks"},
                          Field{"donor", &TissueScenario::donor, "", any_number, "the person the NK cells come from"},
                          Field{"effector", &TissueScenario::effector, "", any_number, "NK cells as they are without the tissue, by name"},
                          Field{"target", &TissueScenario::target, "", any_number, "ligands and resistance of tissue cells, by name"},
                          Field{"drug", &TissueScenario::drug, "", any_number, "antibodies, engagers and blockers everywhere, by name"},
                          Field{"cytokine", &TissueScenario::cytokine, "", not_negative,
                                "cytokines everywhere, each in a unit of its own kind (IU/mL, ng/mL, nM)", "@cytokine"},
                          Field{"substrate", &TissueScenario::substrate, "", any_number, "what diffuses between the cells, by name"},
                          Field{"cell", &TissueScenario::cell, "", any_number, "kinds of cells, by name"},
                          Field{"nk", &TissueScenario::nk, "", any_number, "kinds of NK cells, by name"},
                          Field{"place", &TissueScenario::place, "", any_number, "where cells are at the start, by name"},
                          Field{"vessel", &TissueScenario::vessel, "", any_number, "vessels, by name"},
                          Field{"matrix", &TissueScenario::matrix, "", any_number,
                                "parts of the extracellular matrix, by name; where two overlap the later name holds"},
                          Field{"rule", &TissueScenario::rule, "", any_number, "rules: signal, response, behaviour, by name"},
                          Field{"switches", &TissueScenario::switches, "", any_number, "alternative hypotheses"},
                          Field{"output", &TissueScenario::output, "", any_number, "what is written"},
                          Field{"parameters", &TissueScenario::parameters, "", any_number,
                                "parameters of the base to change, as \"recognition.threshold\" = 0.3"}};
    }
};

/// The tables a tissue shares with a well: what builds cells and their meetings.
inline WellScenario meetings_of(TissueScenario const& tissue) {
    WellScenario out;
    out.seed = tissue.seed;
    out.donor = tissue.donor;
    out.effector = tissue.effector;
    out.target = tissue.target;
    out.drug = tissue.drug;
    out.cytokine = tissue.cytokine;
    out.switches = tissue.switches;
    return out;
}

} // namespace nk::scenario
