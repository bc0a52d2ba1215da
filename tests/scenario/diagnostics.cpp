#include "nk/scenario/diagnostics.hpp"

#include "fixture.hpp"

#include <nlohmann/json.hpp>

using namespace nk::scenario;

namespace {

SourceTexts sources_with(std::string const& text) {
    SourceTexts sources;
    sources.add("melanoma.toml", text);
    return sources;
}

} // namespace

TEST(Diagnostics, AProblemShowsTheLineWithAMarkerUnderTheValue) {
    auto const sources = sources_with("[a]\ndecay = \"3.5 h\"\n");
    nk::Problem const problem{
        {"melanoma.toml", 2, 9, 7}, "unit", "`il2.decay` is a rate, not a time", "time; expected 1/time", "a half-life"};

    EXPECT_EQ(render({problem}, sources), "error[unit]: `il2.decay` is a rate, not a time\n"
                                          "  --> melanoma.toml:2:9\n"
                                          "  |\n"
                                          "2 | decay = \"3.5 h\"\n"
                                          "  |         ^^^^^^^ time; expected 1/time\n"
                                          "  = help: a half-life\n");
}

TEST(Diagnostics, AnOverrideIsShownWithItsNumberAndColumn) {
    SourceTexts sources;
    try {
        read_well_scenario(fixture::minimal(), fixture::base(), {"well.duration=2 kg"}, &sources);
        FAIL();
    } catch (nk::ScenarioError const& error) {
        auto const text = render(error.problems(), sources);
        EXPECT_NE(text.find("--> -s #1:15\n"), std::string::npos) << text;
        EXPECT_NE(text.find("1 | well.duration=2 kg\n  |               ^^^^"), std::string::npos) << text;
    }
}

TEST(Diagnostics, ControlCharactersAndBrokenBytesDoNotReachTheTerminal) {
    auto const sources = sources_with("a\x1b[31m\xff = \t1\n");
    nk::Problem const problem{{"melanoma.toml", 1, 1, 1}, "syntax", "bad \x1b[2J", "", ""};

    auto const text = render({problem}, sources);

    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\xff'), std::string::npos);
    EXPECT_NE(text.find("a?[31m? =  1"), std::string::npos) << text;
}

TEST(Diagnostics, ColourIsOptional) {
    nk::Problem const problem{{"x", 0, 0, 1}, "unit", "what", "why", "hint"};

    EXPECT_NE(render({problem}, {}, Severity::warning, Colour::on).find("\x1b[1;33mwarning[unit]"), std::string::npos);
    EXPECT_EQ(render({problem}, {}, Severity::warning).find('\x1b'), std::string::npos);
}

TEST(Diagnostics, LongLinesAreCutAroundTheMarker) {
    auto const sources = sources_with(std::string(5000, 'a') + "X" + std::string(5000, 'b'));
    nk::Problem const problem{{"melanoma.toml", 1, 5001, 1}, "", "what", "", ""};

    auto const text = render({problem}, sources);

    EXPECT_LT(text.size(), 500u);
    EXPECT_NE(text.find("aaaX"), std::string::npos);
}

TEST(Diagnostics, JsonHoldsEveryFieldAndSurvivesBrokenBytes) {
    nk::Problem const problem{{"a.toml", 2, 9, 7}, "unit", "what \xff", "why", "hint"};

    auto const json = nlohmann::json::parse(render_json({problem}));

    ASSERT_EQ(json.size(), 1u);
    EXPECT_EQ(json[0]["line"], 2);
    EXPECT_EQ(json[0]["column"], 9);
    EXPECT_EQ(json[0]["severity"], "error");
}
