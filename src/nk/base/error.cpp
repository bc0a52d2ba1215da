#include "nk/base/error.hpp"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace nk {
namespace {

std::string first_line(std::vector<Problem> const& problems) {
    if (problems.empty())
        return "unknown problem";
    auto const& p = problems.front();
    auto text = p.what;
    if (!p.hint.empty())
        text += " (" + p.hint + ")";
    if (problems.size() > 1)
        text += ", and " + std::to_string(problems.size() - 1) + " more";
    return text;
}

/// Letters left out, added, changed, or exchanged with their neighbour; capitals do not matter.
std::size_t edit_distance(std::string const& a, std::string const& b) {
    auto const same = [&](std::size_t i, std::size_t j) {
        return std::tolower(static_cast<unsigned char>(a[i])) == std::tolower(static_cast<unsigned char>(b[j]));
    };
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before.swap(last);
        last.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same(i - 1, j - 1) ? 0 : 1)});
            if (i > 1 && j > 1 && same(i - 1, j - 2) && same(i - 2, j - 1))
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row[b.size()];
}

} // namespace

ScenarioError::ScenarioError(std::vector<Problem> found) : std::runtime_error(first_line(found)), problems_(std::move(found)) {}

void contract_failed(char const* kind, char const* condition, char const* file, int line) {
    throw ContractError(std::string(file) + ":" + std::to_string(line) + ": " + kind + " " + condition);
}

std::string nearest_name(std::string const& wrong, std::vector<std::string> const& known) {
    if (wrong.size() > 200)
        return "";
    std::string best;
    auto const letters = wrong.size();
    auto best_distance = letters < 3 ? std::size_t{1} : std::max<std::size_t>(1, letters / 3) + 1; // of short words, most are near
    for (auto const& name : known) {
        auto const length_gap = name.size() > wrong.size() ? name.size() - wrong.size() : wrong.size() - name.size();
        if (length_gap >= best_distance)
            continue;
        if (auto const d = edit_distance(wrong, name); d < best_distance) {
            best_distance = d;
            best = name;
        }
    }
    return best;
}

} // namespace nk
