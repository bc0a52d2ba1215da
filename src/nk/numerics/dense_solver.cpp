#include "nk/numerics/dense_solver.hpp"

#include <Eigen/LU>
#include <cmath>
#include <memory>
#include <new>
#include <nvector/nvector_serial.h>
#include <sunmatrix/sunmatrix_dense.h>

namespace nk::numerics {
namespace {

/// What stays between the setup and the solutions of one matrix. No exception may pass through SUNDIALS.
struct DenseContent {
    Eigen::PartialPivLU<Eigen::MatrixXd> factors;
};

DenseContent& content_of(SUNLinearSolver solver) {
    return *static_cast<DenseContent*>(solver->content);
}

SUNLinearSolver_Type dense_type(SUNLinearSolver) {
    return SUNLINEARSOLVER_DIRECT;
}

int set_up_dense(SUNLinearSolver solver, SUNMatrix matrix) {
    auto const rows = SUNDenseMatrix_Rows(matrix);
    Eigen::Map<Eigen::MatrixXd const> const view(SUNDenseMatrix_Data(matrix), rows, SUNDenseMatrix_Columns(matrix));
    if (!view.allFinite())
        return 1; // recoverable: CVODE tries a shorter step
    auto& factors = content_of(solver).factors;
    try {
        factors.compute(view);
    } catch (std::bad_alloc const&) {
        return -1;
    }
    return (factors.matrixLU().diagonal().array() != 0.0).all() ? 0 : 1;
}

int solve_dense(SUNLinearSolver solver, SUNMatrix, N_Vector x, N_Vector b, realtype) {
    auto const n = NV_LENGTH_S(b);
    Eigen::Map<Eigen::VectorXd> to(NV_DATA_S(x), n);
    Eigen::Map<Eigen::VectorXd const> const from(NV_DATA_S(b), n);
    auto const& factors = content_of(solver).factors;
    if (NV_DATA_S(x) == NV_DATA_S(b))
        to = factors.permutationP() * Eigen::VectorXd(from);
    else
        to.noalias() = factors.permutationP() * from;
    factors.matrixLU().triangularView<Eigen::UnitLower>().solveInPlace(to);
    factors.matrixLU().triangularView<Eigen::Upper>().solveInPlace(to);
    return 0;
}

int free_dense(SUNLinearSolver solver) {
    delete static_cast<DenseContent*>(solver->content);
    solver->content = nullptr;
    SUNLinSolFreeEmpty(solver);
    return 0;
}

} // namespace

SUNLinearSolver dense_solver(sunindextype n, SUNContext context) {
    auto const solver = SUNLinSolNewEmpty(context);
    if (solver == nullptr)
        return nullptr;
    auto content = std::unique_ptr<DenseContent>(new (std::nothrow) DenseContent{Eigen::PartialPivLU<Eigen::MatrixXd>(n)});
    if (!content) {
        SUNLinSolFreeEmpty(solver);
        return nullptr;
    }
    solver->ops->gettype = dense_type;
    solver->ops->setup = set_up_dense;
    solver->ops->solve = solve_dense;
    solver->ops->free = free_dense;
    solver->content = content.release();
    return solver;
}

} // namespace nk::numerics
