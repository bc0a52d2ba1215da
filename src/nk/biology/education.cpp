#include "nk/biology/education.hpp"

#include "nk/base/error.hpp"
#include "nk/numerics/ode.hpp"

#include <cmath>

namespace nk::biology {
namespace {

double vav(double responsiveness, double drive, double brake) {
    auto const push = responsiveness * drive;
    return push > 0.0 ? push / (push + brake) : 0.0;
}

constexpr double minutes_per_day = 1440.0;

} // namespace

double educated_responsiveness(EducationLaw const& law, double drive, double brake) {
    NK_EXPECT(drive >= 0.0 && brake >= 0.0 && drive + brake > 0.0);
    auto const a = brake - law.maximum * drive;
    auto const root = std::sqrt(a * a + 4.0 * (1.0 + law.disarming) * drive * brake * law.maximum);
    if (a > 0.0) // the form without cancellation
        return 2.0 * law.maximum * brake / (a + root);
    return (root - a) / (2.0 * (1.0 + law.disarming) * drive);
}

double re_educate(EducationLaw const& law, double responsiveness, double drive, double brake, double minutes) {
    NK_EXPECT(minutes >= 0.0);
    auto const rate = law.rate / minutes_per_day;
    auto const rhs = [&](double, double const* rho, double* slope) {
        slope[0] = rate * (law.maximum - rho[0] * (1.0 + law.disarming * vav(rho[0], drive, brake)));
    };
    return numerics::integrate(rhs, {responsiveness}, 0.0, minutes, {.relative = 1e-10, .absolute = 1e-14})[0];
}

double relaxation_rate(EducationLaw const& law, double drive, double brake) {
    auto const rho = educated_responsiveness(law, drive, brake);
    auto const v = vav(rho, drive, brake);
    auto const slope = drive * brake / ((rho * drive + brake) * (rho * drive + brake));
    return law.rate / minutes_per_day * (1.0 + law.disarming * (v + rho * slope));
}

} // namespace nk::biology
