#include "nk/formats/csv.hpp"

#include "formats/scratch_folder.hpp"
#include "nk/base/error.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

namespace nk::formats {
namespace {

using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;

bool same(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

std::vector<Problem> problems_of(std::string const& text) {
    try {
        parse_csv(text, "plate.csv");
    } catch (ScenarioError const& error) {
        return error.problems();
    }
    return {};
}

TEST(Csv, UnitsStandInTheHeaderAndNumbersAreShortest) {
    Table table{"t", {}};
    table.add("time", "min", {0.0, 0.1});
    table.add("kills", "1", {3.0, 1e300});
    table.add("well", Texts{"A1", "say \"hi\", twice"});

    auto const text = to_csv(table);

    EXPECT_EQ(text, "time[min],kills,well\n0,3,A1\n0.1,1e+300,\"say \"\"hi\"\", twice\"\n");
}

TEST(Csv, FilesOfOtherProgramsAreRead) {
    auto const table = parse_csv("\xEF\xBB\xBF\"donor\",\"lysis [%]\",code\r\nD1, 12.5 ,007\r\n\r\n\"D\r\n2\",,x\r\n", "folder/plate.csv");

    EXPECT_EQ(table.name, "plate");
    EXPECT_EQ(std::get<Texts>(table.columns.at(0).values), (Texts{"D1", "D\r\n2"}));
    EXPECT_EQ(table.columns.at(1).name, "lysis");
    EXPECT_EQ(table.columns.at(1).unit, "%");
    EXPECT_EQ(std::get<Numbers>(table.columns.at(1).values).at(0), 12.5);
    EXPECT_TRUE(std::isnan(std::get<Numbers>(table.columns.at(1).values).at(1)));
    EXPECT_EQ(std::get<Texts>(table.columns.at(2).values), (Texts{"007", "x"}));
}

TEST(Csv, EveryProblemIsReportedWithItsLineAndColumn) {
    auto const problems = problems_of("a[min],b,b\n1,2,3\n4,5\nabc,2,1\n");

    ASSERT_EQ(problems.size(), 3u);
    EXPECT_EQ(problems[0].kind, "name");
    EXPECT_EQ(problems[0].where.column, 10);
    EXPECT_EQ(problems[1].what, "this row has 2 cells; the header has 3");
    EXPECT_EQ(problems[1].where.line, 3);
    EXPECT_EQ(problems[2].what, "`abc` is not a number");
    EXPECT_EQ(problems[2].where.line, 4);
    EXPECT_EQ(problems[2].where.column, 1);
    EXPECT_EQ(problems[2].where.file, "plate.csv");
}

TEST(Csv, AQuoteThatIsNeverClosedIsReportedWhereItOpens) {
    auto const problems = problems_of("a,b\n1,\"x\n2,3\n");

    ASSERT_EQ(problems.size(), 1u);
    EXPECT_EQ(problems[0].where.line, 2);
    EXPECT_EQ(problems[0].where.column, 3);
}

TEST(Csv, AnEmptyTextIsAnEmptyTable) {
    EXPECT_TRUE(parse_csv("", "f.csv").columns.empty());
    EXPECT_EQ(parse_csv("a[s],b\n", "f.csv").rows(), 0u);
    EXPECT_EQ(parse_csv("a[s],b\n", "f.csv").columns.size(), 2u);
}

RC_GTEST_PROP(CsvProperty, AnyTableComesBackBitForBit, ()) {
    auto const rows = *rc::gen::inRange<std::size_t>(1, 6);
    auto const special = rc::gen::element(0.0, -0.0, 1.0 / 3.0, 5e-324, std::numeric_limits<double>::infinity(),
                                          -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN());
    auto const number = rc::gen::oneOf(rc::gen::arbitrary<double>(), special);
    auto const letter = rc::gen::element<char>('a', '1', '.', 'e', ',', '"', '\n', '\r', ' ', '-', '\t', '[', ']', '\xc3');
    Table table{"t", {}};
    table.add("x", "um", *rc::gen::container<Numbers>(rows, number));
    table.add("n", "1", *rc::gen::container<Numbers>(rows, number));
    table.add("odd, \"name\"", *rc::gen::container<Texts>(rows, rc::gen::container<std::string>(letter)));

    auto const back = parse_csv(to_csv(table), "t.csv");

    RC_ASSERT(back.columns.size() == table.columns.size());
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        RC_ASSERT(back.columns[i].name == table.columns[i].name);
        RC_ASSERT(back.columns[i].unit == table.columns[i].unit);
        RC_ASSERT(back.columns[i].values.index() == table.columns[i].values.index());
    }
    RC_ASSERT(std::get<Texts>(back.columns[2].values) == std::get<Texts>(table.columns[2].values));
    for (std::size_t k = 0; k < 2; ++k)
        for (std::size_t i = 0; i < rows; ++i)
            RC_ASSERT(same(std::get<Numbers>(back.columns[k].values)[i], std::get<Numbers>(table.columns[k].values)[i]));
}

RC_GTEST_PROP(CsvProperty, AColumnOfTextsAloneComesBackWithEmptyCellsToo, ()) {
    auto const texts =
        *rc::gen::nonEmpty(rc::gen::container<Texts>(rc::gen::container<std::string>(rc::gen::element<char>('a', '7', '\n', '\r', '"'))));
    Table table{"t", {}};
    table.add("w", texts);

    auto const back = parse_csv(to_csv(table), "t.csv");

    RC_ASSERT(std::get<Texts>(back.columns.at(0).values) == texts);
}

RC_GTEST_PROP(CsvProperty, AnyTextIsReadOrRefusedButNeverCrashes, ()) {
    auto const text = *rc::gen::container<std::string>(rc::gen::element<char>('a', '1', ',', '"', '\n', '\r', '[', ']', ' '));

    try {
        auto const table = parse_csv(text, "t.csv");
        for (auto const& column : table.columns)
            RC_ASSERT(std::visit([](auto const& v) { return v.size(); }, column.values) == table.rows());
    } catch (ScenarioError const& error) {
        RC_ASSERT(error.problems().front().where.line > 0);
    }
}

TEST(Csv, RowsKnowTheirLinesAcrossEmptyOnesAndQuotedLineEnds) {
    EXPECT_EQ(csv_lines("id,hla\n\na,\"x\ny\"\r\n\nb,z\n"), (std::vector<int>{3, 6}));
    EXPECT_TRUE(csv_lines("").empty());
}

TEST(Csv, ACellKnowsItsPlaceAcrossEmptyLinesAndQuotedLineEnds) {
    auto const text = "id,hla\n\na,\"x\ny\"\r\n\nb,zz\n";

    auto const head = csv_place(text, "t.csv", 0, 1);
    auto const last = csv_place(text, "t.csv", 2, 1);

    EXPECT_EQ(head.line, 1);
    EXPECT_EQ(head.column, 4);
    EXPECT_EQ(last.line, 6);
    EXPECT_EQ(last.column, 3);
    EXPECT_EQ(last.length, 2);
    EXPECT_EQ(last.file, "t.csv");
}

} // namespace
} // namespace nk::formats
