#pragma once
#include "nk/base/field.hpp"
#include "nk/base/parameters.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace nk::biology {

// Laws of NK-cell products (model section 3.9). Times are days, amounts are cells.
//
// Spreads are between donors or runs: log-sd about the mean for numbers of cells, log-sd about the median for rates and limits, log-sd of
// the odds about the median for shares, so that a share stays a share.

/// Where the cells come from: rows [source.*].
struct SourceLaw {
    double cells;
    double cells_spread;
    double nk;
    double nk_spread;
    double t;
    double b;
    double viability;
    double priming;
    double content;
    double motile;
    double speed;
    double uneducated;
    double vigour;
    double days;
    static constexpr auto fields() {
        return std::tuple{
            Field{"cells", &SourceLaw::cells, "cell", Range{1, 1e15}, "nucleated cells"},
            Field{"cells_spread", &SourceLaw::cells_spread, "1", Range{0, 3}, "log-sd of it"},
            Field{"nk", &SourceLaw::nk, "1", Range{1e-6, 1}, "NK cells among them"},
            Field{"nk_spread", &SourceLaw::nk_spread, "1", Range{0, 3}, "log-sd of its odds"},
            Field{"t", &SourceLaw::t, "1", fraction, "T cells among all that are not NK cells"},
            Field{"b", &SourceLaw::b, "1", fraction, "B cells among all that are not NK cells"},
            Field{"viability", &SourceLaw::viability, "1", fraction, "alive"},
            Field{"priming", &SourceLaw::priming, "1", fraction, "priming state, 0 resting to 1 full"},
            Field{"content", &SourceLaw::content, "1", not_negative, "lytic content of the granules, relative to healthy adult cells"},
            Field{"motile", &SourceLaw::motile, "1", fraction, "cells that can move"},
            Field{"speed", &SourceLaw::speed, "1", not_negative, "speed of those, relative to healthy adult cells"},
            Field{"uneducated", &SourceLaw::uneducated, "1", fraction, "cells that no self-HLA has educated, beyond those of the donor"},
            Field{"vigour", &SourceLaw::vigour, "1", Range{0, 3}, "division in culture, relative to healthy adult cells"},
            Field{"days", &SourceLaw::days, "day", not_negative, "time that it takes"}};
    }
};

/// Magnetic selection: rows [selection.*].
struct SelectionLaw {
    double recovery;
    double recovery_spread;
    double t_log;
    double t_log_spread;
    double b_passage;
    double other_passage;
    double passage_spread;
    double survival;
    double days;
    static constexpr auto fields() {
        return std::tuple{Field{"recovery", &SelectionLaw::recovery, "1", fraction, "NK cells that are recovered"},
                          Field{"recovery_spread", &SelectionLaw::recovery_spread, "1", Range{0, 3}, "log-sd of its odds"},
                          Field{"t_log", &SelectionLaw::t_log, "1", Range{0, 10}, "depletion of T cells, log10"},
                          Field{"t_log_spread", &SelectionLaw::t_log_spread, "1", Range{0, 3}, "sd of it"},
                          Field{"b_passage", &SelectionLaw::b_passage, "1", fraction, "B cells that come through"},
                          Field{"other_passage", &SelectionLaw::other_passage, "1", fraction, "other cells that come through"},
                          Field{"passage_spread", &SelectionLaw::passage_spread, "1", Range{0, 3}, "log-sd of the odds of both"},
                          Field{"survival", &SelectionLaw::survival, "1", fraction, "living cells that stay alive"},
                          Field{"days", &SelectionLaw::days, "day", not_negative, "time that it takes"}};
    }
};

/// Growth in culture: rows [expansion.*].
struct ExpansionLaw {
    double recruitment;
    double recruitment_alone;
    double feeder_half;
    double feeder_kill;
    double feeder_loss;
    double feeders;
    double feeders_again;
    double restimulation;
    double division;
    double division_spread;
    double dividing_death;
    double resting_death;
    double rest;
    double limit;
    double limit_spread;
    double t_division;
    double t_death;
    double b_death;
    double other_death;
    double viability;
    double priming;
    double content;
    double motile;
    double speed;
    double drift_time;
    double time;
    double volume;
    double density;
    static constexpr auto fields() {
        return std::tuple{
            Field{"recruitment", &ExpansionLaw::recruitment, "1/day", not_negative, "resting cells that enter division, at full feeders"},
            Field{"recruitment_alone", &ExpansionLaw::recruitment_alone, "1/day", not_negative, "the same by what is in the medium"},
            Field{"feeder_half", &ExpansionLaw::feeder_half, "1", Range{1e-6, 1e3}, "feeders for each NK cell at half of full effect"},
            Field{"feeder_kill", &ExpansionLaw::feeder_kill, "1/day", not_negative,
                  "kill of feeders by dividing cells at the density of the last stimulation"},
            Field{"feeder_loss", &ExpansionLaw::feeder_loss, "1/day", not_negative, "other loss of irradiated feeders"},
            Field{"feeders", &ExpansionLaw::feeders, "1", not_negative, "feeders for each NK cell at first"},
            Field{"feeders_again", &ExpansionLaw::feeders_again, "1", not_negative, "the same at every later stimulation"},
            Field{"restimulation", &ExpansionLaw::restimulation, "day", Range{0.1, 1000}, "time between stimulations"},
            Field{"division", &ExpansionLaw::division, "1/day", not_negative, "division of dividing cells"},
            Field{"division_spread", &ExpansionLaw::division_spread, "1", Range{0, 3}, "log-sd of it between donors"},
            Field{"dividing_death", &ExpansionLaw::dividing_death, "1/day", not_negative, "death of dividing cells"},
            Field{"resting_death", &ExpansionLaw::resting_death, "1/day", not_negative, "death of resting cells"},
            Field{"rest", &ExpansionLaw::rest, "1/day", not_negative, "dividing cells that come to rest"},
            Field{"limit", &ExpansionLaw::limit, "1", Range{1e-3, 1e12}, "doublings after which no cell divides"},
            Field{"limit_spread", &ExpansionLaw::limit_spread, "1", Range{0, 3}, "log-sd of it between donors"},
            Field{"t_division", &ExpansionLaw::t_division, "1/day", not_negative, "division of T cells"},
            Field{"t_death", &ExpansionLaw::t_death, "1/day", not_negative, "death of T cells"},
            Field{"b_death", &ExpansionLaw::b_death, "1/day", not_negative, "death of B cells"},
            Field{"other_death", &ExpansionLaw::other_death, "1/day", not_negative, "death of other cells"},
            Field{"viability", &ExpansionLaw::viability, "1", fraction, "alive at harvest"},
            Field{"priming", &ExpansionLaw::priming, "1", fraction, "priming reached"},
            Field{"content", &ExpansionLaw::content, "1", not_negative, "granule content reached, relative to fresh cells"},
            Field{"motile", &ExpansionLaw::motile, "1", fraction, "motile cells reached"},
            Field{"speed", &ExpansionLaw::speed, "1", not_negative, "speed reached, relative to fresh cells"},
            Field{"drift_time", &ExpansionLaw::drift_time, "day", Range{1e-3, 1e3}, "time constant of these and of receptors"},
            Field{"time", &ExpansionLaw::time, "day", Range{0, 365}, "usual length"},
            Field{"volume", &ExpansionLaw::volume, "L", Range{1e-6, 1e9}, "largest culture"},
            Field{"density", &ExpansionLaw::density, "cell/mL", Range{1, 1e9}, "most living cells in it, of all kinds"}};
    }
};

/// A short culture that primes: rows [priming.*].
struct ProductPrimingLaw {
    double recovery;
    double recovery_spread;
    double other_recovery;
    double survival;
    double priming;
    double content;
    double motile;
    double days;
    static constexpr auto fields() {
        return std::tuple{Field{"recovery", &ProductPrimingLaw::recovery, "1", fraction, "NK cells left after it and its wash"},
                          Field{"recovery_spread", &ProductPrimingLaw::recovery_spread, "1", Range{0, 3}, "log-sd of its odds"},
                          Field{"other_recovery", &ProductPrimingLaw::other_recovery, "1", fraction, "other cells left"},
                          Field{"survival", &ProductPrimingLaw::survival, "1", fraction, "living cells that stay alive"},
                          Field{"priming", &ProductPrimingLaw::priming, "1", fraction, "priming reached"},
                          Field{"content", &ProductPrimingLaw::content, "1", not_negative, "factor of the granule content"},
                          Field{"motile", &ProductPrimingLaw::motile, "1", fraction, "motile cells reached, where there were fewer"},
                          Field{"days", &ProductPrimingLaw::days, "day", not_negative, "time that it takes"}};
    }
};

/// A gene put in or taken out: rows [gene.*].
struct GeneLaw {
    double share;
    double share_spread;
    double resting;
    double recovery;
    double survival;
    double days;
    static constexpr auto fields() {
        return std::tuple{Field{"share", &GeneLaw::share, "1", fraction, "cells that are changed, when primed"},
                          Field{"share_spread", &GeneLaw::share_spread, "1", Range{0, 3}, "log-sd of its odds"},
                          Field{"resting", &GeneLaw::resting, "1", fraction, "the same of resting cells, relative"},
                          Field{"recovery", &GeneLaw::recovery, "1", fraction, "cells that are recovered"},
                          Field{"survival", &GeneLaw::survival, "1", fraction, "living cells that stay alive"},
                          Field{"days", &GeneLaw::days, "day", not_negative, "time that it takes"}};
    }
};

/// What the gene does to a changed cell. A number that the row leaves out changes nothing.
struct GeneEffect {
    double copies = 0.0;           ///< chimeric receptors on a cell [molecule/cell]
    double il15_secretion = 0.0;   ///< [pg/cell/day]
    double il15_signal = 0.0;      ///< of its own IL-15, relative to the signal of health
    double il15_sensitivity = 1.0; ///< signal felt, relative
    double death = 1.0;            ///< factor of the death rate in a body
    double cd16_kept = 0.0;        ///< CD16 that activation does not cleave [1]
};

/// Freezing and thawing, or irradiation: rows [cryo.*], [irradiation.*]. Factors act on numbers and motion, never on recognition.
struct StorageLaw {
    double recovery;
    double viability;
    double viability_spread;
    double alive_24h;
    double motile;
    double speed;
    double content;
    double days;
    static constexpr auto fields() {
        return std::tuple{Field{"recovery", &StorageLaw::recovery, "1", fraction, "cells that are recovered, dead or alive"},
                          Field{"viability", &StorageLaw::viability, "1", fraction, "living cells that are alive at once"},
                          Field{"viability_spread", &StorageLaw::viability_spread, "1", Range{0, 3}, "log-sd of its odds"},
                          Field{"alive_24h", &StorageLaw::alive_24h, "1", fraction, "of these, alive after 24 h"},
                          Field{"motile", &StorageLaw::motile, "1", fraction, "factor of the motile fraction"},
                          Field{"speed", &StorageLaw::speed, "1", not_negative, "factor of the speed of motile cells"},
                          Field{"content", &StorageLaw::content, "1", not_negative, "factor of the granule content"},
                          Field{"days", &StorageLaw::days, "day", not_negative, "time that it takes"}};
    }
};

/// What a bag must fulfil before it is given: rows [release.*].
struct ReleaseLaw {
    double nk_least;
    double viability_least;
    double purity_least;
    double t_most;
    double cells_most;
    double potency_least;
    static constexpr auto fields() {
        return std::tuple{
            Field{"nk_least", &ReleaseLaw::nk_least, "cell/kg", not_negative, "living NK cells of a dose"},
            Field{"viability_least", &ReleaseLaw::viability_least, "1", fraction, "alive"},
            Field{"purity_least", &ReleaseLaw::purity_least, "1", fraction, "NK cells among all"},
            Field{"t_most", &ReleaseLaw::t_most, "cell/kg", not_negative, "T cells of a dose"},
            Field{"cells_most", &ReleaseLaw::cells_most, "cell/kg", not_negative, "nucleated cells of a dose; the rest is not given"},
            Field{"potency_least", &ReleaseLaw::potency_least, "1", fraction, "specific lysis of K562 in 4 h at 10 NK cells to 1"}};
    }
};

struct Source {
    std::string title;
    std::string effector; ///< row of [effector.*] from which a well or body starts
    bool line = false;    ///< a tumour line: pure, grows for ever, irradiated before it is given
    bool pure = false;    ///< nothing to select
    bool own = false;     ///< may be the patient's own
    SourceLaw law;
    std::map<std::string, double> receptors; ///< factor of copies
};
struct Selection {
    std::string title;
    SelectionLaw law;
};
struct Expansion {
    std::string title;
    bool line = false; ///< of a line, not of primary cells
    ExpansionLaw law;
    std::map<std::string, double> receptors; ///< factor of copies at the end of the drift, beyond what priming does
};
struct ProductPriming {
    std::string title;
    ProductPrimingLaw law;
    std::map<std::string, double> receptors;
};
struct Gene {
    std::string title;
    GeneLaw law;
    GeneEffect effect;
    std::map<std::string, double> receptors; ///< factor of copies on a changed cell
};
struct Storage {
    std::string title;
    StorageLaw law;
};
struct Release {
    std::string title;
    ReleaseLaw law;
};

/// All tables of products, by name of row.
struct ProductTables {
    std::map<std::string, Source> source;
    std::map<std::string, Selection> selection;
    std::map<std::string, Expansion> expansion;
    std::map<std::string, ProductPriming> priming;
    std::map<std::string, Gene> gene;
    std::map<std::string, Storage> cryo;
    std::map<std::string, Storage> irradiation;
    std::map<std::string, Release> release;
    std::vector<std::string> car_antigens; ///< ligands for which the base has a chimeric receptor: rows [binding.CAR.*]
    /// errors  ScenarioError: a number is missing or out of range; a receptor, effector or word is not known
    static ProductTables from(ParameterBase const& base);
    /// "selection.cd3", ... : all that may stand in a list of steps
    std::vector<std::string> steps() const;
};

} // namespace nk::biology
