#pragma once
#include "nk/formats/report/page.hpp"
#include "nk/study/cohort_statistics.hpp"

#include <nlohmann/json.hpp>

namespace nk::study {

/// Middle and middle half of some numbers; NaN where there are none.
struct Middle {
    double median, low, high;
};

/// What one virus did to the persons of one arm.
struct InfectionRates {
    std::string arm, virus;
    std::string unit; ///< of the titre
    std::size_t persons = 0;
    double years = 0.0;         ///< lived by all persons until death or the end
    std::size_t infections = 0; ///< that began
    std::size_t detected = 0;   ///< whose titre came to the limit of detection
    std::size_t cleared = 0;    ///< by death or the end
    std::size_t severe = 0;
    std::size_t fatal = 0;
    Share infected;         ///< persons with a detected infection
    Share severely;         ///< persons with a severe infection
    Share dead;             ///< persons who died of it
    Middle peak;            ///< log10 of the greatest titre, of detected infections
    Middle days;            ///< until cleared, of those that were cleared
    Middle detectable;      ///< days with a titre above detection, of detected infections
    Middle loss;            ///< of the organ's healthy cells, of all infections [1]
    Middle died;            ///< infected cells, of all infections [cell]
    Middle by_nk;           ///< share of the infected cells that NK cells killed, of all infections [1]
    double most_lost = 0.0; ///< [1]
};

/// In the order of arms, then of viruses by name; empty when nobody can be infected.
///
/// adtte       gives the time that persons lived (OS)
/// infections  one row for each infection
/// adrs        names the viruses that nobody met, too
std::vector<InfectionRates> infection_rates_of(Table const& adtte, Table const& adrs, Table const& infections,
                                               std::vector<std::string> const& arms);

/// Table `infection_rates`; NaN where nothing can be estimated.
Table infection_rates_table(std::vector<InfectionRates> const& rates);
/// The same for readers.
Table infections_shown(std::vector<InfectionRates> const& rates);
/// null where nothing can be estimated
nlohmann::json to_json(InfectionRates const& rates);
/// A line for the terminal.
std::string words_of(InfectionRates const& rates);
/// One or two sentences for the page: how many were infected, how severely.
std::string answer_of(std::vector<InfectionRates> const& rates);

/// How much of the organ's healthy cells each infection of a virus took, as the share of infections that took at least so much.
///
/// severe  loss that is called severe [1]
formats::report::Chart severity_chart(Table const& infections, std::string const& virus, std::vector<std::string> const& arms,
                                      double severe);
/// How long virus was detected in each infection, in the same way.
formats::report::Chart duration_chart(Table const& infections, std::string const& virus, std::vector<std::string> const& arms);

} // namespace nk::study
