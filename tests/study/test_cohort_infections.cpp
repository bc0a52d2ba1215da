#include "nk/scenario/parameter_reader.hpp"
#include "nk/study/cohort.hpp"
#include "nk/study/cohort_statistics.hpp"
#include "shared_base.hpp"

#include <gtest/gtest.h>

namespace {

using namespace nk;

/// The standard base with a virus that is like influenza of which infected cells make less.
ParameterBase with_mild_virus() {
    auto base = test::base();
    std::string text = "[infection.mild]\ntitle = \"a mild virus\"\nvirus = \"influenza\"\norgan = \"lung\"\ntarget = \"epithelium\"\n"
                       "titre = \"TCID50/mL\"\n";
    for (auto const& name : base.children("infection.influenza")) {
        if (!base.contains("infection.influenza." + name))
            continue;
        auto value = base.at("infection.influenza." + name).quantity;
        value.value *= name == "production" ? 0.1 : 1.0;
        text +=
            name + " = { value = \"" + to_text(value) + "\", low = 0, high = 1e15, source = \"assumption\", confidence = \"estimate\" }\n";
    }
    scenario::SourceTexts sources;
    scenario::ProblemList problems;
    scenario::read_parameters("mild.toml", text, base, sources, problems);
    EXPECT_TRUE(problems.empty());
    return base;
}

/// Rows of the table of infections of one person, who dies when so much of an organ is lost and is severely ill at half of it.
struct PersonInfected {
    std::vector<std::string> virus;
    std::vector<double> loss, severe, fatal;
    double severe_infections; ///< as `subjects` has it
    std::string cause;        ///< of death
};

PersonInfected infected_person(std::string const& infections, double lethal, ParameterBase const& base = test::base()) {
    auto const text = "kind = \"cohort\"\n[cohort]\npeople = 1\n[host]\nduration = \"120 day\"\noutput_every = \"0.5 day\"\n"
                      "sample = \"16 cell\"\nclasses = 2\n[parameters]\n\"therapy.response.lethal_damage\" = " +
                      std::to_string(lethal) + "\n\"therapy.response.severe_damage\" = " + std::to_string(0.5 * lethal) + "\n" + infections;
    auto const reader = [&](std::vector<std::string> const& more) { return scenario::read_cohort_scenario(text, base, more); };
    auto const tables = study::plan_cohort(reader, base, "test").plan.run(0);
    auto const &subjects = tables.at(0), &rows = tables.at(4);
    return {study::column_words(rows, "VIRUS"),
            study::column_numbers(rows, "LOSS"),
            study::column_numbers(rows, "SEVERE"),
            study::column_numbers(rows, "FATAL"),
            study::column_numbers(subjects, "SEVERE").front(),
            study::column_words(subjects, "DTHCAUS").front()};
}

TEST(CohortInfections, OfTwoInOneOrganOnlyOneIsFatalAndSevere) {
    auto const person = infected_person("[infection.first]\nlike = \"influenza\"\nat = \"0 day\"\n"
                                        "[infection.second]\nlike = \"influenza\"\nat = \"1 day\"\n",
                                        0.001);

    ASSERT_EQ(person.fatal.size(), 2U);
    EXPECT_EQ(person.cause, "infection");
    EXPECT_GE(person.loss[0], 0.001); // both were there when it was lost
    EXPECT_GE(person.loss[1], 0.001);
    EXPECT_EQ(person.fatal[0] + person.fatal[1], 1.0);
    EXPECT_EQ(person.severe[0] + person.severe[1], 1.0);
    EXPECT_EQ(person.severe_infections, 1.0);
}

TEST(CohortInfections, AreNotBlamedForWhatALaterOneDoesToTheirOrgan) {
    auto const base = with_mild_virus();
    std::string const first = "[infection.mild]\nat = \"0 day\"\n";

    auto const alone = infected_person(first, 0.9, base);
    auto const both = infected_person(first + "[infection.influenza]\nat = \"100 day\"\n", 0.9, base);

    ASSERT_EQ(both.virus.size(), 2U);
    auto const mild = both.virus[0] == "mild" ? 0U : 1U;
    EXPECT_GT(both.loss[1 - mild], 1.5 * alone.loss[0]);
    EXPECT_NEAR(both.loss[mild], alone.loss[0], 1e-3 * alone.loss[0]);
}

} // namespace
