#include "nk/numerics/difference_jacobian.hpp"

#include <cmath>
#include <gtest/gtest.h>

namespace {

using nk::numerics::DifferenceJacobian;

/// A chain in which each number feeds the next, and all feel the first.
void chain(double const* y, double* f) {
    for (int i = 0; i < 20; ++i)
        f[i] = -std::exp(0.1 * y[i]) + (i > 0 ? 2.0 * y[i - 1] * y[i - 1] + 0.5 * y[0] : 0.0);
}

double chain_derivative(std::size_t i, std::size_t j, std::vector<double> const& y) {
    auto out = i == j ? -0.1 * std::exp(0.1 * y[i]) : 0.0;
    if (i > 0 && j + 1 == i)
        out += 4.0 * y[j];
    if (i > 0 && j == 0)
        out += 0.5;
    return out;
}

void expect_chain(DifferenceJacobian const& jacobian, std::vector<double> const& y) {
    for (std::size_t j = 0; j < y.size(); ++j) {
        std::vector<double> column(y.size(), 0.0);
        for (std::size_t k = 0; k < jacobian.rows(j).size(); ++k)
            column[jacobian.rows(j)[k]] = jacobian.values(j)[k];
        for (std::size_t i = 0; i < y.size(); ++i)
            EXPECT_NEAR(column[i], chain_derivative(i, j, y), 1e-6) << i << ' ' << j;
    }
}

TEST(DifferenceJacobian, is_that_of_the_formula_when_columns_are_varied_one_by_one_and_in_groups) {
    std::vector<double> const step(20, 1e-8);
    std::vector<double> y(20), f(20);
    for (std::size_t i = 0; i < y.size(); ++i)
        y[i] = 0.3 + 0.05 * static_cast<double>(i);
    DifferenceJacobian jacobian(20);

    chain(y.data(), f.data());
    EXPECT_TRUE(jacobian.update(chain, y.data(), f.data(), step, false));
    expect_chain(jacobian, y);
    EXPECT_EQ(jacobian.entries(), 20U + 19U + 18U); // diagonal, below it, first column
    EXPECT_EQ(jacobian.groups(), 3U);               // the first column by itself, then every other one

    for (auto& value : y)
        value += 0.7;
    chain(y.data(), f.data());
    auto calls = 0;
    auto const counted = [&](double const* at, double* out) {
        ++calls;
        chain(at, out);
    };
    EXPECT_FALSE(jacobian.update(counted, y.data(), f.data(), step, false));
    EXPECT_EQ(calls, 3);
    expect_chain(jacobian, y);
}

TEST(DifferenceJacobian, learns_an_entry_that_was_zero_where_it_first_looked) {
    auto const product = [](double const* y, double* f) {
        f[0] = y[0] * y[1];
        f[1] = -y[1];
    };
    std::vector<double> const step(2, 1e-7);
    std::vector<double> y{0.0, 2.0}, f(2);
    DifferenceJacobian jacobian(2);
    product(y.data(), f.data());
    jacobian.update(product, y.data(), f.data(), step, true);
    EXPECT_EQ(jacobian.rows(1), (std::vector<std::size_t>{1})); // d(y0 y1)/dy1 = 0 here

    y[0] = 3.0;
    product(y.data(), f.data());
    EXPECT_TRUE(jacobian.update(product, y.data(), f.data(), step, true));
    EXPECT_EQ(jacobian.rows(1), (std::vector<std::size_t>{0, 1}));
    EXPECT_NEAR(jacobian.values(1)[0], 3.0, 1e-6);
    EXPECT_FALSE(jacobian.update(product, y.data(), f.data(), step, true));
}

} // namespace
