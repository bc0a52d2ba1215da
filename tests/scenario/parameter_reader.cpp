#include "nk/scenario/parameter_reader.hpp"

#include <gtest/gtest.h>

using namespace nk::scenario;

namespace {

struct Reading {
    nk::ParameterBase base;
    SourceTexts sources;
    ProblemList problems;
    explicit Reading(std::string const& text) { read_parameters("data/a.toml", text, base, sources, problems); }
    nk::Problem only() const {
        EXPECT_EQ(problems.size(), 1u);
        return problems.empty() ? nk::Problem{} : problems.problems().front();
    }
};

std::string const speed =
    "speed = { value = \"5 um/min\", low = 2, high = 8, source = \"Smith2001\", confidence = \"read\", note = \"in gel\" }\n";

} // namespace

TEST(ParameterReader, ANumberKeepsUnitRangeSourceConfidenceNoteAndPlace) {
    Reading reading("[motility.dim]\n" + speed);

    auto const& p = reading.base.at("motility.dim.speed");
    EXPECT_TRUE(reading.problems.empty());
    EXPECT_EQ(p.quantity, (nk::Quantity{5, "um/min"}));
    EXPECT_EQ(p.low, 2);
    EXPECT_EQ(p.high, 8);
    EXPECT_EQ(p.source, "Smith2001");
    EXPECT_EQ(p.confidence, nk::Confidence::read);
    EXPECT_EQ(p.note, "in gel");
    EXPECT_EQ(p.where.file, "data/a.toml");
    EXPECT_EQ(p.where.line, 2);
}

TEST(ParameterReader, TextsAndListsOfTextsAreAttributesInTheOrderOfTheFile) {
    Reading reading("[receptor.NKG2D]\nsign = \"activating\"\nadaptors = [\"DAP10\"]\n[receptor.CD16]\nsign = \"activating\"\n");

    EXPECT_EQ(reading.base.text("receptor.NKG2D.sign"), "activating");
    EXPECT_EQ(reading.base.attribute("receptor.NKG2D.adaptors"), std::vector<std::string>{"DAP10"});
    EXPECT_EQ(reading.base.children("receptor"), (std::vector<std::string>{"NKG2D", "CD16"}));
}

TEST(ParameterReader, ATableOfTextsMayCarryItsSourceAndConfidenceAsTexts) {
    Reading reading("[kir_haplotype.A]\ngenes = [\"KIR2DL1\"]\nsource = \"Pyo2010\"\nconfidence = \"read\"\nnote = \"x\"\n");

    EXPECT_TRUE(reading.problems.empty());
    EXPECT_EQ(reading.base.text("kir_haplotype.A.confidence"), "read");
}

TEST(ParameterReader, ABareNumberIsRefused) {
    Reading reading("[a]\nb = 5\n");

    EXPECT_EQ(reading.only().kind, "type");
    EXPECT_EQ(reading.only().where.line, 2);
}

TEST(ParameterReader, EveryMissingPartIsNamed) {
    Reading reading("[a]\nb = { value = 5 }\n");

    EXPECT_EQ(reading.problems.size(), 4u);
}

TEST(ParameterReader, AValueOutsideItsOwnRangeIsRefused) {
    Reading reading("[a]\nb = { value = \"5 h\", low = 6, high = 7, source = \"assumption\", confidence = \"estimate\" }\n");

    EXPECT_EQ(reading.only().kind, "range");
}

TEST(ParameterReader, UnknownUnitsWordsAndKeysAreRefused) {
    Reading unit("[a]\nb = { value = \"5 xyzzy\", low = 1, high = 7, source = \"assumption\", confidence = \"estimate\" }\n");
    Reading word("[a]\nb = { value = 5, low = 1, high = 7, source = \"assumption\", confidence = \"sure\" }\n");
    Reading key("[a]\nb = { value = 5, low = 1, high = 7, source = \"assumption\", confidence = \"read\", unit = \"h\" }\n");

    EXPECT_EQ(unit.only().kind, "unit");
    EXPECT_EQ(word.only().kind, "name");
    EXPECT_EQ(key.only().kind, "name");
}

TEST(ParameterReader, ANameThatAnotherFileHasAlreadyIsRefusedWithBothPlaces) {
    Reading reading("[motility]\n" + speed);

    read_parameters("data/b.toml", "\n[motility]\n" + speed, reading.base, reading.sources, reading.problems);

    EXPECT_EQ(reading.only().where.file, "data/b.toml");
    EXPECT_EQ(reading.only().where.line, 3);
    EXPECT_NE(reading.only().hint.find("data/a.toml:2"), std::string::npos);
}

TEST(ParameterReader, SourcesAreEntriesOfTheBibliographyOrAssumptions) {
    Reading reading("[motility]\n" + speed);

    ProblemList found;
    check_sources(reading.base, bibliography_keys("@article{Smith2001,\n title = {x}\n}\n"), found);
    ProblemList missing;
    check_sources(reading.base, bibliography_keys("@article{Smith2002,\n title = {x}\n}\n"), missing);

    EXPECT_TRUE(found.empty());
    ASSERT_EQ(missing.size(), 1u);
    EXPECT_EQ(missing.problems().front().hint, "did you mean `Smith2002`?");
}
