#pragma once
#include "nk/base/table.hpp"
#include "nk/body/host.hpp"
#include "nk/scenario/host_scenario.hpp"
#include "nk/simulate/tissue_builder.hpp"

#include <memory>
#include <string>
#include <vector>

namespace nk::simulate {

/// What crossed the border between a body and a box of tissue in one interval.
struct Traffic {
    double day = 0.0;       ///< its end
    tissue::Supply supply;  ///< what the body gave in it
    body::SiteReport back;  ///< what the box gave back
    double box_cells = 0.0; ///< tumour cells in the box at its end
    double box_nk = 0.0;    ///< NK cells in the box at its end
};

/// A box of agents that stands for a tumour of a host.
class Site {
  public:
    /// errors  as `build_tissue`
    Site(std::string name, scenario::HostSite const& plan, scenario::HostScenario const& scenario, ParameterBase const& base,
         body::HostPlan const& host, backend::Executor executor);
    Site(Site const&) = delete; // the tissue refers to the laws beside it
    Site& operator=(Site const&) = delete;

    double next() const { return next_; } ///< day on which it wants to be looked at; infinite when it is over
    /// At `next()`: begins, or exchanges what has passed since the last time, and ends with its box.
    /// errors  ScenarioError when the host cannot fill the box; NumericalError
    void meet(body::Host& host);

    std::string const& name() const { return name_; }
    std::size_t tumour() const { return tumour_; }
    double copies() const { return copies_; } ///< cells of the body that a cell of the box stands for; 0 = it has not begun
    std::vector<Traffic> const& traffic() const { return traffic_; }
    tissue::Tissue const& tissue() const { return tissue_; }

  private:
    void begin(body::Host& host);
    tissue::Supply supply_of(body::Host const& host) const;
    body::SiteReport run_until(double day);
    std::vector<double> phenotypes() const;
    double nk_alive() const;

    std::string name_;
    std::size_t tumour_ = 0;
    TissueBuild build_;
    tissue::Tissue tissue_;
    std::vector<bool> is_tumour_; ///< by kind
    std::size_t phenotype_count_ = 1;
    double usual_blood_ = 1.0; ///< NK cells in the blood of the table [cell]
    double molar_mass_ = 1.0;  ///< of interferon-gamma [g/mol]
    double at_ = 0.0;          ///< [day]
    double exchange_ = 0.0;    ///< [day]
    double next_ = 0.0;
    double copies_ = 0.0;
    bool runs_ = false;
    double killed_ = 0.0;     ///< in the box, until the last report
    double interferon_ = 0.0; ///< [molecule], until the last report
    std::vector<Traffic> traffic_;
};

/// A host with the boxes of agents of its scenario. Body and boxes advance in turn, each with what the other was at the last exchange:
/// first order in the time between exchanges. Without boxes it is the host.
class CoupledHost {
  public:
    /// errors  as `build_host` and `build_tissue`
    CoupledHost(body::HostPlan plan, scenario::HostScenario const& scenario, ParameterBase const& base, backend::Executor executor);

    /// errors  as `Host::advance` and `Site::meet`
    void advance(double until);
    body::Host& host() { return host_; }
    body::Host const& host() const { return host_; }
    std::vector<std::unique_ptr<Site>> const& sites() const { return sites_; }

  private:
    body::Host host_;
    std::vector<std::unique_ptr<Site>> sites_;
};

/// Table `sites`: one row a site and exchange.
Table sites_table(CoupledHost const& host);

} // namespace nk::simulate
