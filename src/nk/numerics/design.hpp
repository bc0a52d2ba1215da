#pragma once
#include <cstdint>
#include <span>
#include <vector>

/// Where to try a function of several factors, and what the answers say about each factor. All are pure.
namespace nk::numerics {

/// Points of the unit cube [0, 1]^d: shape (points, factors).
using UnitPoints = std::vector<std::vector<double>>;

/// Every combination of levels, the last factor fastest. Level i of k stands at i/(k-1), a single level at 1/2.
/// expects  every count of levels > 0
UnitPoints grid_design(std::vector<std::size_t> const& levels);

/// Latin hypercube: in every factor each of the n layers [i/n, (i+1)/n) holds one point, anywhere in its layer. Of several such cubes
/// the one whose closest two points are furthest apart is taken (maximin, Johnson, Moore & Ylvisaker 1990), as many as are cheap.
/// A pure function of its arguments. The library behind it keeps its random numbers in one place of the process, which is put back as it
/// was: call from one thread at a time.
/// expects  points > 0, factors > 0
UnitPoints latin_hypercube(std::uint64_t seed, std::size_t points, std::size_t factors);

/// The first points of the Sobol sequence (Sobol 1967, direction numbers of OpenTURNS) without its zeroth point, the
/// corner: (1/2, 1/2, ..), (3/4, 1/4, ..), ..: even coverage that can be lengthened. There is no chance in it.
/// expects  factors in [1, most_sobol_factors]
UnitPoints sobol_sequence(std::size_t points, std::size_t factors);
inline constexpr std::size_t most_sobol_factors = 1111;

/// Independent uniform points. The first points of a longer list are those of a shorter one.
UnitPoints random_design(std::uint64_t seed, std::size_t points, std::size_t factors);

/// The points for `sobol_indices`: two matrices A and B of `samples` rows out of one Sobol sequence in twice as many factors, then for each
/// factor i the matrix A with column i of B (Saltelli et al. 2010): samples (factors + 2) points in the order A, B, A_B1, A_B2, ...
/// expects  2 factors <= most_sobol_factors
UnitPoints saltelli_design(std::size_t samples, std::size_t factors);

/// An estimate with the ends of its interval.
struct Estimate {
    double value;
    double low;
    double high;
};

/// How much of the variance of the outcome one factor explains.
struct SobolIndex {
    Estimate first; ///< by itself
    Estimate total; ///< with all its interactions
};

struct SobolIndices {
    std::vector<SobolIndex> factors;
    double mean = 0.0; ///< of the outcome
    double variance = 0.0;
    std::size_t samples = 0; ///< rows of A that counted: those of which all outcomes are numbers
};

/// First-order (Saltelli et al. 2010, table 2 b) and total (Jansen 1999) indices with the middle `confidence` of bootstrap resamples of
/// rows. They are of the variance of the values given: chance between runs counts as interaction.
///
/// values  one for each point of `saltelli_design`; rows with a value that is no number are left out
/// returns indices that are no numbers when nothing varies or fewer than two rows count
/// expects factors + 2 divides the number of values
SobolIndices sobol_indices(std::span<double const> values, std::size_t factors, std::uint64_t seed, std::size_t resamples = 500,
                           double confidence = 0.95);

/// How an outcome goes with one factor over all points, whatever the others do: bars of a tornado.
struct FactorEffect {
    double rank_correlation = 0.0;  ///< Spearman; NaN when either does not vary
    double p_value = 1.0;           ///< of no monotone relation (t approximation); NaN below four points
    double lowest = 0.0;            ///< smallest mean outcome of a level of the factor
    double highest = 0.0;           ///< largest
    std::vector<double> levels;     ///< of the factor: its values when there are at most `most_levels`, else means of fifths of the points
    std::vector<double> means;      ///< mean outcome at each level
    std::vector<std::size_t> count; ///< points at each level
};
inline constexpr std::size_t most_levels = 10;
/// Points whose outcome is no number are left out.
/// expects  equal lengths, factor values that are numbers
FactorEffect factor_effect(std::span<double const> factor, std::span<double const> outcome);

} // namespace nk::numerics
