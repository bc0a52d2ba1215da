#include "simulate/tissue_places.hpp"

#include "nk/formats/csv.hpp"

#include <cmath>
#include <functional>

namespace {

namespace fs = std::filesystem;
using namespace nk;
using test::CellFolder;

std::string const listed_place = "[place.cells]\nfile = \"cells.csv\"\n";

/// The kinds of a folder's scenario are numbered in the order of their names: cells first.
enum : std::uint16_t { epithelium, tumour, il2 };

TEST(CellsOfACsv, AreThoseOfItsRowsWithTheirKindsInfectionAndRadius) {
    CellFolder const folder;
    folder.write("cells.csv", "id,x,y,z,kind,infected,radius\n"
                              "7,1.5,-20,3,tumour,,6.25\n"
                              "8,0.1,0.2,0.3,epithelium,1,\n"
                              "9,-1e1,+4,0,il2,0,\n");

    auto const cells = folder.cells(listed_place + "x = \"10 um\"\nz = \"-1 um\"\n");

    ASSERT_EQ(cells.size(), 3U);
    EXPECT_EQ(cells[0].x, 11.5);
    EXPECT_EQ(cells[0].y, -20.0);
    EXPECT_EQ(cells[0].z, 2.0);
    EXPECT_EQ(cells[0].kind, tumour);
    EXPECT_EQ(cells[0].radius, 6.25);
    EXPECT_FALSE(cells[0].infected);
    EXPECT_EQ(cells[1].kind, epithelium);
    EXPECT_TRUE(cells[1].infected);
    EXPECT_EQ(cells[1].radius, 0.0);
    EXPECT_EQ(cells[2].kind, il2);
    EXPECT_EQ(cells[2].x, 0.0);
}

TEST(CellsOfACsv, WithoutKindsAreOfThePlacesKindAndMayHaveUnits) {
    CellFolder const folder;
    folder.write("cells.csv", "x[mm],y[um]\r\n0.05,2\r\n");

    auto const named = folder.cells("[place.tumour]\nfile = \"cells.csv\"\n");
    auto const of = folder.cells(listed_place + "of = \"il2\"\n");

    EXPECT_EQ(named.at(0).kind, tumour);
    EXPECT_NEAR(named.at(0).x, 50.0, 1e-12);
    EXPECT_EQ(of.at(0).kind, il2);
}

TEST(CellsOfACsv, AreOnlyTheKindsAskedFor) {
    CellFolder const folder;
    folder.write("cells.csv", "x,y,kind\n1,1,tumour\n2,2,stroma\n3,3,tumour\n");

    auto const cells = folder.cells(listed_place + "only = [\"tumour\"]\n");

    ASSERT_EQ(cells.size(), 2U);
    EXPECT_EQ(cells[1].x, 3.0);
}

TEST(CellsOfACsv, KeepTheLigandsThatNoColumnSpeaksOfAsTheyWouldBe) {
    CellFolder const folder;
    folder.write("cells.csv", "x,y,kind,hla,nkg2d,ligand.adhesion\n1,1,tumour,0.5,,2\n2,2,tumour,0,0,\n3,3,tumour,,,\n");
    auto const reading = folder.read(listed_place);

    auto const plan = simulate::build_tissue(reading.scenario, reading.base).plan;

    auto const sd = plan.targets[static_cast<std::size_t>(plan.kinds[tumour].target)].ligand_sd;
    auto const family = [&](char const* name) {
        return static_cast<std::size_t>(std::find(plan.families.names.begin(), plan.families.names.end(), name) -
                                        plan.families.names.begin());
    };
    auto const factor = [&](std::size_t cell, char const* name) {
        return std::exp(static_cast<double>(plan.cells[cell].ligands->ln_factor[family(name)]) - 0.5 * sd * sd);
    };
    EXPECT_NEAR(factor(0, "MHC"), 0.5, 1e-6);
    EXPECT_NEAR(factor(0, "adhesion"), 2.0, 1e-6);
    Random ligands(1, 0, Purpose::target_state);
    auto const usual = biology::founder(plan.families, sd, ligands);
    EXPECT_EQ(plan.cells[0].ligands->ln_factor[family("stress")], usual.ln_factor[family("stress")]);
    EXPECT_FALSE(plan.cells[0].ligands->hla_lost);
    EXPECT_TRUE(plan.cells[1].ligands->hla_lost);
    EXPECT_TRUE(plan.cells[1].ligands->nkg2d_lost);
    EXPECT_FALSE(plan.cells[2].ligands.has_value());
}

TEST(CellsOfACsv, WithTheRadiusOfAllGiveATissueOfThatSize) {
    CellFolder const folder;
    folder.write("cells.csv", "x,y,kind,radius\n1,1,tumour,7.5\n");
    auto const reading = folder.read(listed_place);
    auto const build = simulate::build_tissue(reading.scenario, reading.base);

    tissue::Tissue const tissue(build.plan, build.laws, build.tissue_laws, 1, backend::Executor(1));

    EXPECT_EQ(tissue.cells().load(0).radius, 7.5F);
}

TEST(CellsOfACsv, AreSeenFromTheFileThatNamesIt) {
    CellFolder const folder;
    fs::create_directories(folder / "below");
    folder.write("below/cells.csv", "x,y,kind\n1,1,tumour\n");
    folder.write("below/common.toml", "[place.cells]\nfile = \"cells.csv\"\n");

    auto const problems = folder.problems(listed_place);
    auto const read = [&] {
        folder.problems(""); // writes the scenario below which this one lies
        folder.write("outer.toml", "extends = \"below/common.toml\"\n" + formats::read_text(folder / "scenario.toml"));
        return scenario::read_tissue_scenario_file(folder / "outer.toml", test::base());
    };

    EXPECT_EQ(problems.size(), 1U);
    EXPECT_EQ(read().scenario.place.at("cells").file, folder / "below/cells.csv");
}

/// A table that is wrong in one way, and what is said of it.
struct WrongTable {
    std::string text;
    int line, column;
    std::string said;
};

TEST(CellsOfACsv, ThatAreWrongAreToldOnceWithTheirPlace) {
    CellFolder const folder;
    std::vector<WrongTable> const tables{
        {"", 1, 1, "file is empty"},
        {"x,y,kind\n", 1, 1, "no rows"},
        {"x,kind\n1,tumour\n", 1, 1, "no column `y`"},
        {"x,y,kind,x\n1,2,tumour,3\n", 1, 10, "two columns are called `x`"},
        {"x,y,kind,infectd\n1,2,tumour,0\n", 1, 10, "`infectd` is not known"},
        {"x,y,kind\n1,2,tumour\n3,4\n", 3, 1, "has 2 cells"},
        {"x,y,kind\n1,2,tumour\n3,4a,tumour\n", 3, 3, "`4a` is not a number"},
        {"x,y,kind\n1,2,tumour\n3,inf,tumour\n", 3, 3, "has no `y`"},
        {"x,y,kind\n1,2,tumour\n,4,tumour\n", 3, 1, "has no `x`"},
        {"x,y,kind\n1,2,tumour\n3,-100.5,tumour\n", 3, 3, "outside the box"},
        {"x,y,z,kind\n1,2,50.1,tumour\n", 2, 5, "outside the box"},
        {"x,y,kind\n1,2,tumour\n3,4,tumor\n", 3, 5, "`tumor`, which is no [cell.*]"},
        {"x,y,kind\n1,2,\n3,4,tumour\n", 2, 5, "has no kind"},
        {"x,y,kind,infected\n1,2,tumour,1\n", 2, 12, "has no virus"},
        {"x,y,kind,infected\n1,2,epithelium,2\n", 2, 16, "neither 0 nor 1"},
        {"x,y,kind,radius\n1,2,tumour,0\n", 2, 12, "cannot have this radius"},
        {"x,y,kind,radius\n1,2,tumour,1e300\n", 2, 12, "cannot have this radius"},
        {"x,y,kind,hla\n1,2,tumour,-1\n", 2, 12, "is no factor"},
        {"x,y,kind,ligand.adhesion\n1,2,tumour,0\n", 2, 12, "is no factor"},
        {"x,y,kind,ligand.glue\n1,2,tumour,1\n", 2, 12, "no family of ligands"},
        {"x,y,kind,hla\n1,2,il2,1\n", 2, 9, "is an NK cell"},
        {"x[min],y,kind\n1,2,tumour\n", 1, 1, "is in `min`"},
        {"x[\tm],y,kind\n1,2,tumour\n", 1, 1, "column `x` is in"},
        {"x,y,kind\n1,2,\"tumour\n", 2, 5, "never closed"},
        {std::string("x,y\n\0,1\n", 8), 1, 1, "no table"},
    };
    for (auto const& wrong : tables) {
        folder.write("cells.csv", wrong.text);

        auto const problems = folder.problems(listed_place);

        ASSERT_EQ(problems.size(), 1U) << wrong.text;
        auto const& problem = problems.front();
        EXPECT_NE(problem.what.find(wrong.said), std::string::npos) << problem.what << "\n" << wrong.text;
        EXPECT_EQ(problem.where.file, folder / "cells.csv") << problem.what;
        EXPECT_EQ(problem.where.line, wrong.line) << problem.what;
        EXPECT_EQ(problem.where.column, wrong.column) << problem.what;
        EXPECT_FALSE(problem.why.empty() && problem.hint.empty()) << problem.what;
    }
}

TEST(CellsOfACsv, ThatAreWrongInTheSameWayAreToldOnce) {
    CellFolder const folder;
    folder.write("cells.csv", "x,y,kind\n500,2,tumour\n600,2,tumour\n700,2,tumour\n600,2,stroma\n");

    auto const problems = folder.problems(listed_place);

    ASSERT_EQ(problems.size(), 2U);
    EXPECT_NE(problems[0].what.find("and so are 3 more"), std::string::npos) << problems[0].what;
    EXPECT_NE(problems[0].hint.find("`x = \"-600 um\"`"), std::string::npos) << problems[0].hint;
    EXPECT_EQ(problems[1].where.line, 5);
}

TEST(CellsOfACsv, InASheetHaveNoHeight) {
    CellFolder const folder;
    folder.write("cells.csv", "x,y,z,kind\n1,2,5,tumour\n");

    auto const problems = folder.problems(listed_place, {"tissue.depth=0 um"});

    ASSERT_EQ(problems.size(), 1U);
    EXPECT_NE(problems[0].why.find("flat sheet"), std::string::npos) << problems[0].why;
}

TEST(CellsOfAFile, ThatCannotBeReadAreAProblemOfTheLineThatNamesIt) {
    CellFolder const folder;
    fs::create_directories(folder / "cells.csv");

    auto const of_folder = folder.problems(listed_place);
    fs::remove(folder / "cells.csv");
    auto const missing = folder.problems(listed_place);

    for (auto const* problems : {&of_folder, &missing}) {
        ASSERT_EQ(problems->size(), 1U);
        EXPECT_EQ(problems->front().where.file, folder / "scenario.toml");
        EXPECT_EQ(problems->front().where.line, 20);
        EXPECT_NE(problems->front().what.find("cells.csv"), std::string::npos);
    }
    EXPECT_NE(of_folder.front().why.find("directory"), std::string::npos) << of_folder.front().why;
    EXPECT_NE(missing.front().why.find("No such file"), std::string::npos) << missing.front().why;
}

TEST(CellsOfAFile, WithAnotherHashAreRefused) {
    CellFolder const folder;
    folder.write("cells.csv", "x,y,kind\n1,2,tumour\n");

    auto const problems = folder.problems(listed_place + "sha256 = \"0123\"\n");

    ASSERT_EQ(problems.size(), 1U);
    EXPECT_NE(problems[0].what.find("is not the file"), std::string::npos);
}

TEST(CellsOfAFile, DoNotGoWithKeysOfOtherPlaces) {
    CellFolder const folder;
    folder.write("cells.csv", "x,y,kind\n1,2,tumour\n");
    auto const said = [&](std::string const& place) {
        auto const problems = folder.problems(place);
        return problems.size() == 1 ? problems.front().what : std::to_string(problems.size()) + " problems";
    };

    EXPECT_NE(said(listed_place + "count = 3\n").find("does not go with"), std::string::npos);
    EXPECT_NE(said(listed_place + "infected = 3\n").find("does not go with"), std::string::npos);
    EXPECT_NE(said(listed_place + "run = \"other\"\n").find("a `file` and a `run`"), std::string::npos);
    EXPECT_NE(said(listed_place + "pixel = \"1 um\"\n").find("goes with a mask"), std::string::npos);
    EXPECT_NE(said(listed_place + "only = [\"stroma\"]\n").find("is no [cell.*]"), std::string::npos);
    EXPECT_NE(said("[place.tumour]\npixel = \"1 um\"\n").find("has no `file`"), std::string::npos);
    EXPECT_EQ(folder.read(listed_place + "inner = \"3 um\"\n").warnings.size(), 1U);
}

} // namespace
