#include "formats/sample_page.hpp"

#include "nk/base/random.hpp"

#include <cmath>
#include <limits>

namespace nk::formats::report {
namespace {

constexpr auto nan_value = std::numeric_limits<double>::quiet_NaN();

Chart time_chart() {
    Chart chart{{"Normalised cell index", "Band: 5th to 95th percentile of 200 wells.", Evidence::illustrative},
                {"Time (h)"},
                {"Targets alive (% of control)"}};
    chart.x_axis.format = TickFormat::hours;
    auto const add = [&](std::string const& label, double rate, bool dashed) {
        Series series;
        series.label = label;
        series.dashed = dashed;
        for (auto t = 0.0; t <= 1440.0; t += 10.0) {
            auto const y = 100.0 * std::exp(-rate * t / 1440.0);
            series.x.push_back(t);
            series.y.push_back(y);
            series.low.push_back(y * 0.92);
            series.high.push_back(std::min(104.0, y * 1.07));
        }
        chart.series.push_back(std::move(series));
    };
    add("Targets alone", 0.05, false);
    add("Uneducated NK cells", 0.6, false);
    add("Educated NK cells", 2.1, false);
    chart.lines = {{50.0, "half killed", ReferenceLine::Direction::horizontal},
                   {240.0, "usual read-out", ReferenceLine::Direction::vertical}};
    return chart;
}

Chart kills_histogram() {
    Random rng(5, 1, Purpose::test);
    HistogramGroup fresh{"resting", {}}, primed{"IL-15 for 24 h", {}};
    for (auto i = 0; i < 600; ++i) {
        fresh.values.push_back(std::floor(rng.exponential() * 0.9));
        primed.values.push_back(std::floor(rng.gamma(2.0) * 1.2));
    }
    return histogram({"Kills per NK cell in 16 h", "600 cells each.", Evidence::predicted}, {"Targets killed by one NK cell"},
                     {fresh, primed}, HistogramBins::whole_numbers);
}

HeatMap sample_heat_map() {
    HeatMap map{{"Response by receptor combination", "A stroke marks combinations that were not simulated.", Evidence::predicted}};
    map.scale.title = "CD107a (%)";
    map.row_title = "KIR";
    map.column_title = "Ligands of the target";
    map.rows = {"none", "2DL1", "2DL3", "3DL1", "2DL1 + 2DL3", "NKG2A only"};
    map.columns = {"C1/C1", "C1/C2", "C2/C2", "Bw4", "no HLA"};
    for (std::size_t i = 0; i < map.rows.size() * map.columns.size(); ++i)
        map.values.push_back(i == 7 || i == 20 ? nan_value : 4.0 + 38.0 * std::abs(std::sin(static_cast<double>(i) * 0.7)));
    return map;
}

PlateMap sample_plate() {
    PlateMap plate{{"Plate at 4 h", "Rows: effector to target ratio; columns: donors.", Evidence::illustrative}};
    plate.scale.title = "Specific lysis (%)";
    for (auto i = 0; i < 96; ++i) {
        plate.values.push_back(i % 12 > 9 ? nan_value : 90.0 * std::exp(-0.35 * (i / 12)) * (0.7 + 0.03 * (i % 12)));
        plate.labels.push_back(i % 12 > 9 ? "" : "donor " + std::to_string(i % 12 + 1));
    }
    return plate;
}

} // namespace

Chart sample_chart() {
    Chart chart{{"Killing curve", "Band: 90 % of simulated wells. Points: mean and SD of triplicates.", Evidence::calibrated},
                {"Effector to target ratio"},
                {"Specific lysis (%)"}};
    chart.x_axis.scale = AxisScale::log;
    chart.x_axis.format = TickFormat::ratio;
    Series model, control, points;
    for (auto e = 0.2; e <= 41.0; e *= 1.2) {
        auto const y = 92.0 * e / (e + 3.0);
        model.x.push_back(e);
        model.y.push_back(y);
        model.low.push_back(y * 0.86);
        model.high.push_back(y * 1.08);
        control.x.push_back(e);
        control.y.push_back(y * 0.35);
    }
    model.label = "NK cells, HLA-negative target";
    model.band_label = "90 % of wells (stochastic)";
    control.label = "NK cells, target with HLA-C";
    points.label = "measured";
    points.style = SeriesStyle::points;
    points.x = {0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0};
    points.y = {12.0, 24.0, 38.0, 61.0, 69.0, 82.0, 84.0};
    points.sd = {4.0, 5.0, 4.5, 6.0, 5.0, 4.0, 6.0};
    chart.series = {model, control, points};
    return chart;
}

Scene sample_scene(std::size_t cells, std::size_t frames) {
    Scene scene{{"The well from above", "Targets attach; NK cells move and kill.", Evidence::illustrative}};
    scene.width = scene.height = 600.0;
    scene.outline = Scene::Outline::circle;
    scene.kinds = {{"target", 4}, {"NK cell", 0}};
    scene.states = {{"alive", CellLook::filled}, {"in contact", CellLook::ringed}, {"dead", CellLook::crossed}};
    for (std::size_t f = 0; f < frames; ++f) {
        Scene::Frame frame{static_cast<double>(f) * 10.0, {}};
        for (std::size_t i = 0; i < cells; ++i) {
            Random rng(9, i, Purpose::placement);
            auto const angle = 6.2832 * rng.uniform(), distance = 285.0 * std::sqrt(rng.uniform());
            auto const killer = i % 4 == 0;
            auto const drift = killer ? static_cast<double>(f) * 2.0 : 0.0;
            auto const death = rng.uniform() * 1.6 * static_cast<double>(frames);
            auto const state = !killer && death < static_cast<double>(f) ? 2 : killer && rng.uniform() < 0.2 ? 1 : 0;
            frame.cells.push_back({300.0 + distance * std::cos(angle) + drift * std::sin(angle * 7.0),
                                   300.0 + distance * std::sin(angle) + drift * std::cos(angle * 5.0), 0.0, killer ? 4.5 : 7.0,
                                   killer ? 1 : 0, state, static_cast<std::int64_t>(i)});
        }
        scene.frames.push_back(std::move(frame));
    }
    return scene;
}

std::vector<Figure> sample_figures() {
    Waterfall waterfall{{"Why this contact kills", "Net signal from receptors, in units of the threshold.", Evidence::predicted},
                        {"Net activation (thresholds)"}};
    waterfall.steps = {{"NKG2D with MICA", 1.4},
                       {"DNAM-1 with CD155", 0.7},
                       {"2B4 with CD48", 0.25},
                       {"NKG2A with HLA-E", -0.55},
                       {"KIR2DL1 with HLA-C2 (educated)", -0.9}};
    waterfall.total_label = "Net activation";
    waterfall.increase_label = "activates";
    waterfall.decrease_label = "inhibits";

    IntervalPlot forest{{"Published against simulated", "Each row is scaled to its own published tolerance.", Evidence::predicted}};
    forest.rows = {{"Contact time, missing self", "min", 8.0, 5.0, 12.0, 9.1, 8.2, 10.0},
                   {"Fraction of NK cells that never kill in 16 h", "1", 0.5, 0.4, 0.6, 0.57, 0.52, 0.61},
                   {"Time from contact to death", "min", 60.0, 40.0, 90.0, 104.0, 97.0, 111.0},
                   {"Serial kills per killer", "1", nan_value, 2.0, 7.0, 15.0, 13.0, 17.0}};

    BarChart bars{{"CD107a by education class", "", Evidence::calibrated}, {"CD107a (%)"}};
    bars.categories = {"KIR2DL1, host C2/C2", "KIR2DL1, host C1/C1", "NKG2A only", "none"};
    bars.groups = {{"against 721.221", {31.0, 12.0, 27.0, 7.5}, {27.0, 9.0, 24.0, 6.0}, {35.0, 15.0, 31.0, 9.2}},
                   {"against 721.221-C2", {4.0, 10.5, 22.0, 7.0}, {3.0, 8.0, 19.0, 5.0}, {5.2, 13.0, 26.0, 9.0}}};
    bars.interval_label = "90 % of donors (parameter)";
    return {sample_chart(), time_chart(), kills_histogram(), waterfall, forest, bars, sample_heat_map(), sample_plate()};
}

Page sample_page() {
    Page page("Killing assay, K562 & primary NK cells", "How many targets does an NK cell kill when self is missing?",
              "At 5 NK cells per target, 58 % of HLA-negative targets die within 4 h (90 % of wells: 52 to 64 %), three times as many as "
              "of targets with HLA-C.");
    page.add_fact({"Specific lysis at 5:1", "58 %", "52 to 64 %, 90 % of wells"});
    page.add_fact({"Kills per NK cell", "1.3", "1.1 to 1.6"});
    page.add_fact({"NK cells that never kill", "57 %", "52 to 61 %"});
    page.add_fact({"Mean contact", "9.1 min", "8.2 to 10.0 min"});
    page.add_animation(sample_scene(900, 40));
    for (auto const& figure : sample_figures())
        page.add_figure(figure, "killing.csv");
    Table table{"wells", {}};
    table.add("effector", std::vector<std::string>{"resting NK", "IL-15 NK", "<b>odd & \"quoted\"</b>"});
    table.add("specific lysis", "%", {58.21, 71.0, 0.00012});
    table.add("kills per NK", "1", {1.3, 2.1, 12345.678});
    page.add_table("Wells", table, "Means of 20 wells.");
    page.set_parameters({{"binding.KIR2DL1.HLA_C2.kd", "7.5", "uM", "Vales-Gomez 1998, Stewart 2005", Confidence::recalled},
                         {"motility.speed", "5", "um/min", "assumption", Confidence::estimate, true},
                         {"killing.time_to_death", "60", "min", "Vanherberghen 2013", Confidence::read}});
    page.set_limits(
        {"Cytokines are well mixed here; gradients within the well are left out.", "Fatigue of NK cells beyond 24 h is not modelled."});
    page.set_reproduction({{"nk run scenario.toml --seed 7", "nk report run-7"},
                           "7",
                           "1f0e3dad99908345f7439f8ffabdffc4",
                           "0.1.0",
                           {{"Threads", "2 (any number gives the same)"}}});
    return page;
}

} // namespace nk::formats::report
