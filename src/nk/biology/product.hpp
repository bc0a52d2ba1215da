#pragma once
#include "nk/base/random.hpp"
#include "nk/biology/product_laws.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nk::biology {

// From a bag of blood cells to a bag of NK cells (model section 3.9). Times are days, amounts are cells. Every step takes a bag and gives
// a bag; for each kind of cell, cells out = cells in + born - died - lost.

struct CellCounts {
    double nk = 0.0;
    double t = 0.0;
    double b = 0.0;
    double other = 0.0;
    double total() const { return nk + t + b + other; }
    double purity() const { return total() > 0.0 ? nk / total() : 0.0; }
};

/// Chimeric receptor of a product.
struct ProductCar {
    std::string antigen; ///< "" = none
    double copies = 0.0; ///< on a cell that carries it [molecule/cell]
    double share = 0.0;  ///< cells that carry it
    double kd = 0.0;     ///< chosen affinity [nM]; 0 = that of the base
};

/// Cells in a bag. Counts hold the living and the dead.
struct CellBag {
    CellCounts cells;
    double viability = 1.0;
    double alive_24h = 1.0; ///< of the living, after a day
    double doublings = 0.0; ///< made in culture, mean
    double senescent = 0.0; ///< share that divides no more
    double uneducated = 0.0;
    double vigour = 1.0;
    double priming = 0.0;
    double content = 1.0;
    double motile = 1.0; ///< share of NK cells
    double speed = 1.0;
    std::map<std::string, double> receptors; ///< factor of copies, by what was done in culture
    std::map<std::string, double> edits;     ///< factor of copies, by genes: culture does not undo it
    ProductCar car;
    double il15_secretion = 0.0;   ///< mean over NK cells [pg/cell/day]
    double il15_signal = 0.0;      ///< mean over NK cells, relative to health
    double il15_sensitivity = 1.0; ///< mean over NK cells
    double death = 1.0;            ///< factor of the death rate in a body, mean over NK cells
    double cd16_kept = 0.0;        ///< share of CD16 that is not cleaved
    bool irradiated = false;
    std::string effector;
    /// Factor of the copies of each receptor that is not as in fresh cells.
    std::map<std::string, double> receptor_factors() const;
    double living_nk() const { return cells.nk * viability; }
};

struct StepOutcome {
    CellBag bag;
    CellCounts lost;
    CellCounts born;
    CellCounts died;
    double used = 1.0; ///< share of the cells that the step began with; less than 1 where its vessel cannot hold what they would become
};

/// How a culture is fed.
struct Feeding {
    double time = 14.0;         ///< [day]
    double first = 1.0;         ///< feeders for each NK cell
    double again = 1.0;         ///< the same at later stimulations
    double restimulation = 7.0; ///< [day]
};

/// NK cells of a culture, relative to those that began it.
struct Culture {
    double resting = 1.0;
    double dividing = 0.0;
    double resting_doublings = 0.0;  ///< sum over resting cells
    double dividing_doublings = 0.0; ///< sum over dividing cells
    double feeders = 0.0;            ///< for each NK cell of the last stimulation
    double born = 0.0;
    double died = 0.0;
    double cells() const { return resting + dividing; }
    double doublings() const { return cells() > 0.0 ? (resting_doublings + dividing_doublings) / cells() : 0.0; }
};

/// Resting cells Q, dividing cells D (Zhao-French) and feeders F:
///   dQ/dt = -(r + d_Q) Q + q D,  dD/dt = 2 r Q + (b - d_D - q) D,  r = r_alone + r_max F/(F + K_F),
///   dF/dt = -k D F - l F, with new feeders at every stimulation,  b = b_0 (1 - doublings of D/limit); r likewise falls
/// with the doublings of Q.
/// vigour  factor of b_0
/// doublings  made before [1]
/// errors  NumericalError of the integrator
Culture grow_culture(ExpansionLaw const& law, Feeding const& feeding, double vigour = 1.0, double doublings = 0.0);

/// Laws as they are for one donor or run.
SourceLaw draw(SourceLaw law, Random& rng);
SelectionLaw draw(SelectionLaw law, Random& rng);
ExpansionLaw draw(ExpansionLaw law, Random& rng);
ProductPrimingLaw draw(ProductPrimingLaw law, Random& rng);
GeneLaw draw(GeneLaw law, Random& rng);
StorageLaw draw(StorageLaw law, Random& rng);

/// One step each: bag in, bag out.
CellBag collect_cells(Source const& source);
/// site  recovery of NK cells at the site, relative to the row's
StepOutcome select_cells(CellBag bag, SelectionLaw const& law, double site = 1.0);
/// A culture is begun with no more cells than those whose harvest its vessel holds; the others are lost.
StepOutcome expand_cells(CellBag bag, Expansion const& expansion, Feeding const& feeding);
StepOutcome prime_cells(CellBag bag, ProductPriming const& priming);
/// car  antigen, copies (0 = from the row) and affinity of a chimeric receptor, where the gene is one
StepOutcome change_gene(CellBag bag, Gene const& gene, ProductCar const& car = {});
StepOutcome freeze_cells(CellBag bag, StorageLaw const& law);
StepOutcome irradiate_cells(CellBag bag, StorageLaw const& law);

/// The person the cells come from. What is measured stands instead of the row's number, without spread; -1 = not measured.
struct ProductDonor {
    std::string name;
    std::vector<std::string> hla;
    std::vector<std::string> kir;
    double cells = -1.0; ///< nucleated cells collected
    double nk = -1.0;    ///< NK cells among them
};

/// A step, "selection.cd3_cd56", with what the user chose; -1, 0 and "" = from the row.
struct Step {
    std::string name;
    double time = -1.0;          ///< of an expansion [day]
    double feeders = -1.0;       ///< at first
    double feeders_again = -1.0; ///< later
    ProductCar car;              ///< antigen, copies, kd
};

struct ProductPlan {
    std::string source = "leukapheresis";
    std::vector<Step> steps;
    ProductDonor donor;
    bool autologous = false;
    double site = 1.0; ///< recovery of selections at the site, relative to the row's
    std::string release = "allogeneic";
    double weight = 70.0; ///< of the patient [kg]
    double dose = 0.0;    ///< NK cells wanted [cell/kg]; 0 = all
};

/// One line of the batch record.
struct StepRecord {
    std::string step;
    double day = 0.0; ///< at its end
    CellCounts in;
    CellCounts out;
    CellCounts lost;
    CellCounts born;
    CellCounts died;
    double purity = 0.0;
    double viability = 0.0;
    double doublings = 0.0;
    double used = 1.0; ///< share of the cells that the step began with
};

struct ReleaseTest {
    std::string name;
    double value = 0.0;
    double limit = 0.0;
    bool at_least = true; ///< or at most
    bool measured = true; ///< potency is measured in a well, not here
    bool passed = false;  ///< false while it is not measured
    std::string unit = "1";
};

struct ProductOutcome {
    CellBag bag;
    ProductDonor donor;
    std::vector<StepRecord> record;
    double given_share = 1.0; ///< of the bag that one dose takes
    CellCounts given;         ///< cells of that dose, the dead too
    std::vector<ReleaseTest> release;
    double days = 0.0;
    /// True when every test that was measured is passed.
    bool released() const;
    /// Enters the potency: specific lysis of K562 in 4 h at 10 NK cells to 1 [1].
    void measure_potency(double lysis);
};

/// errors  ScenarioError with all that cannot be: unknown names (with the nearest), a chimeric receptor without antigen, growth of
///         irradiated cells, selection where there is nothing to select
void check_plan(ProductPlan const& plan, ProductTables const& tables);

/// The product of one donor and run. A line that was not irradiated by a step is irradiated at the end.
/// errors  as `check_plan`
ProductOutcome make_product(ProductPlan const& plan, ProductTables const& tables, std::uint64_t seed);

} // namespace nk::biology
