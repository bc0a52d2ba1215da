#include "nk/numerics/ode.hpp"

#include "nk/base/error.hpp"
#include "nk/base/quantity.hpp"
#include "nk/numerics/difference_jacobian.hpp"

#include <algorithm>
#include <cmath>
#include <cvode/cvode.h>
#include <exception>
#include <limits>
#include <memory>
#include <nvector/nvector_serial.h>
#include <string>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>
#include <type_traits>

namespace nk::numerics {
namespace {

constexpr long most_steps = 1'000'000;  ///< between two output times
constexpr double least_change = 1000.0; ///< of a number whose slope is taken by differences, in roundings of the step's change

/// 1, 2, 4, 8, ...: when the pattern of the Jacobian is learned anew without a reason.
bool power_of_two(long number) {
    return (number & (number - 1)) == 0;
}

} // namespace

/// One integration from its first to its last time. Each has a context of its own, so that threads may integrate at once.
class OdeSolver::Integrator {
  public:
    Integrator(Rhs rhs, std::vector<double> const& y0, double t0, double last, double relative, std::vector<double> const& absolute)
        : call_{std::move(rhs), nullptr, ""}, t_(t0), jacobian_(y0.size()), change_(y0.size()) {
        SUNContext context = nullptr;
        require(SUNContext_Create(nullptr, &context), "context");
        context_.reset(context);
        auto const n = static_cast<sunindextype>(y0.size());
        y_.reset(N_VNew_Serial(n, context));
        matrix_.reset(SUNSparseMatrix(n, n, n, CSC_MAT, context));
        weights_.reset(N_VNew_Serial(n, context));
        require(y_ && weights_ && matrix_ ? 0 : CV_MEM_FAIL, "memory");
        std::copy(y0.begin(), y0.end(), values());
        solver_.reset(SUNLinSol_KLU(y_.get(), matrix_.get(), context));
        cvode_.reset(CVodeCreate(CV_BDF, context));
        require(solver_ && cvode_ ? 0 : CV_MEM_FAIL, "memory");
        auto* const memory = cvode_.get();
        require(CVodeSetErrHandlerFn(memory, remember_message, &call_), "error handler");
        require(CVodeInit(memory, evaluate, t0, y_.get()), "start");
        require(CVodeSetUserData(memory, this), "user data");
        bounds_.reset(N_VNew_Serial(n, context));
        require(bounds_ ? 0 : CV_MEM_FAIL, "memory");
        std::copy(absolute.begin(), absolute.end(), N_VGetArrayPointer(bounds_.get()));
        require(CVodeSVtolerances(memory, relative, bounds_.get()), "tolerances");
        require(CVodeSetLinearSolver(memory, solver_.get(), matrix_.get()), "linear solver");
        require(CVodeSetJacFn(memory, take_jacobian), "Jacobian");
        require(CVodeSetMaxNumSteps(memory, most_steps), "step limit");
        require(CVodeSetMaxErrTestFails(memory, 20), "error test limit");
        require(CVodeSetStopTime(memory, last), "stop time");
    }

    Integrator(Integrator const&) = delete; // CVODE holds its address
    Integrator& operator=(Integrator const&) = delete;

    /// y at `time`, which must not be before the last time asked for.
    std::vector<double> at(double time) {
        auto const status = CVode(cvode_.get(), time, y_.get(), &t_, CV_NORMAL);
        if (status == CV_TOO_CLOSE) // nearer than rounding lets CVODE start: y does not change there
            return copy();
        require(status, "step");
        auto out = copy();
        if (!std::all_of(out.begin(), out.end(), [](double value) { return std::isfinite(value); }))
            throw NumericalError("integration gave a value that is not finite at t = " + to_text(t_));
        return out;
    }

    long steps() const {
        long out = 0;
        CVodeGetNumSteps(cvode_.get(), &out);
        return out;
    }

  private:
    struct FreeContext {
        void operator()(SUNContext context) const { SUNContext_Free(&context); }
    };
    struct FreeVector {
        void operator()(N_Vector vector) const { N_VDestroy(vector); }
    };
    struct FreeMatrix {
        void operator()(SUNMatrix matrix) const { SUNMatDestroy(matrix); }
    };
    struct FreeSolver {
        void operator()(SUNLinearSolver solver) const { SUNLinSolFree(solver); }
    };
    struct FreeCvode {
        void operator()(void* memory) const { CVodeFree(&memory); }
    };
    using Context = std::unique_ptr<std::remove_pointer_t<SUNContext>, FreeContext>;
    using Vector = std::unique_ptr<std::remove_pointer_t<N_Vector>, FreeVector>;
    using Matrix = std::unique_ptr<std::remove_pointer_t<SUNMatrix>, FreeMatrix>;
    using LinearSolver = std::unique_ptr<std::remove_pointer_t<SUNLinearSolver>, FreeSolver>;
    using Cvode = std::unique_ptr<void, FreeCvode>;

    /// What the C callbacks need, and what they have to report: no exception may pass through CVODE.
    struct Call {
        Rhs rhs;
        std::exception_ptr thrown;
        std::string message;
    };

    static int evaluate(realtype t, N_Vector y, N_Vector slope, void* data) {
        auto& call = static_cast<Integrator*>(data)->call_;
        auto* const out = N_VGetArrayPointer(slope);
        try {
            call.rhs(t, N_VGetArrayPointer(y), out);
        } catch (...) {
            call.thrown = std::current_exception();
            return -1;
        }
        auto const finite = std::all_of(out, out + N_VGetLength(y), [](double value) { return std::isfinite(value); });
        return finite ? 0 : 1; // 1 = recoverable: CVODE tries a shorter step
    }

    static int take_jacobian(realtype t, N_Vector y, N_Vector slope, SUNMatrix matrix, void* data, N_Vector, N_Vector, N_Vector) {
        auto& self = *static_cast<Integrator*>(data);
        try {
            return self.take_jacobian(t, N_VGetArrayPointer(y), slope, matrix);
        } catch (...) {
            self.call_.thrown = std::current_exception();
            return -1;
        }
    }

    /// The changes are those of CVODE's own difference quotients.
    int take_jacobian(double t, double const* y, N_Vector slope, SUNMatrix matrix) {
        auto* const memory = cvode_.get();
        long failures = 0;
        auto step = 0.0;
        CVodeGetNumNonlinSolvConvFails(memory, &failures);
        CVodeGetCurrentGamma(memory, &step); // this step, up to a factor near 1; its length itself is told of the next one only
        CVodeGetErrWeights(memory, weights_.get());
        auto const n = change_.size();
        auto const rounding = std::numeric_limits<double>::epsilon();
        auto const norm = N_VWrmsNorm(slope, weights_.get());
        auto const least = norm > 0.0 ? least_change * std::abs(step) * rounding * static_cast<double>(n) * norm : 1.0;
        auto const* const weights = N_VGetArrayPointer(weights_.get());
        for (std::size_t j = 0; j < n; ++j)
            change_[j] = std::max(std::sqrt(rounding) * std::abs(y[j]), least / weights[j]);
        auto const learn = failures > failures_ || power_of_two(++jacobians_);
        failures_ = failures;
        auto const grew =
            jacobian_.update([&](double const* at, double* f) { call_.rhs(t, at, f); }, y, N_VGetArrayPointer(slope), change_, learn);
        // pivots are chosen anew with each Jacobian
        if (SUNLinSol_KLUReInit(solver_.get(), matrix, static_cast<sunindextype>(jacobian_.entries()),
                                grew ? SUNKLU_REINIT_FULL : SUNKLU_REINIT_PARTIAL) != 0)
            return -1;
        return fill(matrix);
    }

    /// 1 where a value is not finite: CVODE tries a shorter step.
    int fill(SUNMatrix matrix) const {
        auto* const starts = SUNSparseMatrix_IndexPointers(matrix);
        auto* const rows = SUNSparseMatrix_IndexValues(matrix);
        auto* const values = SUNSparseMatrix_Data(matrix);
        sunindextype next = 0;
        for (std::size_t j = 0; j < change_.size(); ++j) {
            starts[j] = next;
            for (std::size_t k = 0; k < jacobian_.rows(j).size(); ++k, ++next) {
                rows[next] = static_cast<sunindextype>(jacobian_.rows(j)[k]);
                values[next] = jacobian_.values(j)[k];
                if (!std::isfinite(values[next]))
                    return 1;
            }
        }
        starts[change_.size()] = next;
        return 0;
    }

    static void remember_message(int, char const*, char const*, char* message, void* data) { static_cast<Call*>(data)->message = message; }

    double* values() { return N_VGetArrayPointer(y_.get()); }
    std::vector<double> copy() { return {values(), values() + N_VGetLength(y_.get())}; }
    void require(int status, char const* where) const {
        if (call_.thrown)
            std::rethrow_exception(call_.thrown);
        if (status < 0)
            throw NumericalError("integration failed (" + std::string(where) + ", CVODE " + std::to_string(status) +
                                 ") after t = " + to_text(t_) + (call_.message.empty() ? "" : ": " + call_.message));
    }

    Call call_;
    double t_;
    DifferenceJacobian jacobian_;
    std::vector<double> change_;
    long jacobians_ = 0, failures_ = 0;
    Context context_; // freed last: everything below belongs to it
    Vector y_, bounds_, weights_;
    Matrix matrix_;
    LinearSolver solver_;
    Cvode cvode_;
};

OdeSolver::OdeSolver(Rhs rhs, std::vector<double> const& y0, double t0, double last, double relative, std::vector<double> const& absolute) {
    NK_EXPECT(!y0.empty() && absolute.size() == y0.size() && last > t0);
    NK_EXPECT(std::all_of(y0.begin(), y0.end(), [](double value) { return std::isfinite(value); }));
    integrator_ = std::make_unique<Integrator>(std::move(rhs), y0, t0, last, relative, absolute);
}
OdeSolver::OdeSolver(OdeSolver&&) noexcept = default;
OdeSolver& OdeSolver::operator=(OdeSolver&&) noexcept = default;
OdeSolver::~OdeSolver() = default;

std::vector<double> OdeSolver::at(double time) {
    return integrator_->at(time);
}
long OdeSolver::steps() const {
    return integrator_->steps();
}

std::vector<std::vector<double>> integrate_at(Rhs const& rhs, std::vector<double> y0, std::vector<double> const& times,
                                              Tolerance tolerance) {
    NK_EXPECT(!times.empty() && std::is_sorted(times.begin(), times.end()));
    NK_EXPECT(std::isfinite(times.front()) && std::isfinite(times.back()));
    NK_EXPECT(std::all_of(y0.begin(), y0.end(), [](double value) { return std::isfinite(value); }));
    NK_EXPECT(tolerance.relative >= 0.0 && tolerance.absolute > 0.0);
    std::vector<std::vector<double>> out;
    out.reserve(times.size());
    if (y0.empty() || times.front() == times.back()) {
        out.assign(times.size(), y0);
        return out;
    }
    std::vector<double> const bounds(y0.size(), tolerance.absolute);
    OdeSolver solver(rhs, y0, times.front(), times.back(), tolerance.relative, bounds);
    out.push_back(std::move(y0));
    for (std::size_t i = 1; i < times.size(); ++i)
        out.push_back(times[i] == times[i - 1] ? out.back() : solver.at(times[i]));
    return out;
}

std::vector<double> integrate(Rhs const& rhs, std::vector<double> y0, double t0, double t1, Tolerance tolerance) {
    return std::move(integrate_at(rhs, std::move(y0), {t0, t1}, tolerance).back());
}

} // namespace nk::numerics
