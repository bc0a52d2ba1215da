#pragma once
#include "nk/scenario/parameter_reader.hpp"
#include "nk/scenario/read_scenario.hpp"
#include "nk/scenario/reader.hpp"

#include <gtest/gtest.h>
#include <string>

namespace fixture {

/// A small parameter base: just the names that the tests speak of.
inline nk::ParameterBase const& base() {
    static nk::ParameterBase const read = [] {
        nk::ParameterBase out;
        nk::scenario::SourceTexts sources;
        nk::scenario::ProblemList problems;
        nk::scenario::read_parameters("data/fixture.toml", R"(
[receptor]
NKG2D = { sign = "activating" }
KIR2DL1 = { sign = "inhibitory" }
NKG2A = { sign = "inhibitory" }
CD16 = { sign = "activating" }
CAR = { sign = "activating" }
[ligand]
MICA = { family = "stress" }
HLA_E = { family = "MHC" }
CD19 = { family = "antigen" }
CD20 = { family = "antigen" }
[effector.resting_nk]
title = "resting NK"
[effector.car_nk]
title = "CAR-NK"
copies.CAR = { value = "20000 molecule/cell", low = 1000, high = 100000, source = "assumption", confidence = "estimate" }
[target.K562]
title = "K562"
[target.Raji]
title = "Raji"
[drug.rituximab]
antigen = "CD20"
[cytokine.IL2]
title = "IL-2"
[cytokine.IL15]
title = "IL-15"
[recognition]
theta = { value = 0.25, low = 0.1, high = 0.5, source = "assumption", confidence = "estimate" }
[motility]
speed = { value = "5 um/min", low = 2, high = 8, source = "assumption", confidence = "recalled" }
)",
                                      out, sources, problems);
        problems.throw_if_any();
        return out;
    }();
    return read;
}

/// The smallest scenario that means something; `more` is added below it.
inline std::string minimal(std::string const& more = "") {
    return "[effector.nk]\nlike = \"resting_nk\"\n[target.k562]\nlike = \"K562\"\n" + more;
}

inline nk::scenario::WellReading read(std::string const& text, std::vector<std::string> const& overrides = {}) {
    return nk::scenario::read_well_scenario(text, base(), overrides);
}

/// The problems of a text; fails the test when it has none.
inline std::vector<nk::Problem> problems_of(std::string const& text, std::vector<std::string> const& overrides = {}) {
    try {
        (void)read(text, overrides);
    } catch (nk::ScenarioError const& error) {
        return error.problems();
    }
    ADD_FAILURE() << "no problem was found in:\n" << text;
    return {nk::Problem{}};
}

/// The only problem of a text.
inline nk::Problem problem_of(std::string const& text, std::vector<std::string> const& overrides = {}) {
    auto const problems = problems_of(text, overrides);
    EXPECT_EQ(problems.size(), 1u) << problems.front().what << (problems.size() > 1 ? " / " + problems[1].what : "");
    return problems.front();
}

/// True when two described structs hold the same values in every field.
template <nk::scenario::Described T> bool same(T const& a, T const& b);

template <class Value> bool same_member(Value const& a, Value const& b) {
    return a == b;
}
template <nk::scenario::Described T> bool same_member(T const& a, T const& b) {
    return same(a, b);
}
template <nk::scenario::Described T> bool same_member(std::vector<T> const& a, std::vector<T> const& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](T const& x, T const& y) { return same(x, y); });
}
template <nk::scenario::Described T> bool same_member(std::map<std::string, T> const& a, std::map<std::string, T> const& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](auto const& x, auto const& y) { return x.first == y.first && same(x.second, y.second); });
}
template <nk::scenario::Described T> bool same(T const& a, T const& b) {
    bool equal = true;
    nk::for_each_field<T>([&](auto const& field) { equal = equal && same_member(a.*(field.member), b.*(field.member)); });
    return equal;
}

} // namespace fixture
