#include "nk/biology/engagement_lanes.hpp"

namespace nk::biology::lanes {

ManyCells widest_here() {
    return engage_in_packs<2>;
}

} // namespace nk::biology::lanes
