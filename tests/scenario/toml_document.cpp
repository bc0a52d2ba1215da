#include "nk/scenario/toml_document.hpp"

#include <gtest/gtest.h>

using namespace nk::scenario;

namespace {

struct Parsed {
    SourceTexts sources;
    ProblemList problems;
    std::optional<Node> root;
    explicit Parsed(std::string const& text) { root = parse_toml("a.toml", text, sources, problems); }
};

} // namespace

TEST(TomlDocument, EveryKeyAndValueKnowsItsLineColumnAndLength) {
    Parsed parsed("title = \"x\"\n[well]\nduration = \"240 min\" # four hours\n");

    auto const* duration = find_path(*parsed.root, "well.duration");

    ASSERT_NE(duration, nullptr);
    EXPECT_EQ(duration->where.line, 3);
    EXPECT_EQ(duration->where.column, 12);
    EXPECT_EQ(duration->where.length, 9);
    EXPECT_EQ(duration->key_where.line, 3);
    EXPECT_EQ(duration->key_where.column, 1);
    EXPECT_EQ(duration->key_where.length, 8);
}

TEST(TomlDocument, MembersKeepTheOrderOfTheText) {
    Parsed parsed("zeta = 1\nalpha = 2\nmiddle = 3\n");

    ASSERT_EQ(parsed.root->children.size(), 3u);
    EXPECT_EQ(parsed.root->children[0].key, "zeta");
    EXPECT_EQ(parsed.root->children[1].key, "alpha");
    EXPECT_EQ(parsed.root->children[2].key, "middle");
}

TEST(TomlDocument, AValueWithoutQuotesIsASyntaxProblemWithTheQuotedFormAsHelp) {
    Parsed parsed("[well]\nduration = 4 h\n");

    ASSERT_FALSE(parsed.root);
    auto const& problem = parsed.problems.problems().front();
    EXPECT_EQ(problem.kind, "syntax");
    EXPECT_EQ(problem.where.file, "a.toml");
    EXPECT_EQ(problem.where.line, 2);
    EXPECT_NE(problem.hint.find("duration = \"4 h\""), std::string::npos) << problem.hint;
}

TEST(TomlDocument, AKeyGivenTwiceIsReportedAtItsSecondPlace) {
    Parsed parsed("a = 1\nb = 2\na = 3\n");

    ASSERT_FALSE(parsed.root);
    EXPECT_EQ(parsed.problems.problems().front().kind, "name");
    EXPECT_EQ(parsed.problems.problems().front().where.line, 3);
}

TEST(TomlDocument, NestingThatWouldExhaustTheStackIsRefused) {
    auto brackets = std::string("a = ");
    for (int i = 0; i < 100000; ++i)
        brackets += '[';
    auto dots = std::string("a");
    for (int i = 0; i < 100000; ++i)
        dots += ".a";

    Parsed nested(brackets);
    Parsed dotted(dots + " = 1\n");
    Parsed header("[" + dots + "]\n");

    for (auto const* parsed : {&nested, &dotted, &header}) {
        ASSERT_FALSE(parsed->root);
        EXPECT_NE(parsed->problems.problems().front().what.find("nested too deeply"), std::string::npos);
    }
}

TEST(TomlDocument, DotsAndBracketsInsideStringsAndCommentsAreNoNesting) {
    auto const many = std::string(200, '.') + std::string(200, '[');

    Parsed parsed("a = \"" + many + "\" # " + many + "\nb = '" + many + "'\nc = \"\"\"\n" + many + "\"\"\"\n");

    ASSERT_TRUE(parsed.root) << parsed.problems.problems().front().what;
    EXPECT_EQ(parsed.root->find("b")->text, many);
}

TEST(TomlDocument, LettersAndHeadersThatTheParserThinksImpossibleAreSyntaxProblems) {
    for (auto const* text : {"[.", "[[.a]]\n", "dur\u00e9e = 1\n", "d\u0364[[{x=[1]}]]\n", "a = \u00e9\n", "a\u1680 = 1\n"}) {
        Parsed parsed(text);

        ASSERT_FALSE(parsed.root) << text;
        EXPECT_EQ(parsed.problems.problems().front().kind, "syntax") << text;
    }
}

TEST(TomlDocument, ATextOfMoreThanFourMegabytesIsRefused) {
    Parsed parsed(std::string((4u << 20) + 1, '#'));

    ASSERT_FALSE(parsed.root);
    EXPECT_NE(parsed.problems.problems().front().what.find("too long"), std::string::npos);
}

TEST(TomlDocument, MergingLaysTablesOverEachOtherAndReplacesLists) {
    Parsed below("[well]\ntargets = 5\nduration = \"1 h\"\n[plate]\ne_to_t = [1, 2, 3]\n");
    Parsed above("[well]\ntargets = 7\n[plate]\ne_to_t = [4]\n");

    merge(*below.root, *above.root);

    EXPECT_EQ(find_path(*below.root, "well.targets")->number, 7.0);
    EXPECT_EQ(find_path(*below.root, "well.duration")->text, "1 h");
    EXPECT_EQ(find_path(*below.root, "plate.e_to_t")->children.size(), 1u);
}

TEST(TomlDocument, PathsFindListElementsAndKeysThatContainDots) {
    Parsed parsed("[parameters]\n\"a.b\" = 1\nc.d = 2\n[[event]]\nat = 1\n[[event]]\nat = 2\n");

    EXPECT_EQ(find_path(*parsed.root, "parameters.a.b")->number, 1.0);
    EXPECT_EQ(find_path(*parsed.root, "parameters.c.d")->number, 2.0);
    EXPECT_EQ(find_path(*parsed.root, "event.1.at")->number, 2.0);
    EXPECT_EQ(find_path(*parsed.root, "event.2.at"), nullptr);
}
