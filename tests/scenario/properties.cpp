#include "fixture.hpp"
#include "nk/scenario/diagnostics.hpp"
#include "nk/scenario/embedded.hpp"
#include "nk/scenario/toml_writer.hpp"

#include <rapidcheck/gtest.h>

using namespace nk::scenario;

namespace {

/// Reads hostile text; true when it was read or refused with problems that all have a place and can be shown.
void survives(std::string const& text, std::vector<std::string> const& overrides = {}) {
    SourceTexts sources;
    try {
        auto const reading = read_well_scenario(text, fixture::base(), overrides, &sources);
        auto const again = read_well_scenario(reading.resolved_text, fixture::base());
        RC_ASSERT(fixture::same(again.scenario, reading.scenario));
        RC_ASSERT(again.resolved_text == reading.resolved_text);
    } catch (nk::ScenarioError const& error) {
        RC_ASSERT(!error.problems().empty());
        for (auto const& problem : error.problems()) {
            RC_ASSERT(problem.where.line > 0);
            RC_ASSERT(problem.where.column > 0);
            RC_ASSERT(!problem.where.file.empty());
            RC_ASSERT(!problem.what.empty());
        }
        RC_ASSERT(!render(error.problems(), sources).empty());
        RC_ASSERT(!render_json(error.problems()).empty());
    }
}

std::string template_text() {
    return std::string(data_text("data/templates/well.toml"));
}

rc::Gen<std::string> some_text() {
    return rc::gen::container<std::string>(rc::gen::arbitrary<char>());
}

rc::Gen<double> number_between(double low, double high) {
    return rc::gen::map(rc::gen::inRange(0, 1 << 30), [=](int k) { return low + (high - low) * (static_cast<double>(k) / (1 << 30)); });
}

rc::Gen<std::string> printable_text() {
    return rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
}

/// A random scenario that keeps all the rules.
WellScenario random_scenario() {
    WellScenario s;
    s.title = *printable_text();
    s.seed = static_cast<double>(*rc::gen::inRange<long>(0, 1L << 53));
    s.well.duration = *number_between(300, 5000);
    s.well.targets = *rc::gen::inRange(1, 3000);
    s.well.spontaneous_death = *rc::gen::element(-1.0, 0.0, 0.1 / 3.0);
    s.donor.hla = *rc::gen::container<std::vector<std::string>>(printable_text());
    s.donor.frequency["NKG2A"] = *number_between(0, 1);
    auto& effector = s.effector[*rc::gen::element<std::string>("nk", "NK-92", "two words", "a+b", "1")];
    effector.label = *printable_text();
    effector.positive = *rc::gen::element(std::vector<std::string>{}, std::vector<std::string>{"NKG2D", "CD16"});
    effector.copies["NKG2D"] = *number_between(0, 1e5);
    effector.preculture["IL2"] = {*number_between(0, 1000), *rc::gen::element<std::string>("IU/mL", "ng/mL", "nM")};
    auto& target = s.target["k562"];
    target.share = *number_between(0.1, 10);
    target.ligands["MICA"] = *number_between(0, 1e6);
    s.drug["rituximab"] = {"rituximab", *number_between(0, 100), *number_between(0, 1e4), -1.0};
    s.cytokine["IL15"] = {*number_between(0, 10), "ng/mL"};
    s.plate.e_to_t = *rc::gen::nonEmpty(rc::gen::container<std::vector<double>>(number_between(0, 100)));
    if (*rc::gen::arbitrary<bool>())
        s.event.push_back({*number_between(0, 300), "rechallenge", {*number_between(0, 3), "1"}, "k562"});
    if (*rc::gen::arbitrary<bool>())
        s.compare.push_back(
            {s.effector.begin()->first, "cd107a_percent", {1, 2}, {*number_between(-5, 100), 4}, {}, *printable_text(), "x"});
    s.switches.bursts = *rc::gen::arbitrary<bool>();
    s.parameters["recognition.theta"] = nk::to_text(*number_between(0, 1));
    return s;
}

} // namespace

RC_GTEST_PROP(ScenarioProperty, TheResolvedTextReadsBackAsAnEqualScenario, ()) {
    auto const scenario = random_scenario();

    auto const reading = read_well_scenario(to_toml(scenario), fixture::base());

    RC_ASSERT(fixture::same(reading.scenario, scenario));
    RC_ASSERT(reading.resolved_text == to_toml(scenario));
}

RC_GTEST_PROP(ScenarioProperty, RandomBytesNeverCrashAndEveryProblemHasAPlace, ()) {
    survives(*some_text());
}

RC_GTEST_PROP(ScenarioProperty, RandomOverridesNeverCrash, ()) {
    survives(fixture::minimal(), {*some_text(), "well." + *some_text() + "=" + *some_text()});
}

RC_GTEST_PROP(ScenarioProperty, MutationsOfTheTemplateNeverCrash, ()) {
    auto text = template_text();
    auto const changes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < changes; ++i) {
        auto const at = *rc::gen::inRange<std::size_t>(0, text.size());
        switch (*rc::gen::inRange(0, 4)) {
        case 0:
            text[at] = *rc::gen::arbitrary<char>();
            break;
        case 1:
            text.erase(at, *rc::gen::inRange<std::size_t>(1, 40));
            break;
        case 2:
            text.insert(at, text.substr(*rc::gen::inRange<std::size_t>(0, text.size()), 40));
            break;
        default:
            text.insert(at, *rc::gen::element<std::string>("-", "e9", ".", "[", "]", "\"", "\n", "=", "0", "nan", "#", "'''", "\\", "1 h",
                                                           "{}", "\xff"));
        }
    }

    survives(text);
}

RC_GTEST_PROP(ScenarioProperty, LinesOfTheTemplateWithoutTheirCommentsInAnyOrderNeverCrash, ()) {
    std::vector<std::string> lines;
    std::istringstream in(template_text());
    for (std::string line; std::getline(in, line);)
        lines.push_back(line.starts_with("# ") ? line.substr(2) : line);
    std::string text;
    auto const count = *rc::gen::inRange(1, 40);
    for (int i = 0; i < count; ++i)
        text += lines[*rc::gen::inRange<std::size_t>(0, lines.size())] + "\n";

    survives(text);
}

TEST(Template, ReadsWithoutProblemOrWarningAndHasAtMostSixtyLines) {
    auto const text = template_text();

    auto const reading = read_well_scenario(text, fixture::base());

    EXPECT_TRUE(reading.warnings.empty()) << reading.warnings.front().what;
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 60);
}

TEST(Template, EveryLineThatIsCommentedOutIsALineThatReads) {
    auto text = template_text();
    for (auto const* line : {"# hla = [", "# kir = [", "# preculture", "# knockout", "# hla = \"self\"", "# ligands", "# vary", "# values",
                             "# [[event]]", "# at =", "# what", "# amount", "# [parameters]"}) {
        auto const at = text.find(line);
        ASSERT_NE(at, std::string::npos) << line;
        text.erase(at, 2);
    }

    EXPECT_NO_THROW(read_well_scenario(text, fixture::base()));
}

TEST(Template, ReadsAgainstTheDataOfTheProgram) {
    SourceTexts sources;

    try {
        auto const reading = read_well_scenario(template_text(), load_parameters(), {}, &sources);
        EXPECT_TRUE(reading.warnings.empty()) << render(reading.warnings, sources, Severity::warning);
    } catch (nk::ScenarioError const& error) {
        FAIL() << render(error.problems(), sources);
    }
}
