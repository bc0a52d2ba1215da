#include "nk/body/host_layout.hpp"

#include <algorithm>
#include <cmath>

namespace nk::body {
namespace {

/// Hands out places in the vector.
class Places {
  public:
    explicit Places(HostLayout& layout) : layout_(layout) {}
    std::size_t operator()(std::size_t count, double scale) {
        auto const first = layout_.size;
        layout_.size += count;
        layout_.scale.insert(layout_.scale.end(), count, scale);
        return first;
    }
    AdaptiveAt adaptive(std::size_t divisions) {
        auto& place = *this;
        AdaptiveAt out;
        out.waiting = place(1, 1e2);
        out.antigen = place(1, 1e2);
        out.chain = place(divisions, 1.0);
        out.effector = place(1, 1.0);
        out.memory = place(1, 1.0);
        out.help = place(1, 1e-3);
        out.plasma = place(1, 1e-3);
        out.antibody = place(1, 1e-3);
        return out;
    }

  private:
    HostLayout& layout_;
};

} // namespace

std::vector<Population> populations_of(biology::MeetingTable const& meetings) {
    std::vector<Population> out;
    auto const& classes = meetings.classes();
    for (std::size_t q = 0; q < classes.size(); ++q) {
        auto const& one = classes[q];
        auto const same = [&](Population const& known) { return known.bright == one.bright && known.adaptive == one.adaptive; };
        auto found = std::find_if(out.begin(), out.end(), same);
        if (found == out.end())
            found = out.insert(out.end(), {one.bright, one.adaptive, 0.0, {}});
        found->share += one.share;
        found->parts.push_back({q, one.share});
    }
    for (auto& population : out)
        for (auto& part : population.parts)
            part.share = population.share > 0.0 ? part.share / population.share : 1.0 / static_cast<double>(population.parts.size());
    return out;
}

std::vector<double> class_numbers(biology::MeetingTable const& meetings, std::vector<Population> const& populations, double const* cells) {
    std::vector<double> out(meetings.classes().size(), 0.0);
    for (std::size_t i = 0; i < populations.size(); ++i)
        for (auto const& part : populations[i].parts)
            out[part.nk_class] = part.share * std::max(0.0, cells[i]);
    return out;
}

std::size_t eclipse_stages(InfectionPlan const& plan) {
    return static_cast<std::size_t>(std::lround(plan.course.law.eclipse_stages));
}

HostLayout::HostLayout(HostPlan const& plan) {
    Places place(*this);
    populations = populations_of(*plan.meetings);
    transit_stages = static_cast<std::size_t>(std::lround(plan.laws.turnover.transit_stages));
    divisions = static_cast<std::size_t>(std::lround(plan.laws.adaptive.divisions));
    auto total = 0.0;
    for (auto const& organ : plan.organs)
        total += organ.organ.law.nk;
    auto const few = 1e-6 * std::max(1.0, total);
    transit = place(populations.size() * transit_stages, few);
    born = place(1, few);
    lost = place(1, few);
    for (std::size_t j = 0; j < plan.organs.size(); ++j) {
        OrganAt at;
        at.nk = place(populations.size(), few);
        at.priming = place(1, 1e-3);
        at.content = place(1, 1e-3);
        at.ifng = place(1, 1e-3);
        at.hla = place(1, 1e-3);
        at.inflamed = place(1, 1e-3);
        at.alive = place(1, 1e-3);
        organs.push_back(at);
    }
    therapy_first = size;
    if (plan.therapy) {
        lymphocytes = place(1, 1e-3);
        il6 = place(1, 1.0);
        for (auto const& graft : plan.therapy->grafts) {
            GraftAt at;
            at.populations = populations_of(*graft.meetings);
            at.nk = place(plan.organs.size() * at.populations.size(), few);
            at.inside = place(plan.tumours.size() * at.populations.size(), few);
            at.priming = place(1, 1e-3);
            at.content = place(1, 1e-3);
            at.given = place(1, few);
            at.born = place(1, few);
            at.lost = place(1, few);
            at.rejected = place(1, few);
            at.killed = place(1, few);
            grafts.push_back(at);
        }
    }
    therapy_last = size;
    for (auto const& infection : plan.infections) {
        auto const& law = infection.course.law;
        auto const titre = 1e-2 * std::max(1e-6, std::min(law.detection, law.inoculum));
        InfectionAt at;
        at.first = size;
        at.targets = place(1, 1.0);
        at.refractory = place(1, 1.0);
        at.eclipse = place(eclipse_stages(infection), 1e-2);
        at.infected = place(biology::damage_levels(law.hits_to_kill), 1e-2);
        at.virus = place(1, titre);
        at.interferon = place(1, 1e-6);
        at.latent = place(1, 1e-2);
        at.by_nk = place(1, 1.0);
        at.by_cd8 = place(1, 1.0);
        at.by_virus = place(1, 1.0);
        at.by_cure = place(1, 1.0);
        at.adaptive = place.adaptive(divisions);
        at.last = size;
        infections.push_back(at);
    }
    for (auto const& tumour : plan.tumours) {
        TumourAt at;
        at.first = size;
        at.cells = place(tumour.phenotypes.size() * biology::damage_levels(tumour.hits_to_kill), 1e-2);
        at.dormant = place(tumour.phenotypes.size(), 1e-2);
        at.circulating = place(1, 1e-3);
        at.founded = place(1, 1e-3);
        at.by_nk = place(1, 1.0);
        at.by_cd8 = place(1, 1.0);
        at.adaptive = place.adaptive(divisions);
        at.last = size;
        tumours.push_back(at);
    }
}

} // namespace nk::body
