#include "nk/numerics/difference_jacobian.hpp"

#include "nk/base/error.hpp"

#include <algorithm>

namespace nk::numerics {

DifferenceJacobian::DifferenceJacobian(std::size_t n) : rows_(n), values_(n), varied_(n), f_(n) {
    for (std::size_t j = 0; j < n; ++j) {
        rows_[j] = {j};
        values_[j] = {0.0};
    }
}

bool DifferenceJacobian::update(Function const& f, double const* y, double const* f_at_y, std::vector<double> const& step, bool learn) {
    auto const n = rows_.size();
    NK_EXPECT(step.size() == n);
    std::copy(y, y + n, varied_.begin());
    if (learn || groups_.empty()) {
        auto grew = groups_.empty();
        for (std::size_t j = 0; j < n; ++j) {
            varied_[j] = y[j] + step[j];
            f(varied_.data(), f_.data());
            varied_[j] = y[j];
            grew |= learn_column(j, f_at_y, step[j]);
        }
        if (grew)
            group_columns();
        return grew;
    }
    for (auto const& group : groups_) {
        for (auto const j : group)
            varied_[j] = y[j] + step[j];
        f(varied_.data(), f_.data());
        for (auto const j : group) {
            varied_[j] = y[j];
            for (std::size_t k = 0; k < rows_[j].size(); ++k) {
                auto const i = rows_[j][k];
                values_[j][k] = (f_[i] - f_at_y[i]) / step[j];
            }
        }
    }
    return false;
}

/// Values of a column that was varied by itself; rows that were not known are added.
bool DifferenceJacobian::learn_column(std::size_t column, double const* f_at_y, double step) {
    auto& rows = rows_[column];
    auto const known = rows.size();
    for (std::size_t i = 0; i < f_.size(); ++i)
        if (f_[i] != f_at_y[i] && !std::binary_search(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(known), i))
            rows.push_back(i);
    auto const grew = rows.size() > known;
    std::sort(rows.begin(), rows.end());
    values_[column].resize(rows.size());
    for (std::size_t k = 0; k < rows.size(); ++k)
        values_[column][k] = (f_[rows[k]] - f_at_y[rows[k]]) / step;
    return grew;
}

/// Each column goes to the first group in which its rows are free.
void DifferenceJacobian::group_columns() {
    groups_.clear();
    std::vector<std::vector<bool>> taken;
    for (std::size_t j = 0; j < rows_.size(); ++j) {
        auto const fits = [&](std::vector<bool> const& rows) {
            return std::none_of(rows_[j].begin(), rows_[j].end(), [&](std::size_t i) { return rows[i]; });
        };
        auto const group = static_cast<std::size_t>(std::find_if(taken.begin(), taken.end(), fits) - taken.begin());
        if (group == taken.size()) {
            taken.emplace_back(rows_.size(), false);
            groups_.emplace_back();
        }
        for (auto const i : rows_[j])
            taken[group][i] = true;
        groups_[group].push_back(j);
    }
}

std::size_t DifferenceJacobian::entries() const {
    std::size_t out = 0;
    for (auto const& rows : rows_)
        out += rows.size();
    return out;
}

} // namespace nk::numerics
