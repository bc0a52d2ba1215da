#include "nk/scenario/embedded.hpp"

#include "nk/scenario/diagnostics.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <unistd.h>

using namespace nk::scenario;

TEST(Embedded, EveryFileEqualsTheOneInTheSourceTree) {
    ASSERT_FALSE(embedded_files().empty());
    for (auto const& file : embedded_files()) {
        std::ifstream in(std::string(NK_SOURCE_DIR "/") + std::string(file.path), std::ios::binary);
        std::string const content{std::istreambuf_iterator<char>(in), {}};
        EXPECT_EQ(content, file.content) << file.path;
    }
}

TEST(Embedded, AnUnknownPathNamesTheNearestOne) {
    EXPECT_NE(data_text("data/templates/well.toml").find("kind = \"well\""), std::string_view::npos);
    try {
        (void)data_text("data/templates/wel.toml");
        FAIL();
    } catch (nk::MachineError const& error) {
        EXPECT_NE(std::string(error.what()).find("data/templates/well.toml"), std::string::npos);
    }
}

TEST(Embedded, TheDataReadWithoutAProblem) {
    SourceTexts sources;

    try {
        auto const base = load_parameters(std::nullopt, &sources);
        EXPECT_FALSE(base.children("receptor").empty());
    } catch (nk::ScenarioError const& error) {
        FAIL() << render(error.problems(), sources);
    }
}

TEST(Embedded, AFolderStandsInForTheData) {
    auto const folder = std::filesystem::temp_directory_path() / ("nk_data_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder / "templates");
    std::filesystem::create_directories(folder / "demos");
    std::ofstream(folder / "a.toml") << "[a]\nb = { value = 1, low = 0, high = 2, source = \"assumption\", confidence = \"estimate\" }\n";
    std::ofstream(folder / "templates/well.toml") << "[well]\ntargets = 5\n";
    std::ofstream(folder / "demos/one.toml") << "kind = \"well\"\n[well]\ntargets = 5\n";

    auto const base = load_parameters(folder);
    std::filesystem::remove_all(folder);

    EXPECT_EQ(base.names(), std::vector<std::string>{"a.b"});
    EXPECT_THROW(load_parameters(folder), nk::MachineError);
}
