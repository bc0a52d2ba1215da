#pragma once
#include "nk/tissue/contacts.hpp"
#include "nk/tissue/well_plan.hpp"

namespace nk::tissue {

/// A new NK cell of a kind, as it comes to the assay or the tissue: drawn from the donor's repertoire until it passes the gates.
///
/// now     when it comes [min]
/// throws  ScenarioError when no cell of the donor passes
NkState recruit(EffectorKind const& kind, std::uint64_t seed, std::uint32_t id, double now);

/// A target cell as NK cells meet it, without damage; its susceptibility is drawn.
TargetState expose(TargetKind const& kind, std::uint64_t seed, std::uint32_t id);

} // namespace nk::tissue
