#pragma once
#include "nk/simulate/cell_source.hpp"

#include <set>

namespace nk::simulate {

/// A CSV with one row for each cell or label, with the columns that cells may have picked out.
class CellTable {
  public:
    /// needed  columns that must be there
    /// errors  ScenarioError with line and column: no table, columns missing, doubled or misspelt, texts where numbers belong
    CellTable(std::string text, std::string file, std::vector<std::string> const& needed);

    std::size_t rows() const { return table_.rows(); }
    /// kind, phenotype and the named columns, those that are there, in um and plain numbers.
    Table cells(std::vector<std::string> const& places) const;
    /// The row of each label.  errors: ScenarioError for labels that have none, at `where`, and for rows with the same label
    std::vector<std::size_t> rows_of_labels(std::vector<double> const& labels, Place const& where, std::string const& mask) const;
    Place where(std::size_t row, std::string const& column) const;

  private:
    void check_columns(std::vector<std::string> const& needed) const;
    void check_numbers(TableColumn& column, std::size_t index);
    std::size_t index_of(std::string const& name) const;

    std::string text_, file_;
    Table table_;
};

/// These rows of a table, in this order.
Table picked(Table const& table, std::vector<std::size_t> const& rows);

/// Takes the cells out that are not of `place.only`, and the column kind when `place.of` stands for it.
void keep_kinds(CellSource& source, scenario::CellPlace const& place);

} // namespace nk::simulate
