#include "nk/study/recognise_answer.hpp"

#include "nk/study/hla_answer_cells.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

constexpr double worth_telling = 0.03; ///< change of V by one receptor from which the summary names it

/// Bound pairs of every binding.
biology::Engagement engaged(ContactCase const& contact) {
    biology::Engagement out{};
    biology::engage(contact.panel, contact.laws.contact, contact.receptors, contact.ligands, out);
    return out;
}

biology::Recognition recognised(ContactCase const& contact, biology::ReceptorCopies const& receptors) {
    return biology::recognise(contact.panel, contact.laws, receptors, contact.state, contact.ligands, {});
}

std::vector<ReceptorShare> receptor_shares(ContactCase const& contact) {
    auto const bound = engaged(contact);
    auto const reach = contact.laws.contact.accessible * std::min(1.0, contact.laws.contact.area / contact.laws.contact.nk_membrane);
    auto const whole = recognised(contact, contact.receptors);
    std::vector<ReceptorShare> out;
    for (int r = 0; r < static_cast<int>(contact.panel.receptors.size()); ++r) {
        if (contact.receptors[r] <= 0.0F)
            continue;
        auto const& receptor = contact.panel.receptors[r];
        ReceptorShare share;
        share.name = receptor.name;
        share.inhibitory = receptor.inhibitory;
        share.copies = contact.receptors[r];
        for (std::size_t b = 0; b < contact.panel.bindings.size(); ++b) {
            auto const& binding = contact.panel.bindings[b];
            auto const pairs = static_cast<double>(bound.bound[b]);
            if (binding.receptor != r || pairs <= 0.0)
                continue;
            share.bound += pairs;
            auto const strength = receptor.inhibitory ? receptor.omega : receptor.sigma_113 + receptor.sigma_128;
            share.signal += pairs * contact.panel.signals[b].competent * strength;
            share.ligands.emplace_back(contact.panel.ligands[binding.ligand], pairs);
        }
        share.share = share.copies > 0.0 ? std::min(1.0, share.bound / (share.copies * reach)) : 0.0;
        auto others = contact.receptors;
        others[r] = 0.0F;
        auto const rest = recognised(contact, others);
        share.vav_without = rest.vav;
        share.p_hit_without = rest.p_hit;
        std::sort(share.ligands.begin(), share.ligands.end(), [](auto const& a, auto const& b) { return a.second > b.second; });
        out.push_back(std::move(share));
    }
    std::stable_sort(out.begin(), out.end(), [&](ReceptorShare const& a, ReceptorShare const& b) {
        auto const effect = [&](ReceptorShare const& s) {
            return std::abs(whole.p_hit - s.p_hit_without) + 1e-3 * std::abs(whole.vav - s.vav_without);
        };
        return effect(a) > effect(b);
    });
    return out;
}

/// Adds receptors one after the other, activating ones first, each kind by its effect on V alone: the steps add up to V.
void build_up(ContactCase const& contact, RecogniseAnswer& answer) {
    std::vector<ReceptorShare const*> order;
    for (auto const& share : answer.receptors)
        if (share.bound >= 0.5)
            order.push_back(&share);
    auto const whole = answer.numbers.recognition.vav;
    std::stable_sort(order.begin(), order.end(), [&](auto const* a, auto const* b) {
        if (a->inhibitory != b->inhibitory)
            return !a->inhibitory;
        return std::abs(whole - a->vav_without) > std::abs(whole - b->vav_without);
    });
    biology::ReceptorCopies so_far{};
    auto before = answer.vav_alone = recognised(contact, so_far).vav;
    for (auto const* share : order) {
        auto const r = contact.panel.receptor(share->name);
        so_far[r] = contact.receptors[r];
        auto const now = recognised(contact, so_far).vav;
        answer.build_up.emplace_back(share->name, now - before);
        before = now;
    }
    if (std::abs(whole - before) > 1e-9)
        answer.build_up.emplace_back("receptors hardly engaged", whole - before);
}

struct Collected {
    std::vector<double> drive, inhibition, vav, education, p_hit, contact_minutes, p_kill, hits;
    void add(ContactCase const& contact, ContactNumbers const& numbers) {
        drive.push_back(numbers.recognition.drive);
        inhibition.push_back(numbers.recognition.inhibition);
        vav.push_back(numbers.recognition.vav);
        education.push_back(contact.state.education);
        p_hit.push_back(numbers.recognition.p_hit);
        contact_minutes.push_back(numbers.outcome.contact_time);
        p_kill.push_back(numbers.outcome.p_kill);
        hits.push_back(numbers.outcome.hits);
    }
};

Estimate estimate(double value, std::vector<double> const& values) {
    return {value, values.empty() ? Interval{value, value} : interval_of(values)};
}

std::string percent(double x) {
    return x > 0.0 && x < 0.0005 ? "less than 0.1" : x < 0.1 ? fmt::format("{:.1f}", 100.0 * x) : fmt::format("{:.0f}", 100.0 * x);
}

std::string summary_of(RecogniseAnswer const& answer) {
    auto text = fmt::format("{}: {} {} % of contacts", answer.target, answer.kills ? "killed in" : "spared; it dies in",
                            percent(answer.p_kill.value));
    if (answer.ensemble_size > 1)
        text += fmt::format(" (5-95 % of the parameter sets: {} to {} %)", percent(answer.p_kill.interval.low),
                            percent(answer.p_kill.interval.high));
    text += fmt::format(", contact {:.0f} min on average", answer.contact_minutes.value);
    for (auto const inhibitory : {false, true})
        for (auto const& share : answer.receptors) {
            auto const raises = answer.numbers.recognition.vav > share.vav_without;
            if (share.inhibitory != inhibitory || raises == inhibitory ||
                std::abs(answer.numbers.recognition.vav - share.vav_without) < worth_telling || share.ligands.empty())
                continue;
            text += fmt::format("; {} most by {} with {}", inhibitory ? "held back" : "driven", share.name, share.ligands.front().first);
            break;
        }
    return text + ".";
}

void add_warnings(ContactCase const& contact, RecogniseQuestion const& question, RecogniseAnswer& answer) {
    if (question.hla.empty() || question.kir.empty())
        answer.warnings.push_back(fmt::format("no {} typing was given: the reference donor's is assumed",
                                              question.hla.empty() && question.kir.empty() ? "HLA and KIR"
                                              : question.hla.empty()                       ? "HLA"
                                                                                           : "KIR"));
    if (answer.ensemble_size == 1)
        answer.warnings.push_back("the program has no ensemble of parameter sets: intervals repeat the value");
    if (contact.state.education < weak_ratio * contact.without_receptors)
        answer.warnings.push_back("this cell is hardly educated: it has no inhibitory receptor for the donor's HLA; name some (NKG2A+ "
                                  "KIR2DL3+) or use --typical");
}

} // namespace

ContactNumbers evaluate(ContactCase const& contact) {
    ContactNumbers out;
    out.recognition = recognised(contact, contact.receptors);
    out.outcome = biology::solve_contact(contact.laws, out.recognition, contact.lytic, contact.resistance);
    return out;
}

RecogniseAnswer answer_recognise(RecogniseQuestion const& question, ParameterBase const& base, Ensemble const& ensemble) {
    auto const contact = contact_case(question, base);
    RecogniseAnswer out;
    out.nk = contact.title_nk;
    out.target = contact.title_target;
    out.priming = contact.state.priming;
    out.numbers = evaluate(contact);
    out.receptors = receptor_shares(contact);
    build_up(contact, out);

    Collected all;
    auto killing = 0;
    if (ensemble.real())
        for (std::size_t i = 0; i < ensemble.size(); ++i) {
            auto const member = contact_case(question, ensemble.member(i));
            auto const numbers = evaluate(member);
            all.add(member, numbers);
            killing += numbers.outcome.p_kill >= kill_threshold ? 1 : 0;
        }
    out.ensemble_size = ensemble.size();
    auto const& recognition = out.numbers.recognition;
    out.drive = estimate(recognition.drive, all.drive);
    out.inhibition = estimate(recognition.inhibition, all.inhibition);
    out.vav = estimate(recognition.vav, all.vav);
    out.education = estimate(contact.state.education, all.education);
    out.p_hit = estimate(recognition.p_hit, all.p_hit);
    out.contact_minutes = estimate(out.numbers.outcome.contact_time, all.contact_minutes);
    out.p_kill = estimate(out.numbers.outcome.p_kill, all.p_kill);
    out.hits = estimate(out.numbers.outcome.hits, all.hits);
    out.kills = out.p_kill.value >= kill_threshold;
    out.share_that_kill = ensemble.real() ? static_cast<double>(killing) / static_cast<double>(ensemble.size()) : out.kills ? 1.0 : 0.0;
    out.flip_asked = question.flip;
    if (question.flip)
        out.flips = find_flips(contact);
    add_warnings(contact, question, out);
    out.summary = summary_of(out);
    return out;
}

} // namespace nk::study
