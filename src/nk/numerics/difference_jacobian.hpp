#pragma once
#include <cstddef>
#include <functional>
#include <vector>

namespace nk::numerics {

/// Sparse Jacobian J(i, j) = d f_i / d y_j by differences. Where it is not zero is learned; then columns that share no row are varied
/// at once, so that it costs as many calls of f as there are groups of such columns.
///
/// source  Curtis, Powell, Reid 1974 (IMA J Appl Math 13:117)
class DifferenceJacobian {
  public:
    using Function = std::function<void(double const* y, double* f)>;

    explicit DifferenceJacobian(std::size_t n);
    /// Takes the Jacobian at y.
    ///
    /// f_at_y  f(y), shape (n)
    /// step    by which each number is varied, shape (n), > 0
    /// learn   varies every column by itself, and so finds what the pattern lacks; the first time it always does. What a pattern lacks
    ///         falls upon other entries of its row.
    /// returns whether the pattern grew
    bool update(Function const& f, double const* y, double const* f_at_y, std::vector<double> const& step, bool learn);

    /// Rows of a column that may differ from zero, rising; the diagonal is always among them.
    std::vector<std::size_t> const& rows(std::size_t column) const { return rows_[column]; }
    /// Their values.
    std::vector<double> const& values(std::size_t column) const { return values_[column]; }
    std::size_t entries() const;
    std::size_t groups() const { return groups_.size(); }

  private:
    bool learn_column(std::size_t column, double const* f_at_y, double step);
    void group_columns();

    std::vector<std::vector<std::size_t>> rows_;
    std::vector<std::vector<double>> values_;
    std::vector<std::vector<std::size_t>> groups_; ///< columns; empty until the pattern is known
    std::vector<double> varied_, f_;
};

} // namespace nk::numerics
