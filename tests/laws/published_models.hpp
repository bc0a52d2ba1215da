#pragma once
#include <cmath>
#include <vector>

// Published models of populations as problems for an integrator. Names are those of the papers; time is in days. Where the machine-readable
// file of a model departs from its paper, the file is followed and the comment says so: what is tested is the integrator, not the model.

namespace nk::published {

/// Kuznetsov 1994, Bull Math Biol 56:295 (PMID 8186756): effector cells and an immunogenic tumour. BIOMD0000000762.
/// y: E, T [cell]
struct Kuznetsov1994 {
    double s = 1.3e4;     ///< influx of effectors [cell/day]
    double p = 0.1245;    ///< greatest recruitment by the tumour [1/day]
    double g = 2.019e7;   ///< tumour at half of it [cell]
    double m = 3.422e-10; ///< effectors lost on tumour cells [1/(cell day)]
    double d = 0.0412;    ///< death of effectors [1/day]
    double n = 1.101e-7;  ///< kill [1/(cell day)]
    double a = 0.18;      ///< growth of the tumour [1/day]
    double b = 2e-9;      ///< 1 / its capacity [1/cell]

    std::vector<double> start() const { return {3.2e5, 5e6}; }

    void operator()(double, double const* y, double* dydt) const {
        auto const E = y[0], T = y[1];
        dydt[0] = s + p * E * T / (g + T) - m * E * T - d * E;
        dydt[1] = a * T * (1.0 - b * T) - n * E * T;
    }
};

/// de Pillis 2009, Comput Math Methods Med 10:165 (doi 10.1080/17486700802216301): tumour, NK cells, CD8 T cells, circulating lymphocytes,
/// a drug and IL-2. As BIOMD0000000779 has it: d = l = s = 0, so that CD8 T cells do not kill, and their turnover is
/// phi m L / (phi + I) where the paper has theta in both places (`turnover` chooses).
/// y: T [cell], N, L, C [cell/L], M [mg/L], I [IU/L]
struct DePillis2009 {
    double a = 0.431;          ///< growth of the tumour [1/day]
    double b = 1.02e-9;        ///< 1 / its capacity [1/cell]
    double c = 2.9077e-13;     ///< kill by NK cells [L/(cell day)]
    double d = 0.0;            ///< greatest kill by CD8 T cells [1/day]
    double l = 0.0;            ///< exponent of (L/T) in it [1]
    double s = 0.0;            ///< (L/T)^l at half of it [(1/L)^l]
    double ef = 0.111;         ///< NK cells per circulating lymphocyte, e/f [1]
    double f = 0.0125;         ///< turnover of NK cells [1/day]
    double p = 2.794e-13;      ///< NK cells lost on tumour cells [1/(cell day)]
    double p_N = 0.068;        ///< greatest proliferation of NK cells on IL-2 [1/day]
    double g_N = 250360.0;     ///< IL-2 at half of it [IU/L]
    double m = 0.009;          ///< turnover of CD8 T cells without IL-2 [1/day]
    double theta = 2.5036e-3;  ///< IL-2 that halves it, in the paper [IU/L]
    double q = 3.422e-10;      ///< CD8 T cells lost on tumour cells [1/(cell day)]
    double r_1 = 2.9077e-11;   ///< CD8 T cells raised by NK cells and tumour [1/(cell day)]
    double r_2 = 5.8467e-13;   ///< the same by circulating lymphocytes [1/(cell day)]
    double p_I = 2.971;        ///< greatest proliferation of CD8 T cells on IL-2 [1/day]
    double g_I = 2503.6;       ///< IL-2 at half of it [IU/L]
    double u = 4.417e-14;      ///< suppression of CD8 T cells [L^2/(cell^2 day)]
    double kappa = 2503.6;     ///< IL-2 at half of it [IU/L]
    double j = 0.01245;        ///< CD8 T cells stimulated by debris [1/day]
    double k = 2.019e7;        ///< tumour at half of it [cell]
    double beta = 0.0063;      ///< turnover of circulating lymphocytes [1/day]
    double alphabeta = 2.25e9; ///< their number in health, alpha/beta [cell/L]
    double K_T = 0.9;          ///< greatest kill by the drug: tumour [1/day]
    double K_N = 0.0675;       ///< NK cells [1/day]
    double K_L = 0.0486;       ///< CD8 T cells [1/day]
    double K_C = 0.034;        ///< circulating lymphocytes [1/day]
    double delta = 1.8328;     ///< delta_T = delta_N = delta_L = delta_C of the paper [L/mg]
    double gamma = 0.5199;     ///< excretion of the drug [1/day]
    double mu_I = 11.7427;     ///< loss of IL-2 [1/day]
    double phi = 2.38405e-7;   ///< IL-2 from circulating lymphocytes [IU/(cell day)]
    double omega = 0.07874;    ///< IL-2 from CD8 T cells [IU/(cell day)]
    double zeta = 2503.6;      ///< IL-2 at half of it [IU/L]
    double v_L = 0.0;          ///< infusion of CD8 T cells [cell/(L day)]
    double v_M = 0.0;          ///< infusion of the drug [mg/(L day)]
    double v_I = 0.0;          ///< infusion of IL-2 [IU/(L day)]
    double turnover = phi;     ///< `phi` as in the file, `theta` as in the paper [IU/L]

    std::vector<double> start() const { return {1e7, 2.5e8, 5.268e5, 2.25e9, 0.0, 1073.0}; }

    void operator()(double, double const* y, double* dydt) const {
        auto const T = y[0], N = y[1], L = y[2], C = y[3], M = y[4], I = y[5];
        auto const ratio = std::pow(L / T, l);
        auto const D = d * ratio / (s + ratio);
        auto const drug = 1.0 - std::exp(-delta * M);
        dydt[0] = a * T * (1.0 - b * T) - c * N * T - D * T - K_T * drug * T;
        dydt[1] = f * (ef * C - N) - p * N * T + p_N * N * I / (g_N + I) - K_N * drug * N;
        dydt[2] = -turnover * m * L / (turnover + I) + j * T / (k + T) * L - q * L * T + (r_1 * N + r_2 * C) * T -
                  u * L * L * C * I / (kappa + I) - K_L * drug * L + p_I * L * I / (g_I + I) + v_L;
        dydt[3] = beta * (alphabeta - C) - K_C * drug * C;
        dydt[4] = -gamma * M + v_M;
        dydt[5] = -mu_I * I + phi * C + omega * L * I / (zeta + I) + v_I;
    }
};

/// Hoffman 2018, J Theor Biol (PMID 28970093): antibody-dependent cytotoxicity. BIOMD0000000802, without units.
/// y: A antibody, R fraction of antigen bound, S targets alive, C conjugates
struct Hoffman2018 {
    double a1 = 1e-3;   ///< binding of antibody
    double a2 = 1.44;   ///< its release
    double gamma = 1.0; ///< a1^n with n = 0
    double v1 = 120.0;  ///< conjugates made
    double u = 20.0;    ///< effectors per target
    double v2 = 14.4;   ///< conjugates parted
    double f_k = 1.0;   ///< greatest kill
    double r_k = 0.5;   ///< R at half of it

    std::vector<double> start() const { return {1.0, 0.0, 1.0, 0.0}; }

    void operator()(double, double const* y, double* dydt) const {
        auto const A = y[0], R = y[1], S = y[2], C = y[3];
        auto const f = f_k * R / (R + r_k);
        dydt[0] = -a1 * (1.0 - R) * A * S + a2 * gamma * R * S;
        dydt[1] = a1 / gamma * (1.0 - R) * A - a2 * R;
        dydt[2] = -f * C;
        dydt[3] = v1 * (u - C) * (S - C) - v2 * C - f * C;
    }
};

/// Hernandez-Vargas & Meyer-Hermann 2012, IFAC Proc 45 (doi 10.3182/20120829-3-HU-2029.00029): influenza, interferon and NK cells of a
/// lung. BIOMD0000000710. Production of cells balances their loss in health: S_H = delta_H U_H(0), S_K = delta_K K(0).
/// y: U_H, U_E, U_I, U_R epithelial cells healthy, partially infected, infected, resistant [cell]; V virus, IFN interferon [their units];
/// K NK cells [cell]
struct HernandezVargas2012 {
    double k_I = 3e-3;      ///< infection [1/(virus day)]
    double k_R = 7.0;       ///< cells made resistant [1/(interferon day)]
    double k_E = 0.5;       ///< partially infected to infected [1/day]
    double q_K = 3e-6;      ///< kill by NK cells [1/(cell day)]
    double phi_K = 1e-3;    ///< NK cells called by infected ones [1/day]
    double a_I = 3e-6;      ///< interferon from infected cells [interferon/(cell day)]
    double p_V = 0.01;      ///< virus from infected cells [virus/(cell day)]
    double delta_H = 0.01;  ///< death of healthy cells [1/day]
    double delta_I = 0.01;  ///< of infected ones [1/day]
    double delta_R = 0.01;  ///< of resistant ones [1/day]
    double delta_IFN = 4.0; ///< loss of interferon [1/day]
    double delta_K = 0.04;  ///< death of NK cells [1/day]
    double delta_V = 5.2;   ///< loss of virus [1/day]
    double U_H0 = 5e8;      ///< healthy cells at the start [cell]
    double K0 = 8e5;        ///< NK cells at the start [cell]

    std::vector<double> start() const { return {U_H0, 0.0, 0.0, 0.0, 1e-3, 0.0, K0}; }

    void operator()(double, double const* y, double* dydt) const {
        auto const U_H = y[0], U_E = y[1], U_I = y[2], U_R = y[3], V = y[4], IFN = y[5], K = y[6];
        dydt[0] = delta_H * U_H0 - k_I * U_H * V - k_R * U_H * IFN - delta_H * U_H;
        dydt[1] = k_I * U_H * V - k_E * U_E - q_K * U_E * K;
        dydt[2] = k_E * U_E - delta_I * U_I - q_K * U_I * K;
        dydt[3] = k_R * U_H * IFN - delta_R * U_R;
        dydt[4] = p_V * U_I - delta_V * V;
        dydt[5] = a_I * U_I - delta_IFN * IFN;
        dydt[6] = delta_K * K0 + phi_K * U_I - delta_K * K;
    }
};

/// Fatehi Chenar, Kyrychko & Blyuss 2018, J Theor Biol (PMID 29574141): hepatitis B with NK cells, cytotoxic T cells, interferons and
/// antibody. BIOMD0000000848, without units.
/// y: T uninfected, I infected, F1 interferon-alpha/beta, F2 interferon-gamma, N NK cells, E T cells, R refractory, V virus, A antibody
struct FatehiChenar2018 {
    double d = 0.003;       ///< turnover of uninfected cells
    double beta = 7.0;      ///< infection
    double rho = 5.0;       ///< refractory cells lose their resistance
    double psi_1 = 14.0;    ///< uninfected cells become refractory by interferons
    double psi_2 = 21.0;    ///< infected cells are cured by interferon-gamma
    double delta = 0.56;    ///< death of infected cells
    double mu_1 = 5.0;      ///< kill by NK cells
    double s_1 = 1.5;       ///< its rise by F1
    double s_2 = 0.6;       ///< its rise by F2
    double mu_2 = 0.14;     ///< kill by T cells
    double s_1_prime = 1.9; ///< its rise by F1
    double s_2_prime = 2.0; ///< its rise by F2
    double p_1 = 1.0;       ///< F1 from infected cells
    double delta_1 = 4.9;   ///< loss of F1
    double p_2 = 0.5;       ///< F2 from T cells
    double p_3 = 3.0;       ///< F2 from NK cells
    double delta_2 = 5.16;  ///< loss of F2
    double q_1 = 0.8;       ///< NK cells raised by F1
    double q_2 = 0.6;       ///< NK cells raised by F2
    double r_e = 0.5;       ///< turnover of T cells
    double alpha = 1.0;     ///< T cells raised by infected cells
    double p = 20.0;        ///< virus from infected cells
    double s_3 = 1.7;       ///< less of it by F1
    double s_4 = 1.0;       ///< less of it by F2
    double c = 0.67;        ///< loss of virus
    double k = 8.0;         ///< virus and antibody bind
    double d_a = 0.332;     ///< turnover of antibody
    double q = 5.0;         ///< antibody raised by virus

    std::vector<double> start() const { return {0.9, 0.0, 0.0, 0.0, 0.1, 0.2, 0.0, 0.4, 0.1}; }

    void operator()(double, double const* y, double* dydt) const {
        auto const T = y[0], I = y[1], F1 = y[2], F2 = y[3], N = y[4], E = y[5], R = y[6], V = y[7], A = y[8];
        auto const kill = mu_1 * (1.0 + s_1 * F1 + s_2 * F2) * N + mu_2 * (1.0 + s_1_prime * F1 + s_2_prime * F2) * E;
        dydt[0] = d * (1.0 - T) - beta * V * T + rho * R - psi_1 * T * (F1 + F2);
        dydt[1] = beta * V * T - delta * I - kill * I - psi_2 * I * F2;
        dydt[2] = p_1 * I - delta_1 * F1;
        dydt[3] = p_2 * E + p_3 * N - delta_2 * F2;
        dydt[4] = N * (1.0 - N) + (q_1 * F1 + q_2 * F2) * N;
        dydt[5] = r_e * E * (1.0 - E) + alpha * I * E;
        dydt[6] = psi_1 * T * (F1 + F2) + psi_2 * I * F2 - rho * R;
        dydt[7] = p * I / (1.0 + s_3 * F1 + s_4 * F2) - c * V - k * A * V;
        dydt[8] = d_a * (1.0 - A) + q * V - k * A * V;
    }
};

} // namespace nk::published
