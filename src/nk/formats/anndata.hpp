#pragma once
#include "nk/base/table.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace nk::formats {

/// One measured quantity: a column of the matrix X.
struct AnnDataVariable {
    std::string name;
    std::string unit = "1";
};

/// Cells with what is measured in each of them, as scanpy, squidpy and R's zellkonverter read it. n = rows of `observations`,
/// m = number of `variables`.
struct AnnData {
    std::vector<AnnDataVariable> variables; ///< var: m different names
    std::vector<double> x;                  ///< X: n x m, row by row
    Table observations;                     ///< obs: n rows; texts become categories
    std::vector<std::string> names;         ///< of the cells, n different ones; empty: "0", "1", ...
    std::vector<double> spatial;            ///< obsm/spatial: n x dimensions, row by row [um]; empty: none
    int dimensions = 3;                     ///< of `spatial`: 2 or 3
};

/// Sorts the columns of a table of cells: those named in `variables` go into X, in that order; x, y and z into `spatial` (two
/// dimensions without z, none without x or y); the rest into `observations`.
/// expects: `variables` name number columns; columns of equal length and different names
AnnData anndata_of(Table const& cells, std::vector<std::string> const& variables);

/// Writes an AnnData file (.h5ad), on-disk format 0.1.0 of anndata 0.8 and later: X, obs, var, obsm, uns. Whole or not at all.
/// Categories are sorted. A slash in a column's name becomes `|`. Units stand in var as the column `unit`, for observations in the
/// data frame uns/observation_units, and as the attribute `unit` of each number column.
///
/// expects: sizes as in `AnnData`; column names that differ from each other and from `_index`
/// errors:  MachineError with the path
/// source:  anndata on-disk format, anndata.readthedocs.io
void write_h5ad(std::string const& path, AnnData const& data);

/// The same for a table of cells, sorted by `anndata_of`.
void write_h5ad(std::string const& path, Table const& cells, std::vector<std::string> const& variables);

} // namespace nk::formats
