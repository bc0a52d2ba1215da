#include "formats/markup.hpp"
#include "formats/sample_page.hpp"
#include "nk/base/error.hpp"
#include "nk/formats/report/animation.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

namespace nk::formats::report {
namespace {

nlohmann::json data_of(std::string const& block) {
    std::string const opening = "<script type=\"application/json\">";
    auto const from = block.find(opening) + opening.size();
    return nlohmann::json::parse(block.substr(from, block.find("</script>", from) - from));
}

unsigned byte_at(std::string const& base64_text, std::size_t index) {
    std::string const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto const group = index / 3 * 4;
    unsigned bits = 0;
    for (std::size_t k = 0; k < 4; ++k)
        bits = (bits << 6) | (base64_text[group + k] == '=' ? 0u : static_cast<unsigned>(letters.find(base64_text[group + k])));
    return (bits >> (16 - 8 * (index % 3))) & 255u;
}

TEST(Page, IsWellFormedAndTellsTheWholeStory) {
    Markup const markup(sample_page().html(), true);

    EXPECT_EQ(markup.fault, "");
    for (auto const* words :
         {"How many targets does an NK cell kill when self is missing?", "What the model cannot say", "How to reproduce",
          "Research use only.", "calibrated on this", "predicted", "illustrative", "binding.KIR2DL1.HLA_C2.kd", "recalled",
          "nk run scenario.toml --seed 7", "1f0e3dad99908345f7439f8ffabdffc4", "Fatigue of NK cells beyond 24 h is not modelled."})
        EXPECT_TRUE(markup.shows(words)) << words;
    EXPECT_TRUE(markup.shows("<b>odd & \"quoted\"</b>"));
}

TEST(Page, NeedsNoNetwork) {
    Markup const markup(sample_page().html(), true);

    for (auto const* attribute : {"src", "href", "data", "srcset"})
        for (auto const& value : markup.values_of(attribute))
            EXPECT_TRUE(value == "data:," || value == "killing.csv") << value;
    EXPECT_EQ(sample_page().html().find("@import"), std::string::npos);
    EXPECT_NE(sample_page().html().find("default-src 'none'"), std::string::npos);
}

TEST(Page, NamesEveryElementOnce) {
    Markup const markup(sample_page().html(), true);

    EXPECT_EQ(std::set<std::string>(markup.ids.begin(), markup.ids.end()).size(), markup.ids.size());
    EXPECT_GT(markup.ids.size(), 20u);
}

TEST(Page, IsTheSameEachTime) {
    EXPECT_EQ(sample_page().html(), sample_page().html());
}

TEST(Page, WithoutAnimationCarriesNoScript) {
    Page page("t", "q", "a");
    page.add_figure(sample_chart());

    EXPECT_EQ(page.html().find("<script"), std::string::npos);
}

TEST(Base64, AgreesWithRfc4648) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(Animation, HoldsEveryCellWhereItIs) {
    auto const scene = sample_scene(40, 5);

    auto const data = data_of(animation_html(scene));

    auto const slots = data.at("slots").get<std::size_t>();
    auto const cells = data.at("cells").get<std::string>();
    ASSERT_EQ(slots, 40u);
    ASSERT_EQ(data.at("times").size(), 5u);
    for (std::size_t f = 0; f < 5; ++f)
        for (std::size_t s = 0; s < slots; ++s) {
            auto const& cell = scene.frames[f].cells[s];
            auto const at = f * slots * 6;
            auto const x = (byte_at(cells, at + 2 * s) + 256 * byte_at(cells, at + 2 * s + 1)) / 65535.0 * 600.0;
            EXPECT_NEAR(x, std::clamp(cell.x, 0.0, 600.0), 0.01);
            EXPECT_EQ(byte_at(cells, at + 5 * slots + s), static_cast<unsigned>(cell.kind * 16 + cell.state));
        }
}

TEST(Animation, StaysBelowItsSizeAndKeepsFirstAndLastFrame) {
    auto const scene = sample_scene(6000, 120);

    auto const block = animation_html(scene);

    EXPECT_LE(block.size(), AnimationLimits{}.bytes);
    EXPECT_LE(data_of(block).at("slots").get<std::size_t>(), 3000u);
    EXPECT_EQ(data_of(block).at("times").front().get<double>(), scene.frames.front().time);
    EXPECT_EQ(data_of(block).at("times").back().get<double>(), scene.frames.back().time);
    EXPECT_GT(data_of(block).at("times").size(), 20u);
}

TEST(Animation, FallsBackToAPictureWithoutScripts) {
    Markup const markup(animation_html(sample_scene(50, 3)), true);

    EXPECT_EQ(markup.fault, "");
    EXPECT_TRUE(std::any_of(markup.tags.begin(), markup.tags.end(), [](std::string const& tag) { return tag.starts_with("svg "); }));
    EXPECT_TRUE(markup.shows("After 20 min"));
}

TEST(Animation, ANameCannotEndTheScript) {
    auto scene = sample_scene(5, 1);
    scene.kinds[0].name = "</script><b>";

    EXPECT_EQ(animation_html(scene).find("</script><b>"), std::string::npos);
    EXPECT_EQ(data_of(animation_html(scene)).at("kinds").at(0).at("name"), "</script><b>");
}

TEST(Scene, IsReadFromTablesWithKindsInTheOrderGiven) {
    Table cells{"cells", {}};
    cells.add("id", "1", {7.0, 9.0});
    cells.add("x", "um", {10.0, 20.0});
    cells.add("y", "um", {30.0, 40.0});
    cells.add("radius", "um", {5.0, 8.0});
    cells.add("kind", std::vector<std::string>{"target", "NK cell"});
    cells.add("state", std::vector<std::string>{"alive", "dead"});
    Scene scene;
    scene.width = scene.height = 100.0;
    scene.kinds = {{"NK cell", 0}};

    scene.add_frame(15.0, cells);

    ASSERT_EQ(scene.frames.at(0).cells.size(), 2u);
    EXPECT_EQ(scene.kinds.at(1).name, "target");
    EXPECT_EQ(scene.frames[0].cells[1].kind, 0);
    EXPECT_EQ(scene.frames[0].cells[1].id, 9);
    EXPECT_EQ(scene.frames[0].cells[0].radius, 5.0);
    EXPECT_EQ(scene.states.at(1).name, "dead");
    EXPECT_THROW(scene.add_frame(20.0, Table{}), ContractError);
}

TEST(Scene, WithTooManyCellsShowsItsCentreAndSaysSo) {
    auto const scene = sample_scene(5000, 2);

    auto const part = reduced(scene, 1000);

    EXPECT_LE(part.frames.back().cells.size(), 1000u);
    EXPECT_GT(part.frames.back().cells.size(), 700u);
    EXPECT_NE(part.heading.note.find("Shown is the centre"), std::string::npos);
    EXPECT_EQ(Markup(render_svg(scene)).fault, "");
}

TEST(Scene, HasAScaleBarOfARoundLength) {
    EXPECT_EQ(scale_bar_length(600.0), 100.0);
    EXPECT_EQ(length_text(scale_bar_length(11000.0)), "2\u202fmm");
    EXPECT_EQ(length_text(50.0), "50\u202f\u00b5m");
}

} // namespace
} // namespace nk::formats::report
