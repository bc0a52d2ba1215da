#include "nk/study/recognise_answer.hpp"

#include <algorithm>
#include <cmath>

namespace nk::study {
namespace {

constexpr double background = 100.0; ///< copies that count as none when changes from or to 0 are compared
constexpr double most_copies = 1e6;  ///< more than any cell carries
constexpr int steps_per_decade = 8;  ///< of the search before bisection; a ligand may act in both directions
constexpr std::size_t shown_flips = 3;

double kill_probability(ContactCase& contact, int ligand, double copies) {
    auto const kept = contact.ligands[ligand];
    contact.ligands[ligand] = static_cast<float>(copies);
    auto const p = evaluate(contact).outcome.p_kill;
    contact.ligands[ligand] = kept;
    return p;
}

double scale(double copies) {
    return std::log10(copies + background);
}
double unscale(double x) {
    return std::max(0.0, std::pow(10.0, x) - background);
}

/// Walks from x to `end` on the log scale and bisects the first change of the decision; nothing when there is none.
std::optional<LigandFlip> nearest(ContactCase& contact, int ligand, double end, bool kills) {
    auto const from = static_cast<double>(contact.ligands[ligand]);
    auto const start = scale(from);
    auto const steps = std::max(1, static_cast<int>(std::ceil(std::abs(end - start) * steps_per_decade)));
    auto const decides = [&](double x) { return kill_probability(contact, ligand, unscale(x)) >= kill_threshold; };
    auto before = start;
    for (int i = 1; i <= steps; ++i) {
        auto const here = i == steps ? end : start + (end - start) * i / steps;
        if (decides(here) == kills) {
            before = here;
            continue;
        }
        auto inside = before; // decision as it was
        auto outside = here;  // reversed
        for (int k = 0; k < 40; ++k) {
            auto const middle = 0.5 * (inside + outside);
            (decides(middle) == kills ? inside : outside) = middle;
        }
        LigandFlip out;
        out.ligand = contact.panel.ligands[ligand];
        out.from = from;
        out.to = unscale(outside);
        out.p_kill = kill_probability(contact, ligand, out.to);
        out.distance = std::abs(outside - start);
        return out;
    }
    return std::nullopt;
}

} // namespace

std::vector<LigandFlip> find_flips(ContactCase const& given) {
    auto contact = given;
    auto const kills = evaluate(contact).outcome.p_kill >= kill_threshold;
    std::vector<LigandFlip> out;
    for (int l = 0; l < static_cast<int>(contact.plain_ligands); ++l) {
        auto const seen = std::any_of(contact.panel.bindings.begin(), contact.panel.bindings.end(),
                                      [&](auto const& b) { return b.ligand == l && contact.receptors[b.receptor] > 0.0F; });
        if (!seen)
            continue;
        std::optional<LigandFlip> best;
        for (auto const end : {scale(0.0), scale(most_copies)})
            if (end != scale(contact.ligands[l]))
                if (auto const found = nearest(contact, l, end, kills); found && (!best || found->distance < best->distance))
                    best = found;
        if (best)
            out.push_back(*best);
    }
    std::stable_sort(out.begin(), out.end(), [](auto const& a, auto const& b) { return a.distance < b.distance; });
    if (out.size() > shown_flips)
        out.resize(shown_flips);
    return out;
}

} // namespace nk::study
