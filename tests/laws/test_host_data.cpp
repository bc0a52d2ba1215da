#include "nk/biology/host_laws.hpp"
#include "nk/biology/tissue_tables.hpp"
#include "shared_base.hpp"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

namespace {

using namespace nk;
using namespace nk::biology;

std::vector<std::string> const species{"human", "mouse"};

std::vector<Course> courses() {
    std::vector<Course> out;
    for (auto const& name : test::base().children("infection"))
        out.push_back(read_course(test::base(), name));
    return out;
}

/// Infected cells that one infected cell causes where all others are targets.
double reproduction(CourseLaw const& law) {
    return law.entry * law.production * law.targets * (1.0 - law.latent_share) / (law.infected_death * law.clearance);
}

/// Early growth [1/day]: the root of (1 + s/c)(1 + s/d)(1 + s/(n k))^n = R0 (model T21).
double growth(CourseLaw const& law) {
    auto const pace = law.eclipse * law.eclipse_stages;
    auto low = 0.0;
    auto high = 100.0;
    for (int i = 0; i < 100; ++i) {
        auto const s = 0.5 * (low + high);
        auto const needed = (1.0 + s / law.clearance) * (1.0 + s / law.infected_death) * std::pow(1.0 + s / pace, law.eclipse_stages);
        (needed < reproduction(law) ? low : high) = s;
    }
    return low;
}

void expect_published(std::string const& name, double value) {
    auto const& published = test::base().at("literature." + name + ".value");
    EXPECT_GE(value, published.low) << name;
    EXPECT_LE(value, published.high) << name;
}

TEST(HostData, every_row_of_every_table_of_the_body_can_be_read) {
    auto const& base = test::base();

    for (auto const& name : base.children("turnover"))
        EXPECT_GE(HostLaws::from(base, name).turnover.dim_death, HostLaws::from(base, name).turnover.dim_division) << name;
    std::size_t organs = 0;
    for (auto const& one : species)
        organs += read_organs(base, one).size();
    EXPECT_EQ(organs, base.children("organ").size());
    EXPECT_EQ(courses().size(), base.children("infection").size());
    for (auto const& name : base.children("tumour"))
        EXPECT_FALSE(read_tumour(base, name).target.empty()) << name;
    for (auto const& name : base.children("modulator"))
        EXPECT_FALSE(read_modulator(base, name).title.empty()) << name;
    for (auto const& name : base.children("deficiency"))
        EXPECT_FALSE(read_deficiency(base, name).title.empty()) << name;
}

TEST(HostData, every_number_of_the_body_lies_in_its_own_range) {
    for (auto const& [name, number] : test::base().all())
        for (auto const* table :
             {"turnover.", "organ.", "trafficking.", "adaptive.", "ageing.", "infection.", "tumour.", "modulator.", "deficiency."})
            if (name.starts_with(table)) {
                EXPECT_LE(number.low, number.quantity.value) << name;
                EXPECT_GE(number.high, number.quantity.value) << name;
            }
}

TEST(HostData, organs_drain_into_organs_and_only_blood_has_no_blood_flow) {
    for (auto const& one : species) {
        auto const organs = read_organs(test::base(), one);
        for (auto const& organ : organs) {
            EXPECT_TRUE(std::any_of(organs.begin(), organs.end(), [&](auto const& to) { return to.name == organ.drains; })) << organ.name;
            EXPECT_EQ(organ.law.perfusion == 0.0, organ.name == "blood") << organ.name;
            EXPECT_FALSE(organ.target.empty()) << organ.name;
        }
    }
}

TEST(HostData, a_person_has_as_many_nk_cells_as_the_estimates_for_the_whole_body) {
    auto all = 0.0;
    auto in_blood = 0.0;
    for (auto const& organ : read_organs(test::base(), "human")) {
        all += organ.law.nk;
        if (organ.name == "blood")
            in_blood = organ.law.nk / (organ.law.volume * 1e6);
    }

    expect_published("n_nk_total", all);
    expect_published("nk_count_european", in_blood);
}

TEST(HostData, no_organ_takes_more_nk_cells_from_blood_than_its_blood_flow_brings) {
    for (auto const& one : species) {
        auto const organs = read_organs(test::base(), one);
        auto const blood = *std::find_if(organs.begin(), organs.end(), [](auto const& organ) { return organ.name == "blood"; });
        for (auto const& organ : organs)
            if (organ.name != "blood") {
                EXPECT_LT(organ.law.nk / organ.law.residence, organ.law.perfusion * blood.law.nk / blood.law.volume) << organ.name;
            }
    }
}

TEST(HostData, infections_grow_in_organs_that_every_host_of_theirs_has) {
    for (auto const& course : courses()) {
        auto const in = [&](std::string const& one) {
            auto const organs = read_organs(test::base(), one);
            return std::any_of(organs.begin(), organs.end(), [&](auto const& organ) { return organ.name == course.organ; });
        };
        EXPECT_TRUE(in("human") && in("mouse")) << course.name;
        EXPECT_FALSE(course.virus.empty()) << course.name;
        EXPECT_FALSE(course.titre.empty()) << course.name;
        EXPECT_GT(reproduction(course.law), 1.0) << course.name;
    }
}

TEST(HostData, infections_grow_and_reproduce_as_published) {
    auto const law = [](std::string const& name) { return read_course(test::base(), name).law; };

    expect_published("flu_r0", reproduction(law("influenza")));
    expect_published("hbv_doubling_d", std::log(2.0) / growth(law("hepatitis_b")));
    expect_published("cmv_growth_naive", growth(law("cytomegalovirus")));
    expect_published("hcv_c", law("hepatitis_c").clearance);
}

TEST(HostData, enough_of_a_nutrient_changes_activity_by_less_than_a_tenth_and_a_lack_never_helps) {
    auto const& base = test::base();
    for (auto const& name : base.children("modulator")) {
        auto const row = read_modulator(base, name);
        if (row.persons == "replete") {
            EXPECT_NEAR(row.law.effect, 1.0, 0.1) << name;
        }
        if (row.persons == "deficient") {
            EXPECT_LE(row.law.effect, 1.0) << name;
        }
    }
}

TEST(HostData, what_contradicts_a_modulator_is_contradicted_by_it) {
    auto const& base = test::base();
    for (auto const& name : base.children("modulator")) {
        auto const row = read_modulator(base, name);
        if (!row.opposite.empty()) {
            EXPECT_EQ(read_modulator(base, row.opposite).opposite, name);
        }
    }
}

TEST(HostData, a_modulator_known_only_from_mechanisms_or_animals_promises_no_gain) {
    auto const& base = test::base();
    for (auto const& name : base.children("modulator")) {
        auto const row = read_modulator(base, name);
        if (row.grade == "D") {
            EXPECT_LE(row.law.effect, 1.1) << name;
        }
    }
}

} // namespace
