#include "nk/study/host_report.hpp"

#include "nk/base/error.hpp"
#include "nk/study/host_report_figures.hpp"
#include "nk/study/tissue_report.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <numeric>
#include <regex>

namespace nk::study {
namespace {

/// What a made-up host goes through.
struct Made {
    double days = 120.0;
    double every = 1.0;
    bool ill = true; ///< an infection that is cleared, one that persists, a tumour, an event and a habit
};

double bump(double day, double peak_day, double peak) {
    return day < 10.0 ? 0.0 : peak * std::exp(-0.5 * (day - peak_day) * (day - peak_day));
}

Table course_of(Made const& made) {
    Table out{"course", {}};
    std::vector<double> day(static_cast<std::size_t>(made.days / made.every) + 1);
    for (std::size_t i = 0; i < day.size(); ++i)
        day[i] = made.every * static_cast<double>(i);
    auto const put = [&](char const* name, char const* unit, auto value) {
        std::vector<double> values;
        for (auto const t : day)
            values.push_back(value(t));
        out.add(name, unit, values);
    };
    out.add("day", "day", day);
    put("nk_blood", "cell/uL", [&](double t) { return t == 60.0 ? 900.0 : 240.0 - 40.0 * t / made.days; });
    put("bright_of_nk_blood", "1", [](double) { return 0.08; });
    put("adaptive_of_nk_blood", "1", [&](double t) { return 0.02 + 0.1 * t / made.days; });
    put("nk_all", "cell", [](double) { return 2e10; });
    put("nk_bone_marrow", "cell", [](double) { return 5e9; });
    put("nk_lung", "cell", [](double t) { return 1e9 + bump(t, 14.0, 2e9); });
    put("alive_lung", "1", [](double t) { return 1.0 - bump(t, 14.0, 0.3); });
    put("activity", "1", [](double t) { return 1.0 + bump(t, 13.0, 0.5); });
    if (!made.ill)
        return out;
    for (auto const* name : {"influenza", "slow_virus"}) {
        auto const column = [&](char const* what) { return std::string(name) + "_" + what; };
        put(column("titre").c_str(), "TCID50/mL", [](double t) { return bump(t, 12.0, 1e6); });
        put(column("infected").c_str(), "cell", [](double t) { return bump(t, 12.5, 1e8); });
        put(column("latent").c_str(), "cell", [](double) { return 0.0; });
        put(column("killed_by_nk").c_str(), "cell/day", [](double t) { return bump(t, 13.0, 2e7); });
        put(column("killed_by_cd8").c_str(), "cell/day", [](double t) { return bump(t, 16.0, 3e7); });
        put(column("died_by_virus").c_str(), "cell/day", [](double t) { return bump(t, 12.5, 4e7); });
        put(column("cd8").c_str(), "cell", [](double t) { return bump(t, 17.0, 1e9); });
        put(column("memory").c_str(), "cell", [](double t) { return t < 20.0 ? 0.0 : 1e6; });
    }
    put("carcinoma_cells", "cell", [](double t) { return t < 5.0 ? 0.0 : 1e5 * std::exp(0.01 * t); });
    put("carcinoma_without_hla", "1", [](double t) { return 0.001 * t; });
    put("carcinoma_without_nkg2d_ligands", "1", [](double t) { return 0.0005 * t; });
    put("carcinoma_killed_by_nk", "cell/day", [](double t) { return t < 5.0 ? 0.0 : 30.0; });
    put("carcinoma_killed_by_cd8", "cell/day", [](double) { return 0.0; });
    put("carcinoma_circulating", "cell", [](double) { return 0.0; });
    return out;
}

Table classes_of() {
    Table out{"classes", {}};
    out.add("class", {"bright", "dim 1"});
    out.add("bright", "1", {1.0, 0.0});
    out.add("adaptive", "1", {0.0, 0.0});
    out.add("share_of_stage", "1", {1.0, 0.4});
    out.add("education", "1", {0.0, 0.7});
    out.add("p_kill K562, resting", "1", {0.02, 0.2});
    out.add("p_kill K562, primed", "1", {0.1, 0.5});
    return out;
}

Table changes_of(Made const& made) {
    Table out{"changes", {}};
    auto const some = made.ill;
    using Texts = std::vector<std::string>;
    using Numbers = std::vector<double>;
    out.add("what", some ? Texts{"habit", "infection", "habit", "habit", "tumour"} : Texts{});
    out.add("name", some ? Texts{"bad_week", "slow_virus", "bad_week", "bad_week", "carcinoma"} : Texts{});
    out.add("outcome",
            some ? Texts{"activity, mean", "nk_blood, last", "influenza, days until cleared", "nk_blood, mean", "activity, lowest"}
                 : Texts{});
    out.add("unit", some ? Texts{"1", "cell/uL", "day", "cell/uL", "1"} : Texts{});
    out.add("with", "1", some ? Numbers{0.9, 100.0, -1.0, 200.0, 0.5} : Numbers{});
    out.add("without", "1", some ? Numbers{1.0, 200.0, 9.0, 200.5, 0.5} : Numbers{});
    return out;
}

Table parameters_of() {
    Table out{"parameters", {}};
    out.add("name", {"infection.influenza.entry", "mechanics.stiffness", "turnover.zhang.dim_death"});
    out.add("value", "1", {3e-5, 1.0, 0.02});
    out.add("unit", {"1/day", "1", "1/day"});
    out.add("low", "1", {1e-6, 0.5, 0.01});
    out.add("high", "1", {1e-4, 2.0, 0.03});
    out.add("source", {"Baccam2006", "assumption", "Zhang2007"});
    out.add("confidence", {"read", "estimate", "recalled"});
    out.add("note", {"", "", ""});
    out.add("changed", {"no", "no", "no"});
    return out;
}

nlohmann::json infection_of(char const* title, nlohmann::json cleared, nlohmann::json takeover) {
    return {{"title", title},
            {"organ", "lung"},
            {"unit_of_titre", "TCID50/mL"},
            {"detection", 10.0},
            {"began_day", 10.0},
            {"days_until_cleared", std::move(cleared)},
            {"takeover_days", std::move(takeover)},
            {"killed_by_nk_before_takeover", 1e7},
            {"peak_titre", 1e6},
            {"days_until_peak", 2.0},
            {"least_of_organ_alive", 0.7},
            {"share_killed_by_nk", 0.25},
            {"share_killed_by_cd8", 0.5},
            {"share_died_by_virus", 0.249},
            {"share_cured", 0.001}};
}

nlohmann::json summary_of(Made const& made) {
    auto const none = nlohmann::json::object();
    nlohmann::json out{{"kind", "body"},
                       {"title", "A made-up person"},
                       {"question", "What does this person go through?"},
                       {"version", "0.0"},
                       {"command_line", "nk run made-up.toml"},
                       {"seed", 1},
                       {"simulated_days", made.days},
                       {"species", "human"},
                       {"turnover", "zhang"},
                       {"deficiency", ""},
                       {"chance", false},
                       {"unexplained_by_classes", 0.12},
                       {"infections", none},
                       {"tumours", none},
                       {"modulators", nlohmann::json::array()},
                       {"last", none},
                       {"health", {{"mass_error", 1e-9}, {"clipped", 0.0}, {"solvers", 4}, {"steps", 1200}}}};
    if (!made.ill)
        return out;
    out["infections"] = {{"influenza", infection_of("influenza A", 9.5, 4.2)}, {"slow_virus", infection_of("slow virus", {}, {})}};
    out["tumours"] = {{"carcinoma", {{"title", "carcinoma"}, {"organ", "lung"}, {"began_day", 5.0}, {"gone_day", nullptr}, {"cells", 3e5}}},
                      {"carcinoma metastasis 1",
                       {{"title", "carcinoma"}, {"organ", "liver"}, {"began_day", nullptr}, {"gone_day", nullptr}, {"cells", 0.0}}}};
    out["modulators"] = {{{"name", "sleep_loss"},
                          {"title", "loss of sleep"},
                          {"acts_on", "activity"},
                          {"effect", 0.7},
                          {"low", 0.5},
                          {"high", 0.9},
                          {"grade", "C"}}};
    return out;
}

std::string scenario_of(Made const& made) {
    return !made.ill ? "kind = \"body\"\n" : R"(kind = "body"
[infection.influenza]
at = "10 day"
[infection.slow_virus]
at = "10 day"
[tumour.carcinoma]
at = "5 day"
[event.run]
what = "exercise"
at = "60 day"
duration = "0.04 day"
[event.late_run]
what = "exercise"
at = "20000 day"
[habit.bad_week]
like = "sleep_loss"
from = "80 day"
until = "90 day"
)";
}

/// A finished run of a made-up host in a folder of its own.
class MadeRun {
  public:
    explicit MadeRun(Made const& made) : MadeRun(made, summary_of(made)) {}
    MadeRun(Made const& made, nlohmann::json const& summary) {
        auto pattern = (std::filesystem::temp_directory_path() / "nk-host-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        auto const run = formats::RunDirectory::create((folder_ / "run").string());
        run.write_scenario(scenario_of(made));
        run.finish({summary, "A made-up person", "2024-01-01T00:00:00Z", "0.0", "nk run made-up.toml", {}},
                   {course_of(made), classes_of(), changes_of(made), parameters_of()});
    }
    MadeRun(MadeRun const&) = delete;
    MadeRun& operator=(MadeRun const&) = delete;
    ~MadeRun() { std::filesystem::remove_all(folder_); }
    formats::RunDirectory directory() const { return formats::RunDirectory::open((folder_ / "run").string()); }
    std::string page() const { return host_report(directory()); }
    HostRunData data() const { return read_host_run(directory()); }

  private:
    std::filesystem::path folder_;
};

std::size_t count_of(std::string const& words, std::string const& text) {
    std::size_t out = 0;
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
        ++out;
    return out;
}

bool says(std::string const& text, std::string const& words) {
    return text.find(words) != std::string::npos;
}

/// A word such as nan that a number which is none leaves in a text.
bool holds_no_number(std::string const& text) {
    return std::regex_search(text, std::regex("(^|[^A-Za-z_-])-?(nan|inf)([^A-Za-z_-]|$)", std::regex::icase));
}

std::vector<std::string> column(Table const& table, std::size_t index) {
    return std::get<std::vector<std::string>>(table.columns.at(index).values);
}

TEST(HostReport, asks_answers_and_says_what_it_rests_on) {
    auto const page = MadeRun(Made{}).page();

    EXPECT_TRUE(says(page, "<h1>What does this person go through?</h1>"));
    EXPECT_TRUE(says(page, "In 120 days, NK cells in blood go from 240 to 200 per uL."));
    for (auto const* section :
         {"What happens", "The infections", "The tumour<", "What each thing changed", "Parts of life that act on NK cells",
          "Numerical health", "id=\"parameters\"", "What the model cannot say", "How to reproduce"})
        EXPECT_TRUE(says(page, section)) << section;
    EXPECT_TRUE(says(page, "Research use only."));
    EXPECT_TRUE(says(page, "Baccam2006"));
    EXPECT_FALSE(says(page, "mechanics.stiffness"));
}

TEST(HostReport, tells_of_an_infection_whether_it_ends_and_who_took_over) {
    auto const page = MadeRun(Made{}).page();

    EXPECT_TRUE(says(page,
                     "Influenza A: the titre peaks after 2 days, no infected cell is left after 9.5 days, CD8 T cells kill more than NK "
                     "cells from day 4.2 of the infection on; of the infected cells lost, NK cells killed 25 %, CD8 T cells 50 %, the "
                     "virus 25 %, and &lt;1 % were cured."));
    EXPECT_TRUE(
        says(page, "Slow virus: the titre peaks after 2 days, infected cells are still there at the end, CD8 T cells never kill more"));
}

TEST(HostReport, does_not_call_an_infection_gone_that_came_back) {
    auto returned = summary_of(Made{.days = 14.0});
    returned["infections"]["influenza"]["days_until_cleared"] = 2.0;
    auto const page = MadeRun(Made{.days = 14.0}, returned).page();

    EXPECT_TRUE(says(page, "no infected cell is left after 2 days, but there are some again at the end"));
}

TEST(HostReport, counts_a_metastasis_that_was_never_founded_as_not_begun) {
    auto const page = MadeRun(Made{}).page();

    EXPECT_TRUE(says(page, "1 of the 2 tumours did not begin."));
}

TEST(HostReport, is_one_page_that_needs_nothing_from_elsewhere) {
    auto const page = MadeRun(Made{}).page();

    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    EXPECT_EQ(count_of("</html>", page), 1u);
    for (auto const* word : {"src=\"http", "href=\"http", "<script src", "@import", "url(http"})
        EXPECT_FALSE(says(page, word)) << word;
}

TEST(HostReport, labels_each_figure_with_what_its_numbers_rest_on) {
    auto const page = MadeRun(Made{}).page();

    EXPECT_GE(count_of("<figure", page), 13u);
    EXPECT_EQ(count_of("<header><span class=\"badge", page), count_of("<figure", page));
}

TEST(HostReport, shows_no_number_that_is_none) {
    ASSERT_TRUE(holds_no_number("<td>nan</td>"));

    EXPECT_FALSE(holds_no_number(MadeRun(Made{}).page()));
    EXPECT_FALSE(holds_no_number(MadeRun(Made{.ill = false}).page()));
    EXPECT_FALSE(says(MadeRun(Made{}).page(), "\u221e"));
}

TEST(HostReport, works_for_a_host_to_whom_nothing_happens) {
    auto const page = MadeRun(Made{.ill = false}).page();

    EXPECT_TRUE(says(page, "NK cells in blood"));
    for (auto const* section : {"The infection", "The tumour", "What happens", "What each thing changed", "Parts of life"})
        EXPECT_FALSE(says(page, section)) << section;
}

TEST(HostReport, counts_years_in_runs_longer_than_three) {
    auto const short_page = MadeRun(Made{.days = 1000.0}).page();
    auto const long_page = MadeRun(Made{.days = 3652.5}).page();

    EXPECT_TRUE(says(short_page, "time (day)"));
    EXPECT_FALSE(says(short_page, "time (year)"));
    EXPECT_TRUE(says(long_page, "time (year)"));
    EXPECT_TRUE(says(long_page, "In 10 years,"));
}

TEST(HostReport, calls_evidence_of_grade_c_weak_and_gives_no_advice) {
    auto const page = MadeRun(Made{}).page();

    EXPECT_TRUE(says(page, "Results that rest on grade C or D are weak; here loss of sleep."));
    EXPECT_TRUE(says(page, "no claim of additivity is made"));
    EXPECT_TRUE(says(page, "an association here is no advice"));
}

TEST(HostReport, is_what_a_run_of_kind_body_gets) {
    MadeRun const run{Made{}};

    EXPECT_EQ(report_of(run.directory()), run.page());
}

TEST(HostReport, refuses_a_run_of_another_kind_and_a_summary_that_lacks_what_a_run_writes) {
    auto other = summary_of(Made{});
    other["kind"] = "tissue";
    auto torn = summary_of(Made{});
    torn.erase("health");

    EXPECT_THROW(MadeRun(Made{}, other).page(), ScenarioError);
    EXPECT_THROW(MadeRun(Made{}, torn).page(), MachineError);
}

TEST(HostRunData, takes_what_happens_from_the_scenario_in_order_of_time_and_leaves_out_what_lies_beyond_the_end) {
    auto const run = MadeRun(Made{}).data();

    std::vector<std::string> titles;
    for (auto const& one : run.happenings)
        titles.push_back(one.title);

    EXPECT_EQ(titles, (std::vector<std::string>{"carcinoma", "influenza A", "slow virus", "hard exercise", "loss of sleep"}));
}

TEST(ChangesShown, are_sorted_by_size_without_those_too_small_to_tell) {
    auto const shown = changes_shown(MadeRun(Made{}).data());

    EXPECT_EQ(column(shown.table, 1), (std::vector<std::string>{"influenza A, days until cleared", "NK cells in blood, last",
                                                                "activity of an NK cell in blood, mean"}));
    EXPECT_EQ(column(shown.table, 2), (std::vector<std::string>{"not cleared", "100 cell/uL", "0.9"}));
    EXPECT_EQ(column(shown.table, 4), (std::vector<std::string>{"cleared only without it", "\u221250 %", "\u221210 %"}));
    EXPECT_EQ(shown.untold, 0u);
}

TEST(ThinnedCourse, keeps_ends_and_spikes_of_a_long_curve) {
    std::vector<double> x(10000);
    std::iota(x.begin(), x.end(), 0.0);
    std::vector<double> y(x.size(), 1.0);
    y[4321] = 50.0;
    y[7777] = -3.0;

    auto const [few_x, few_y] = thinned_course(x, y, 600);

    EXPECT_LE(few_x.size(), 600u);
    EXPECT_EQ(few_x.front(), 0.0);
    EXPECT_EQ(few_x.back(), 9999.0);
    EXPECT_EQ(*std::max_element(few_y.begin(), few_y.end()), 50.0);
    EXPECT_EQ(*std::min_element(few_y.begin(), few_y.end()), -3.0);
    EXPECT_TRUE(std::is_sorted(few_x.begin(), few_x.end()));
}

TEST(RoundedText, puts_zeros_in_place_of_digits_that_mean_nothing) {
    EXPECT_EQ(rounded_text(379894.0, 2), "380\u202f000");
    EXPECT_EQ(rounded_text(208.54, 3), "209");
    EXPECT_EQ(rounded_text(0.0123, 2), "0.012");
    EXPECT_EQ(rounded_text(0.0, 2), "0");
}

TEST(ThinnedCourse, leaves_a_short_curve_as_it_is) {
    std::vector<double> const x{0, 1, 2, 3, 4}, y{5, 4, 3, 2, 1};

    auto const [same_x, same_y] = thinned_course(x, y, 600);

    EXPECT_EQ(same_x, x);
    EXPECT_EQ(same_y, y);
}

} // namespace
} // namespace nk::study
