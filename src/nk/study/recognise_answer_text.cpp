#include "nk/study/recognise_answer.hpp"

#include "nk/formats/report/page.hpp"
#include "nk/formats/report/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nk::study {
namespace {

namespace report = formats::report;

std::string painted(bool colour, char const* code, std::string const& text) {
    return colour ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

std::string flip_sentence(LigandFlip const& flip, bool kills) {
    std::string change;
    if (flip.to < 1.0)
        change = flip.ligand + " lost";
    else if (flip.from < 1.0)
        change = fmt::format("{} appears with {:.3g} molecules", flip.ligand, flip.to);
    else
        change = flip.to < flip.from ? fmt::format("{} down {:.3g}-fold", flip.ligand, flip.from / flip.to)
                                     : fmt::format("{} up {:.3g}-fold", flip.ligand, flip.to / flip.from);
    return fmt::format("{} ({:.3g} to {:.3g} molecules): the cell {}, P(kill) {:.3f}", change, flip.from, flip.to,
                       kills ? "spares" : "kills", flip.p_kill);
}

/// A bar to the right for what raises, to the left for what lowers; half-character resolution.
std::string bar(double change, double largest, bool colour) {
    constexpr int half_width = 16;
    auto const length = largest > 0.0 ? static_cast<int>(std::lround(2.0 * half_width * std::abs(change) / largest)) : 0;
    std::string filled;
    for (int i = 0; i < length / 2; ++i)
        filled += "\u2588";
    auto const cells = (length + 1) / 2;
    if (change >= 0.0)
        return std::string(half_width, ' ') + "|" + painted(colour, "32", filled + (length % 2 == 1 ? "\u258c" : ""));
    return std::string(static_cast<std::size_t>(half_width - cells), ' ') +
           painted(colour, "31", (length % 2 == 1 ? "\u2590" : "") + filled) + "|";
}

std::string number_line(RecogniseAnswer const& answer, std::string const& name, Estimate const& x, std::string const& meaning) {
    auto const interval = answer.ensemble_size > 1 ? fmt::format("{:.3g} to {:.3g}", x.interval.low, x.interval.high) : std::string("-");
    return fmt::format("{:<14}{:>9.3g}   {:<20}{}\n", name, x.value, interval, meaning);
}

report::Waterfall waterfall(RecogniseAnswer const& answer) {
    report::Waterfall out{{"How this contact comes to its decision",
                           "Receptors are added one after the other, activating ones first; the order matters little for the sign, more "
                           "for the size. V is the phosphorylated share of Vav1.",
                           report::Evidence::predicted},
                          {"V, phosphorylated Vav1"}};
    out.start_label = "no receptor";
    out.start = answer.vav_alone;
    for (auto const& [name, change] : answer.build_up) {
        auto label = name;
        for (auto const& share : answer.receptors)
            if (share.name == name && !share.ligands.empty())
                label += " with " + share.ligands.front().first;
        out.steps.push_back({label, change});
    }
    out.total_label = "this contact";
    return out;
}

nlohmann::ordered_json pair_of(Interval const& interval) {
    return {interval.low, interval.high};
}

} // namespace

nlohmann::ordered_json to_json(RecogniseAnswer const& answer) {
    using json = nlohmann::ordered_json;
    json out = {{"E", answer.drive.value},       {"I", answer.inhibition.value}, {"V", answer.vav.value},
                {"rho", answer.education.value}, {"p_hit", answer.p_hit.value},  {"contact_minutes", answer.contact_minutes.value},
                {"p_kill", answer.p_kill.value}};
    out["receptors"] = json::array();
    for (auto const& share : answer.receptors) {
        json ligands = json::object();
        for (auto const& [name, bound] : share.ligands)
            ligands[name] = bound;
        out["receptors"].push_back({{"name", share.name},
                                    {"bound", share.bound},
                                    {"signal", share.signal},
                                    {"sign", share.inhibitory ? "inhibitory" : "activating"},
                                    {"copies", share.copies},
                                    {"share", share.share},
                                    {"V_without", share.vav_without},
                                    {"p_hit_without", share.p_hit_without},
                                    {"ligands", ligands}});
    }
    out["hits"] = answer.hits.value;
    out["minutes_to_hit_or_release"] = answer.numbers.recognition.contact_time;
    out["priming"] = answer.priming;
    out["decision"] = answer.kills ? "kills" : "spares";
    out["kill_threshold"] = kill_threshold;
    out["intervals"] = {{"E", pair_of(answer.drive.interval)},       {"I", pair_of(answer.inhibition.interval)},
                        {"V", pair_of(answer.vav.interval)},         {"rho", pair_of(answer.education.interval)},
                        {"p_hit", pair_of(answer.p_hit.interval)},   {"contact_minutes", pair_of(answer.contact_minutes.interval)},
                        {"p_kill", pair_of(answer.p_kill.interval)}, {"hits", pair_of(answer.hits.interval)}};
    out["parameter_sets"] = answer.ensemble_size;
    out["share_of_sets_that_kill"] = answer.share_that_kill;
    if (answer.flip_asked) {
        out["flips"] = json::array();
        for (auto const& flip : answer.flips)
            out["flips"].push_back({{"ligand", flip.ligand},
                                    {"from", flip.from},
                                    {"to", flip.to},
                                    {"fold", flip.from > 0.0 ? json(flip.to / flip.from) : json(nullptr)},
                                    {"p_kill", flip.p_kill},
                                    {"decision", answer.kills ? "spares" : "kills"},
                                    {"text", flip_sentence(flip, answer.kills)}});
    }
    out["nk"] = answer.nk;
    out["target"] = answer.target;
    out["summary"] = answer.summary;
    out["warnings"] = answer.warnings;
    return out;
}

std::string to_text(RecogniseAnswer const& answer, bool colour) {
    auto text =
        painted(colour, "1", answer.summary) + "\n\n" + fmt::format("NK cell   {}\ntarget    {}\ndecision  ", answer.nk, answer.target);
    text += painted(colour, answer.kills ? "31" : "32", answer.kills ? "kills" : "spares") +
            fmt::format(" (kills from P(kill) = {} per contact on)\n\n", kill_threshold);
    text += painted(colour, "1", fmt::format("{:<14}{:>9}   {:<20}{}", "", "value", "5-95 %", "")) + "\n";
    text += number_line(answer, "E", answer.drive, "activating drive");
    text += number_line(answer, "I", answer.inhibition, "inhibition");
    text += number_line(answer, "rho", answer.education, "responsiveness by education");
    text += number_line(answer, "V", answer.vav, "phosphorylated Vav1");
    text += number_line(answer, "P(hit)", answer.p_hit, "at least one hit in a contact");
    text += number_line(answer, "P(kill)", answer.p_kill, "a lethal contact");
    text += number_line(answer, "hits", answer.hits, "per contact");
    text += number_line(answer, "minutes", answer.contact_minutes, "of contact");

    auto largest = 0.0;
    auto const whole = answer.numbers.recognition;
    for (auto const& share : answer.receptors)
        largest = std::max(largest, std::abs(whole.vav - share.vav_without));
    text += "\n" +
            painted(colour, "1",
                    fmt::format("{:<10}{:>8} {:>8} {:>7} {:>8} {:>9} {:>9}  {:<17}{}", "receptor", "copies", "bound", "share", "signal",
                                "V without", "P without", "   lowers V", "raises V")) +
            "\n";
    std::vector<std::string> silent;
    for (auto const& share : answer.receptors) {
        if (share.bound < 0.5) {
            silent.push_back(share.name);
            continue;
        }
        text += fmt::format("{:<10}{:>8.0f} {:>8.1f} {:>5.0f} % {:>8.3g} {:>9.3f} {:>9.3f}  {}\n", share.name, share.copies, share.bound,
                            100.0 * share.share, share.signal, share.vav_without, share.p_hit_without,
                            bar(whole.vav - share.vav_without, largest, colour));
    }
    if (!silent.empty())
        text += fmt::format("without a ligand here: {}\n", fmt::join(silent, ", "));
    if (answer.flip_asked) {
        text += "\n" +
                painted(colour, "1",
                        answer.kills ? "smallest change of one ligand that saves the target"
                                     : "smallest change of one ligand that makes the cell kill") +
                "\n";
        for (auto const& flip : answer.flips)
            text += "  " + flip_sentence(flip, answer.kills) + "\n";
        if (answer.flips.empty())
            text += "  no single ligand between 0 and 1e6 molecules does\n";
    }
    return text;
}

std::string to_svg(RecogniseAnswer const& answer) {
    return report::render_svg(report::Figure(waterfall(answer)));
}

std::string to_html(RecogniseAnswer const& answer, std::vector<std::string> const& commands, std::string const& version) {
    report::Page page("One contact explained", "Why does this NK cell " + std::string(answer.kills ? "kill" : "spare") + " this target?",
                      answer.summary);
    auto const note = [&](Estimate const& x) {
        return answer.ensemble_size > 1 ? fmt::format("{} to {}, 90 % of {} parameter sets", report::number_text(x.interval.low),
                                                      report::number_text(x.interval.high), answer.ensemble_size)
                                        : std::string("one parameter set");
    };
    page.add_fact({"P(kill)", report::number_text(answer.p_kill.value), note(answer.p_kill)});
    page.add_fact({"P(hit)", report::number_text(answer.p_hit.value), note(answer.p_hit)});
    page.add_fact({"Contact", report::duration_text(answer.contact_minutes.value), note(answer.contact_minutes)});
    page.add_fact({"Responsiveness", report::number_text(answer.education.value), note(answer.education)});
    page.add_figure(waterfall(answer));

    Table table{"receptors", {}};
    std::vector<std::string> names, ligands;
    std::vector<double> copies, bound, signal, vav, p_hit;
    for (auto const& share : answer.receptors) {
        names.push_back(share.name);
        ligands.push_back(share.ligands.empty() ? "none here" : share.ligands.front().first);
        copies.push_back(share.copies);
        bound.push_back(share.bound);
        signal.push_back(share.inhibitory ? -share.signal : share.signal);
        vav.push_back(share.vav_without);
        p_hit.push_back(share.p_hit_without);
    }
    table.add("receptor", names);
    table.add("main ligand", ligands);
    table.add("copies", "molecule/cell", copies);
    table.add("bound", "molecule", bound);
    table.add("signal", "1", signal);
    table.add("V without it", "1", vav);
    table.add("P(hit) without it", "1", p_hit);
    page.add_table("Receptors of this cell", table,
                   "NK cell: " + answer.nk + ". Target: " + answer.target + ". Inhibitory signals are negative.");
    if (answer.flip_asked) {
        page.add_heading("What would reverse the decision");
        for (auto const& flip : answer.flips)
            page.add_paragraph(flip_sentence(flip, answer.kills) + ".");
        if (answer.flips.empty())
            page.add_paragraph("No single ligand between 0 and 1e6 molecules does.");
    }
    std::vector<std::string> limits{"One typical cell and one mean target: real cells differ in copy numbers and in what they met before.",
                                    "The contact must form first; adhesion and access are not part of this answer.",
                                    "Copy numbers and two-dimensional affinities are known to an order of magnitude."};
    limits.insert(limits.end(), answer.warnings.begin(), answer.warnings.end());
    page.set_limits(std::move(limits));
    report::Reproduction reproduction;
    reproduction.commands = commands;
    reproduction.version = version;
    page.set_reproduction(std::move(reproduction));
    return page.html();
}

} // namespace nk::study
