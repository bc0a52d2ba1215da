#pragma once
#include "nk/body/host_plan.hpp"

#include <vector>

namespace nk::body {

/// NK cells that are born, move, divide and die alike. Its classes differ in what they do to targets alone, so their shares of it never
/// change: the body counts populations, and classes meet targets.
struct Population {
    struct Part {
        std::size_t nk_class; ///< of the meeting table
        double share;         ///< of the population [1]
    };
    bool bright = false;
    bool adaptive = false;
    double share = 0.0; ///< of the CD56bright or of the CD56dim cells in health [1]
    std::vector<Part> parts;
};

/// Those of a meeting table: CD56bright, adaptive and other CD56dim cells, as far as it has them.
std::vector<Population> populations_of(biology::MeetingTable const& meetings);

/// Cells of each class of a table when there are so many of each population; less than none is none.
std::vector<double> class_numbers(biology::MeetingTable const& meetings, std::vector<Population> const& populations, double const* cells);

/// Where the numbers of a host stand in its vector.
struct OrganAt {
    std::size_t nk;       ///< one a population [cell]
    std::size_t priming;  ///< of its NK cells [1]
    std::size_t content;  ///< filling of their granules [1]
    std::size_t ifng;     ///< interferon-gamma [ng/mL]
    std::size_t hla;      ///< HLA class I of its cells, relative
    std::size_t inflamed; ///< what draws NK cells, 0..1
    std::size_t alive;    ///< its own cells, relative to health
};

struct AdaptiveAt {
    std::size_t waiting;  ///< antigen not yet presented
    std::size_t antigen;  ///< presented antigen [cell]
    std::size_t chain;    ///< CD8 T cells after 1, 2, ... divisions, one a division [cell]
    std::size_t effector; ///< [cell]
    std::size_t memory;   ///< [cell]
    std::size_t help;     ///< CD4 help, 0..1
    std::size_t plasma;   ///< plasma cells, 0..1
    std::size_t antibody; ///< 0..1
};

struct InfectionAt {
    std::size_t targets;    ///< [cell]
    std::size_t refractory; ///< [cell]
    std::size_t eclipse;    ///< one a stage [cell]
    std::size_t infected;   ///< one a unit of damage [cell]
    std::size_t virus;      ///< titre
    std::size_t interferon; ///< 1 halves production
    std::size_t latent;     ///< [cell]
    std::size_t by_nk;      ///< infected cells killed by NK cells until now [cell]
    std::size_t by_cd8;     ///< ... by CD8 T cells
    std::size_t by_virus;   ///< ... by the virus itself
    std::size_t by_cure;    ///< infected cells cured
    AdaptiveAt adaptive;
    std::size_t first, last; ///< all of them
};

struct TumourAt {
    std::size_t cells;       ///< (phenotype, unit of damage) [cell]
    std::size_t dormant;     ///< one a phenotype [cell]
    std::size_t circulating; ///< [cell]
    std::size_t founded;     ///< metastases expected until now
    std::size_t by_nk;
    std::size_t by_cd8;
    AdaptiveAt adaptive;
    std::size_t first, last;
};

/// Infused NK cells of one product.
struct GraftAt {
    std::vector<Population> populations;
    std::size_t nk;       ///< (organ, population) [cell]
    std::size_t inside;   ///< (tumour, population): injected into it [cell]
    std::size_t priming;  ///< [1]
    std::size_t content;  ///< [1]
    std::size_t given;    ///< infused until now [cell]
    std::size_t born;     ///< [cell]
    std::size_t lost;     ///< [cell]
    std::size_t rejected; ///< of the lost, by the host's T cells [cell]
    std::size_t killed;   ///< cells that they killed: of tumours, infected and healthy ones [cell]
};

struct HostLayout {
    std::vector<Population> populations;
    std::size_t transit_stages = 0;
    std::size_t transit = 0; ///< (population, stage): dividing and newly made cells on their way [cell]
    std::size_t born = 0;    ///< cells made until now [cell]
    std::size_t lost = 0;    ///< cells died or removed until now [cell]
    std::vector<OrganAt> organs;
    std::vector<InfectionAt> infections;
    std::vector<TumourAt> tumours;
    std::vector<GraftAt> grafts;
    std::size_t lymphocytes = 0; ///< T cells, relative to health; under therapy
    std::size_t il6 = 0;         ///< [pg/mL]; under therapy
    std::size_t therapy_first = 0, therapy_last = 0;
    std::size_t divisions = 0; ///< of the CD8 chain
    std::size_t size = 0;
    std::vector<double> scale; ///< numbers too small to matter: absolute bound of the error is `tolerance` times this

    explicit HostLayout(HostPlan const& plan);
};

std::size_t eclipse_stages(InfectionPlan const& plan);

} // namespace nk::body
