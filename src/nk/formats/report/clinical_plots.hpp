#pragma once
#include "nk/formats/report/canvas.hpp"
#include "nk/formats/report/chart.hpp"
#include "nk/formats/report/ticks.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nk::formats::report {

/// Survival of groups of patients against time: curves with steps, strokes where patients were censored, and below the plot
/// how many were still at risk. Both axes are linear; where the axis of shares has no limits they are 0 and 1.
struct SurvivalChart {
    struct Arm {
        std::string label = "";
        /// survival[i] holds from time[i] (ascending, finite) until time[i + 1]. A curve that begins later than 0 is led there
        /// from (0, 1), and on to the last time of `censored` and `follow_up`. A NaN in `survival` makes a gap.
        std::vector<double> time = {};
        std::vector<double> survival = {};
        std::vector<double> low = {}, high = {}; ///< empty, or as long as `time`: the band; NaN where there is none
        std::vector<double> censored = {};       ///< times of censoring; strokes nearer than 2.5 px are drawn once
        std::vector<double> at_risk = {};        ///< one number for each of `at_risk_times`; NaN = not known
        /// When each patient had the event or was censored: where `at_risk_times` is empty, the patients with
        /// follow_up >= t are counted at the ticks t of the axis.
        std::vector<double> follow_up = {};
        int colour = -1; ///< index of the series colour and dash; -1 = the arm's place in the list
    };
    Heading heading = {};
    Axis x_axis = {};
    Axis y_axis = {};
    std::vector<Arm> arms = {};
    std::vector<double> at_risk_times = {}; ///< ascending; they become the ticks of the x axis. Without numbers no table is drawn
    std::string at_risk_title = "Number at risk";
    std::string band_label = "95 % confidence interval"; ///< legend; shown when an arm has a band
    std::string censored_label = "censored";             ///< legend; shown when an arm has censored patients
    std::vector<std::string> remarks = {};               ///< lines below the legend, e.g. "log-rank p = 0.03"
};

/// How each patient fared: one level bar a patient from start to end, coloured by state, with marks for events.
struct SwimmerChart {
    struct Segment {
        std::string state = ""; ///< e.g. "response"
        double from = 0.0;
        double to = 0.0;
    };
    struct Mark {
        std::string event = ""; ///< e.g. "dose"
        double time = 0.0;
    };
    struct Patient {
        std::string label = "";
        double end = 0.0;
        bool ongoing = false; ///< an arrow at the end: observation goes on
        std::vector<Segment> segments = {};
        std::vector<Mark> marks = {};
        double start = 0.0;
    };
    Heading heading = {};
    Axis time_axis = {};
    std::vector<Patient> patients = {};
    std::vector<std::string> states = {}; ///< fixes order and colour; states that are not listed follow as they appear
    std::vector<std::string> events = {}; ///< fixes order and shape; events that are not listed follow as they appear
    bool longest_first = true;            ///< otherwise in the order given
    std::string plain_label = "observed"; ///< legend of what no segment covers
    std::string ongoing_label = "ongoing";
};

/// Best change of each patient's tumour burden, from the largest increase to the largest decrease.
struct PatientWaterfall {
    struct Patient {
        std::string label = "";
        double change = 0.0;    ///< of the burden from baseline [%], >= -100; NaN = not measured: left out, and said so
        std::string group = ""; ///< arm or class: the colour
    };
    Heading heading = {};
    Axis value_axis = {};
    std::vector<Patient> patients = {};
    std::vector<std::string> groups = {}; ///< fixes order and colour; groups that are not listed follow as they appear
    /// The usual limits of progression and response. They are meant for sums of diameters (RECIST 1.1: Eisenhauer et al. 2009,
    /// Eur J Cancer 45:228); for volumes or cell numbers give others or none. Only horizontal lines are drawn.
    std::vector<ReferenceLine> lines = {{20.0, "+20\u202f%"}, {-30.0, "\u221230\u202f%"}};
    double clip_at = 100.0; ///< taller bars end here and carry a mark [%]
};

/// Course of each patient's tumour burden: one line a patient, coloured by arm.
struct SpiderChart {
    enum class Burden {
        change,   ///< change from baseline [%] on a linear axis
        log_ratio ///< burden / baseline on a log axis: for courses over orders of magnitude
    };
    struct Mark {
        std::string event = ""; ///< e.g. "new lesion"
        double time = 0.0;      ///< the mark stands on the patient's line, and is left out beyond its ends
    };
    struct Patient {
        std::string label = "";
        std::string arm = "";
        std::vector<double> time = {};   ///< ascending
        std::vector<double> change = {}; ///< from baseline [%], >= -100; NaN makes a gap
        std::vector<Mark> marks = {};
    };
    Heading heading = {};
    Axis x_axis = {};
    Axis y_axis = {};
    std::vector<Patient> patients = {};
    std::vector<std::string> arms = {}; ///< fixes order and colour; arms that are not listed follow as they appear
    std::vector<ReferenceLine> lines = {{20.0, "+20\u202f%"}, {-30.0, "\u221230\u202f%"}}; ///< horizontal, in % of change
    Burden burden = Burden::change;
    /// `log_ratio` only: smaller ratios, which a log axis shows late or never, are drawn here, and a line says so.
    double lowest_ratio = 0.01;
};

/// expects: lists of the lengths and order described, finite times, shares within [0, 1]
std::string render_svg(SurvivalChart const& chart, Canvas const& canvas = {});
/// More than 60 patients stand without names. Bars and marks beyond given limits of the axis are cut off.
/// expects: finite times, start <= end, from <= to
std::string render_svg(SwimmerChart const& chart, Canvas const& canvas = {});
/// Names stand below the bars while there is room for them (on 720 px up to about 40); a bar's tooltip always has name and value.
/// expects: changes >= -100, clip_at > 0
std::string render_svg(PatientWaterfall const& waterfall, Canvas const& canvas = {});
std::string render_svg(SpiderChart const& chart, Canvas const& canvas = {});

/// The spider as a plain chart, for a page: one series a patient, one for each kind of mark, one legend entry an arm.
/// expects: lists of equal length, times ascending, changes >= -100, lowest_ratio > 0
Chart to_chart(SpiderChart const& spider);

/// How many of the patients are at risk just before each time: those whose event or censoring comes at it or later.
std::vector<double> numbers_at_risk(std::vector<double> const& follow_up, std::vector<double> const& times);

/// `name`'s place in `names`, where it is added at the end when it is new.
std::size_t place_of(std::string const& name, std::vector<std::string>& names);

/// The text with blanks set into words wider than `width`, so that `wrapped` can break them.
std::string breakable(std::string_view text, double font_size, double width);

/// The text, cut and ended by an ellipsis when it is wider than `width`.
std::string shortened(std::string_view text, double font_size, double width);

/// The entries with labels that wrap within `width` whatever their words.
std::vector<LegendEntry> breakable(std::vector<LegendEntry> entries, double width);

} // namespace nk::formats::report
