#include "nk/study/experiment.hpp"

#include "nk/numerics/curve_fit.hpp"
#include "nk/numerics/statistics.hpp"
#include "nk/scenario/reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace nk::study {
namespace {

[[noreturn]] void bad_check(Check const& check, std::string const& what, std::string const& hint = "") {
    throw ScenarioError(Problem{{}, "check", "check \"" + check.name + "\": " + what, "", hint});
}

double number_at_start(std::string const& text) {
    double out = NAN;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

/// "readout@key=value,key=value"
struct Selection {
    std::string readout;
    std::vector<std::pair<std::string, std::string>> filters;
};

Selection parse_selection(Check const& check, std::string const& text) {
    Selection out;
    auto const at = text.find('@');
    out.readout = text.substr(0, at);
    for (auto from = at; from != std::string::npos;) {
        auto const to = text.find(',', from + 1);
        auto const item = text.substr(from + 1, to == std::string::npos ? to : to - from - 1);
        auto const equals = item.find('=');
        if (equals == std::string::npos)
            bad_check(check, "filter `" + item + "` needs the form key=value");
        out.filters.emplace_back(item.substr(0, equals), item.substr(equals + 1));
        from = to;
    }
    return out;
}

bool matches(Check const& check, Observation const& o, std::pair<std::string, std::string> const& filter) {
    auto const& [key, wanted] = filter;
    if (key == "arm")
        return o.arm == wanted;
    if (key == "effector")
        return o.effector == wanted;
    if (key == "target")
        return o.target == wanted;
    if (key == "value")
        return o.value == wanted;
    if (key == "donor")
        return o.donor == std::lround(number_at_start(wanted));
    if (key == "e_to_t" || key == "hour") {
        auto const x = key == "hour" ? o.hour : o.e_to_t;
        return std::abs(x - number_at_start(wanted)) < 1e-9 * (1.0 + x);
    }
    bad_check(check, "unknown filter `" + key + "`", "filters: arm, effector, target, value, donor, e_to_t, hour");
}

std::vector<Observation const*> select(Check const& check, Selection const& selection, std::vector<Observation> const& all) {
    std::vector<Observation const*> out;
    for (auto const& o : all)
        if (std::all_of(selection.filters.begin(), selection.filters.end(), [&](auto const& filter) { return matches(check, o, filter); }))
            out.push_back(&o);
    if (out.empty())
        bad_check(check, "no well matches `" + selection.readout + "@...`");
    return out;
}

double reading(Check const& check, Observation const& o, std::string const& readout) {
    auto const found = o.readouts.find(readout);
    if (found == o.readouts.end()) {
        std::vector<std::string> known;
        for (auto const& [name, value] : o.readouts)
            known.push_back(name);
        bad_check(check, "there is no read-out `" + readout + "`", "nearest: " + nearest_name(readout, known));
    }
    return found->second;
}

double mean_of(Check const& check, std::string const& text, std::vector<Observation> const& all) {
    auto const selection = parse_selection(check, text);
    std::vector<double> values;
    for (auto const* o : select(check, selection, all))
        if (auto const x = reading(check, *o, selection.readout); std::isfinite(x))
            values.push_back(x);
    return values.empty() ? NAN : numerics::mean(values);
}

std::vector<double> donor_means(Check const& check, std::string const& text, std::vector<Observation> const& all) {
    auto const selection = parse_selection(check, text);
    std::map<int, std::vector<double>> by_donor;
    for (auto const* o : select(check, selection, all))
        by_donor[o->donor].push_back(reading(check, *o, selection.readout));
    std::vector<double> out;
    for (auto const& [donor, values] : by_donor)
        out.push_back(numerics::mean(values));
    return out;
}

/// The read-out against the running key, in rising order.
std::pair<std::vector<double>, std::vector<double>> curve_of(Check const& check, std::string const& text,
                                                             std::vector<Observation> const& all) {
    auto const selection = parse_selection(check, text);
    auto const x_of = [&](Observation const& o) {
        return check.over == "value" ? number_at_start(o.value) : check.over == "hour" ? o.hour : o.e_to_t;
    };
    std::map<double, std::vector<double>> points;
    for (auto const* o : select(check, selection, all))
        points[x_of(*o)].push_back(reading(check, *o, selection.readout));
    std::pair<std::vector<double>, std::vector<double>> out;
    for (auto const& [x, values] : points) {
        out.first.push_back(x);
        out.second.push_back(numerics::mean(values));
    }
    return out;
}

double ec50_of(Check const& check, std::string const& text, std::vector<Observation> const& all) {
    auto [x, y] = curve_of(check, text, all);
    if (x.front() <= 0.0) { // a logistic in log x has no place for a blank
        x.erase(x.begin());
        y.erase(y.begin());
    }
    try {
        return numerics::fit_logistic(x, y).curve.ec50();
    } catch (NumericalError const&) {
        return NAN;
    }
}

double share_of_right_steps(Check const& check, std::vector<double> const& y) {
    auto right = 0.0;
    for (std::size_t i = 1; i < y.size(); ++i) {
        auto const step = check.direction == "falling" ? y[i - 1] - y[i] : y[i] - y[i - 1];
        right += step >= -check.slack ? 1.0 : 0.0;
    }
    return y.size() > 1 ? right / static_cast<double>(y.size() - 1) : NAN;
}

double observe(Check const& check, std::vector<Observation> const& all) {
    auto const& kind = check.kind;
    if (kind == "ratio")
        return mean_of(check, check.of, all) / mean_of(check, check.to, all);
    if (kind == "difference")
        return mean_of(check, check.of, all) - mean_of(check, check.to, all);
    if (kind == "ratio_to_sum") {
        auto sum = 0.0;
        for (auto const& part : check.sum)
            sum += mean_of(check, part, all);
        return mean_of(check, check.of, all) / std::max(1e-9, sum);
    }
    if (kind == "monotone")
        return share_of_right_steps(check, curve_of(check, check.of, all).second);
    if (kind == "ec50")
        return ec50_of(check, check.of, all);
    if (kind == "ec50_ratio")
        return ec50_of(check, check.of, all) / ec50_of(check, check.to, all);
    if (kind == "half_maximal") {
        auto const [x, y] = curve_of(check, check.of, all);
        return numerics::half_maximal(x, y).value_or(NAN);
    }
    if (kind == "range_ratio") {
        auto const [x, y] = curve_of(check, check.of, all);
        return *std::max_element(y.begin(), y.end()) / std::max(1e-9, *std::min_element(y.begin(), y.end()));
    }
    if (kind == "donor_sd")
        return numerics::sd(donor_means(check, check.of, all));
    if (kind == "donor_cv") {
        auto const values = donor_means(check, check.of, all);
        return numerics::sd(values) / numerics::mean(values);
    }
    return mean_of(check, check.of, all);
}

} // namespace

Experiment read_experiment(std::string const& text, ParameterBase const& base, std::string const& name) {
    return scenario::read_document<Experiment>(name, text, base);
}

Experiment quick_part(Experiment experiment) {
    std::vector<std::string> left_out;
    for (auto const& arm : experiment.arm)
        if (!arm.quick)
            left_out.push_back(arm.name);
    std::erase_if(experiment.arm, [](Arm const& arm) { return !arm.quick; });
    std::erase_if(experiment.check, [&](Check const& check) {
        auto texts = check.sum;
        texts.push_back(check.of);
        if (!check.to.empty())
            texts.push_back(check.to);
        return std::any_of(texts.begin(), texts.end(), [&](std::string const& text) {
            auto const filters = parse_selection(check, text).filters;
            return std::any_of(filters.begin(), filters.end(), [&](auto const& filter) {
                return filter.first == "arm" && std::find(left_out.begin(), left_out.end(), filter.second) != left_out.end();
            });
        });
    });
    return experiment;
}

CheckResult evaluate(Check const& check, std::vector<Observation> const& observations) {
    CheckResult out{check, observe(check, observations), false};
    out.pass = std::isfinite(out.observed) && out.observed >= check.low && out.observed <= check.high;
    return out;
}

bool answers(std::vector<Observation> const& observations, Check const& check) {
    auto texts = check.sum;
    texts.push_back(check.of);
    if (!check.to.empty())
        texts.push_back(check.to);
    return std::all_of(texts.begin(), texts.end(), [&](std::string const& text) {
        auto const readout = text.substr(0, text.find('@'));
        return std::any_of(observations.begin(), observations.end(), [&](Observation const& o) { return o.readouts.contains(readout); });
    });
}

} // namespace nk::study
