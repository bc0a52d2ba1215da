#pragma once
#include "nk/biology/laws.hpp"

namespace nk::biology {

/// Cells among which an NK cell crawls, as it meets them. Those of several kinds add up.
struct Surroundings {
    double swept = 0.0;      ///< share of its time in which a cell that never rests touches one of them, if they were few [1]
    double neighbours = 0.0; ///< centres of cells within the reach of a contact [1]
    /// Adds cells of a kind.  density [1/um3]; target_radius [um]
    void add(SearchLaw const& law, double target_radius, double density);
};

/// Volume around a target in which a crawling NK cell counts as touching it [um3]: the shell of thickness `reach`, and the time it takes to
/// slide off, as if the shell were thicker. An NK cell whose direction persists slides along the target for a mean time of L/speed, which
/// adds pi L^3 whatever the speed (L: distance of the centres at touch); one that turns often leaves sooner.
/// source  stationary density of walkers with persistent velocity at a hard wall and at a ball; within 8 % of simulated walks
double touching_volume(SearchLaw const& law, double target_radius);
/// Volume rate of touching [um3/min] of persistent random walkers among targets at rest: kinetic and diffusive search in series.
/// source  model section 3.5
double search_rate(SearchLaw const& law, double target_radius, double priming);
/// Rate coefficient of opening contacts [um3/min]: search, then attachment while the two touch. An NK cell rests more readily where it
/// touches a target (as in a tissue of agents); where cells are dense it is at rest most of the time, and touches several at once.
///
/// icam1    of the target [molecule/cell]
/// attach   heritable factor of the NK cell [1]
/// around   all that it can touch, the target too
/// source   stationary shares of moving and resting time, touching and not; held against agents in tests/simulate/test_scales.cpp
double opening_coefficient(SearchLaw const& law, double target_radius, double icam1, double priming, double attach,
                           Surroundings const& around);

} // namespace nk::biology
