#include "fixture.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace nk::scenario;

class Extends : public testing::Test {
  protected:
    Extends() : folder_(std::filesystem::temp_directory_path() / ("nk_extends_" + std::to_string(getpid()))) {
        std::filesystem::create_directories(folder_ / "sub");
    }
    ~Extends() override { std::filesystem::remove_all(folder_); }
    void write(std::string const& name, std::string const& text) const { std::ofstream(folder_ / name) << text; }
    WellReading read(std::string const& name) const { return read_well_scenario_file(folder_ / name, fixture::base()); }
    nk::Problem problem(std::string const& name) const {
        try {
            (void)read(name);
        } catch (nk::ScenarioError const& error) {
            return error.problems().front();
        }
        ADD_FAILURE() << "no problem";
        return {};
    }
    std::filesystem::path folder_;
};

TEST_F(Extends, AFileAddsToTheOneItExtendsRelativeToItself) {
    write("base.toml", fixture::minimal("[well]\nduration = \"1 h\"\ntargets = 300\n"));
    write("sub/child.toml", "extends = \"../base.toml\"\n[well]\nduration = \"2 h\"\n");

    auto const scenario = read("sub/child.toml").scenario;

    EXPECT_EQ(scenario.well.duration, 120.0);
    EXPECT_EQ(scenario.well.targets, 300.0);
    EXPECT_TRUE(scenario.effector.contains("nk"));
}

TEST_F(Extends, AProblemKeepsTheFileItStandsIn) {
    write("base.toml", fixture::minimal("[well]\nduration = \"1 kg\"\n"));
    write("child.toml", "extends = \"base.toml\"\n");

    EXPECT_EQ(problem("child.toml").where.file, (folder_ / "base.toml").string());
    EXPECT_EQ(problem("child.toml").where.line, 6);
}

TEST_F(Extends, CirclesAreFound) {
    write("a.toml", "extends = \"b.toml\"\n");
    write("b.toml", "extends = \"sub/../a.toml\"\n");
    write("self.toml", "extends = \"self.toml\"\n");

    EXPECT_NE(problem("a.toml").what.find("extends itself"), std::string::npos);
    EXPECT_NE(problem("self.toml").what.find("extends itself"), std::string::npos);
}

TEST_F(Extends, AMissingFileAFolderAndADeviceAreProblemsAtTheKey) {
    for (auto const* name : {"nowhere.toml", "sub", "/dev/zero"}) {
        write("a.toml", "title = \"x\"\nextends = \"" + std::string(name) + "\"\n");
        EXPECT_EQ(problem("a.toml").where.line, 2) << name;
    }
}

TEST_F(Extends, ATextWithoutAFolderCannotExtend) {
    EXPECT_EQ(fixture::problem_of("extends = \"base.toml\"\n").where.line, 1);
}

TEST_F(Extends, AScenarioFileThatIsMissingIsAMachineError) {
    EXPECT_THROW((void)read("nowhere.toml"), nk::MachineError);
}
