#include "nk/numerics/design.hpp"

#include "nk/base/error.hpp"
#include "nk/base/random.hpp"
#include "nk/numerics/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <openturns/ComposedDistribution.hxx>
#include <openturns/LHSExperiment.hxx>
#include <openturns/MonteCarloLHS.hxx>
#include <openturns/RandomGenerator.hxx>
#include <openturns/SobolSequence.hxx>
#include <openturns/SpaceFillingMinDist.hxx>
#include <openturns/Uniform.hxx>

namespace nk::numerics {
namespace {

constexpr double most_distances = 2e7; ///< between points, in the search for a good Latin hypercube: below a second
constexpr double most_cubes = 200.0;
constexpr std::size_t groups_of_many_levels = 5;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Gives the library's random numbers a seed of ours and afterwards their former state.
class BorrowedGenerator {
  public:
    explicit BorrowedGenerator(std::uint64_t seed) : before_(OT::RandomGenerator::GetState()) {
        OT::RandomGenerator::SetSeed(static_cast<OT::UnsignedInteger>(derived_seed(seed, 1) & 0xFFFFFFFFU));
    }
    ~BorrowedGenerator() { OT::RandomGenerator::SetState(before_); }
    BorrowedGenerator(BorrowedGenerator const&) = delete;
    BorrowedGenerator& operator=(BorrowedGenerator const&) = delete;

  private:
    OT::RandomGeneratorState before_;
};

UnitPoints points_of(OT::Sample const& sample) {
    UnitPoints out(sample.getSize(), std::vector<double>(sample.getDimension()));
    for (std::size_t i = 0; i < out.size(); ++i)
        for (std::size_t j = 0; j < out[i].size(); ++j)
            out[i][j] = sample(i, j);
    return out;
}

/// The outcomes of one row of A: at A, at B, and at each A_Bi.
using OutcomeRow = std::vector<double>;

struct PlainIndices {
    std::vector<double> first, total;
    double mean, variance;
};

/// rows: which rows count, as often as they stand there
PlainIndices plain_indices(std::vector<OutcomeRow> const& all, std::vector<std::size_t> const& rows, std::size_t factors) {
    auto const n = static_cast<double>(rows.size());
    auto sum = 0.0;
    for (auto const r : rows)
        sum += all[r][0] + all[r][1];
    PlainIndices out{std::vector<double>(factors), std::vector<double>(factors), sum / (2.0 * n), 0.0};
    for (auto const r : rows)
        out.variance += std::pow(all[r][0] - out.mean, 2) + std::pow(all[r][1] - out.mean, 2);
    out.variance /= 2.0 * n - 1.0;
    for (std::size_t i = 0; i < factors; ++i) {
        auto first = 0.0;
        auto total = 0.0;
        for (auto const r : rows) {
            // about the mean: the same expectation, far less noise when the mean is large against the spread
            first += (all[r][1] - out.mean) * (all[r][2 + i] - all[r][0]);
            total += std::pow(all[r][0] - all[r][2 + i], 2);
        }
        out.first[i] = out.variance > 0.0 ? first / n / out.variance : not_a_number;
        out.total[i] = out.variance > 0.0 ? total / (2.0 * n) / out.variance : not_a_number;
    }
    return out;
}

Estimate with_middle(double value, std::vector<double> resampled, double confidence) {
    std::erase_if(resampled, [](double x) { return !std::isfinite(x); });
    if (resampled.empty())
        return {value, not_a_number, not_a_number};
    return {value, quantile(resampled, 0.5 * (1.0 - confidence)), quantile(resampled, 0.5 * (1.0 + confidence))};
}

/// Two-sided, by the t approximation of rank correlations.
double p_of_correlation(double r, std::size_t points) {
    if (points < 4 || !std::isfinite(r))
        return not_a_number;
    auto const freedom = static_cast<double>(points) - 2.0;
    return r * r >= 1.0 ? 0.0 : beta_cdf(1.0 - r * r, 0.5 * freedom, 0.5);
}

/// Points by level: equal values together, or, when there are many, fifths of the points in the order of the factor.
std::vector<std::vector<std::size_t>> by_level(std::vector<double> const& x) {
    std::map<double, std::vector<std::size_t>> equal;
    for (std::size_t i = 0; i < x.size(); ++i)
        equal[x[i]].push_back(i);
    std::vector<std::vector<std::size_t>> out;
    if (equal.size() <= most_levels) {
        for (auto& entry : equal)
            out.push_back(std::move(entry.second));
        return out;
    }
    std::vector<std::size_t> order;
    for (auto const& entry : equal)
        order.insert(order.end(), entry.second.begin(), entry.second.end());
    for (std::size_t g = 0; g < groups_of_many_levels; ++g) {
        auto const at = [&](std::size_t part) {
            return order.begin() + static_cast<std::ptrdiff_t>(part * order.size() / groups_of_many_levels);
        };
        out.emplace_back(at(g), at(g + 1));
    }
    return out;
}

} // namespace

UnitPoints grid_design(std::vector<std::size_t> const& levels) {
    std::size_t points = 1;
    for (auto const count : levels) {
        NK_EXPECT(count > 0);
        points *= count;
    }
    UnitPoints out(points, std::vector<double>(levels.size()));
    for (std::size_t p = 0; p < points; ++p) {
        auto rest = p;
        for (auto f = levels.size(); f-- > 0;) {
            out[p][f] = levels[f] == 1 ? 0.5 : static_cast<double>(rest % levels[f]) / static_cast<double>(levels[f] - 1);
            rest /= levels[f];
        }
    }
    return out;
}

UnitPoints latin_hypercube(std::uint64_t seed, std::size_t points, std::size_t factors) {
    NK_EXPECT(points > 0 && factors > 0);
    BorrowedGenerator const guard(seed);
    OT::ComposedDistribution const cube(OT::ComposedDistribution::DistributionCollection(factors, OT::Uniform(0.0, 1.0)));
    OT::LHSExperiment const hypercube(cube, points, true, true);
    auto const n = static_cast<double>(points);
    auto const tries = std::clamp(most_distances / (n * n * static_cast<double>(factors)), 1.0, most_cubes);
    if (points < 2 || tries < 2.0)
        return points_of(hypercube.generate());
    OT::MonteCarloLHS best(hypercube, static_cast<OT::UnsignedInteger>(tries), OT::SpaceFillingMinDist());
    return points_of(best.generate());
}

UnitPoints sobol_sequence(std::size_t points, std::size_t factors) {
    NK_EXPECT(factors > 0 && factors <= most_sobol_factors);
    return points_of(OT::SobolSequence(factors).generate(points));
}

UnitPoints random_design(std::uint64_t seed, std::size_t points, std::size_t factors) {
    UnitPoints out(points, std::vector<double>(factors));
    for (std::size_t p = 0; p < points; ++p) {
        Random rng(seed, p, Purpose::study);
        for (auto& x : out[p])
            x = rng.uniform();
    }
    return out;
}

UnitPoints saltelli_design(std::size_t samples, std::size_t factors) {
    auto const both = sobol_sequence(samples, 2 * factors);
    UnitPoints out;
    out.reserve(samples * (factors + 2));
    auto const middle = static_cast<std::ptrdiff_t>(factors);
    for (auto const& row : both)
        out.emplace_back(row.begin(), row.begin() + middle);
    for (auto const& row : both)
        out.emplace_back(row.begin() + middle, row.end());
    for (std::size_t i = 0; i < factors; ++i)
        for (std::size_t s = 0; s < samples; ++s) {
            out.push_back(out[s]);
            out.back()[i] = both[s][factors + i];
        }
    return out;
}

SobolIndices sobol_indices(std::span<double const> values, std::size_t factors, std::uint64_t seed, std::size_t resamples,
                           double confidence) {
    NK_EXPECT(factors > 0 && values.size() % (factors + 2) == 0);
    auto const samples = values.size() / (factors + 2);
    std::vector<OutcomeRow> all;
    for (std::size_t s = 0; s < samples; ++s) {
        OutcomeRow row;
        for (std::size_t block = 0; block < factors + 2; ++block)
            row.push_back(values[block * samples + s]);
        if (std::all_of(row.begin(), row.end(), [](double x) { return std::isfinite(x); }))
            all.push_back(std::move(row));
    }
    SobolIndices out{{}, not_a_number, not_a_number, all.size()};
    Estimate const unknown{not_a_number, not_a_number, not_a_number};
    out.factors.assign(factors, {unknown, unknown});
    if (all.size() < 2)
        return out;
    std::vector<std::size_t> rows(all.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    auto const whole = plain_indices(all, rows, factors);
    out.mean = whole.mean;
    out.variance = whole.variance;
    std::vector<std::vector<double>> first(factors), total(factors);
    for (std::size_t b = 0; b < resamples; ++b) {
        Random rng(seed, b, Purpose::study);
        for (auto& row : rows)
            row = static_cast<std::size_t>(rng.below(all.size()));
        auto const part = plain_indices(all, rows, factors);
        for (std::size_t i = 0; i < factors; ++i) {
            first[i].push_back(part.first[i]);
            total[i].push_back(part.total[i]);
        }
    }
    for (std::size_t i = 0; i < factors; ++i)
        out.factors[i] = {with_middle(whole.first[i], first[i], confidence), with_middle(whole.total[i], total[i], confidence)};
    return out;
}

FactorEffect factor_effect(std::span<double const> factor, std::span<double const> outcome) {
    NK_EXPECT(factor.size() == outcome.size());
    std::vector<double> x, y;
    for (std::size_t i = 0; i < factor.size(); ++i)
        if (std::isfinite(outcome[i])) {
            x.push_back(factor[i]);
            y.push_back(outcome[i]);
        }
    FactorEffect out{not_a_number, not_a_number, not_a_number, not_a_number, {}, {}, {}};
    if (x.empty())
        return out;
    if (x.size() > 1)
        out.rank_correlation = spearman(x, y);
    out.p_value = p_of_correlation(out.rank_correlation, x.size());
    for (auto const& level : by_level(x)) {
        auto sum_x = 0.0;
        auto sum_y = 0.0;
        for (auto const i : level) {
            sum_x += x[i];
            sum_y += y[i];
        }
        out.levels.push_back(sum_x / static_cast<double>(level.size()));
        out.means.push_back(sum_y / static_cast<double>(level.size()));
        out.count.push_back(level.size());
    }
    out.lowest = *std::min_element(out.means.begin(), out.means.end());
    out.highest = *std::max_element(out.means.begin(), out.means.end());
    return out;
}

} // namespace nk::numerics
