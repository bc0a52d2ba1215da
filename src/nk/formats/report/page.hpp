#pragma once
#include "nk/base/table.hpp"
#include "nk/formats/report/chart.hpp"
#include "nk/formats/report/clinical_plots.hpp"
#include "nk/formats/report/grids.hpp"
#include "nk/formats/report/row_plots.hpp"
#include "nk/formats/report/scene.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace nk::formats::report {

/// Every kind of still figure.
using Figure =
    std::variant<Chart, BarChart, Waterfall, IntervalPlot, HeatMap, PlateMap, SurvivalChart, SwimmerChart, PatientWaterfall, SpiderChart>;

std::string render_svg(Figure const& figure, Canvas const& canvas = {});

/// A number worth seeing at a glance, below the answer.
struct Fact {
    std::string label;     ///< "Specific lysis"
    std::string value;     ///< "62 %"
    std::string note = ""; ///< "57 to 66 %, 90 % of wells"
};

/// How well a number is known.
enum class Confidence { read, recalled, estimate };

/// One line of the parameter table.
struct ParameterRow {
    std::string name;
    std::string value;
    std::string unit = "";
    std::string source = "";
    Confidence confidence = Confidence::estimate;
    bool changed = false; ///< the user set it: marked, since it no longer is what the source says
};

/// How to run it again.
struct Reproduction {
    std::vector<std::string> commands;
    std::string seed = "";
    std::string state_hash = "";
    std::string version = "";
    std::vector<std::pair<std::string, std::string>> more = {}; ///< further names and values
};

/// One self-contained HTML page: the question, the answer in one sentence, figures, parameters with their sources, what
/// the model cannot say, how to reproduce it. Needs no network; readable on dark screens, phones, paper and without scripts.
/// All text given is escaped.
class Page {
  public:
    Page(std::string title, std::string question, std::string answer);

    void add_fact(Fact fact) { facts_.push_back(std::move(fact)); }
    /// Figures, animations, tables and paragraphs appear in the order of these calls.
    /// data_file  name of the CSV with the figure's numbers, linked below it; "" = none
    void add_figure(Figure const& figure, std::string const& data_file = "");
    void add_animation(Scene const& scene, std::string const& data_file = "");
    /// A finished picture.
    /// png  bytes of a PNG file;  alternative: what it shows, for those who cannot see it
    void add_picture(Heading const& heading, std::string const& png, std::string const& alternative, std::string const& data_file = "");
    void add_table(std::string const& title, Table const& table, std::string const& note = "");
    void add_heading(std::string const& words);
    void add_paragraph(std::string const& words);
    /// The weakest confidence among them stands below the answer.
    void set_parameters(std::vector<ParameterRow> rows) { parameters_ = std::move(rows); }
    /// In place of what the parameters tell: how weak the weakest evidence behind the answer is, as "own estimates".
    void set_weakest_evidence(std::string words) { weakest_ = std::move(words); }
    /// What the model cannot say, one sentence each.
    void set_limits(std::vector<std::string> sentences) { limits_ = std::move(sentences); }
    void set_reproduction(Reproduction reproduction) { reproduction_ = std::move(reproduction); }

    std::string html() const;

  private:
    std::string title_, question_, answer_, weakest_;
    std::vector<Fact> facts_;
    std::string body_; ///< finished HTML of figures and tables
    int figure_count_ = 0;
    bool animated_ = false;
    std::vector<ParameterRow> parameters_;
    std::vector<std::string> limits_;
    Reproduction reproduction_;
};

/// The style sheet of the page.
std::string page_style();

} // namespace nk::formats::report
