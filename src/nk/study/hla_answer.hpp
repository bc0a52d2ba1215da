#pragma once
#include "nk/biology/typing/typing.hpp"
#include "nk/study/ensemble.hpp"
#include "nk/study/hla_answer_cells.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace nk::study {

/// Names of the texts in which the places of problems stand.
inline constexpr char const* hla_source = "HLA";
inline constexpr char const* kir_source = "KIR";

/// One person's typing as people give it.
struct HlaQuestion {
    std::string id;               ///< of a row of a table; "" for a single person
    std::vector<std::string> hla; ///< names or GL strings, any number
    std::vector<std::string> kir; ///< genes or haplotypes; empty = the reference donor's haplotypes are assumed
    std::string fcgr3a = "VF";
    std::string cmv = "negative";
    int line = 0; ///< of the table's text
};

/// How strongly self has educated a cell.
enum class EducationClass { uneducated, weak, educated };
/// "not educated", "weakly educated", "educated"
char const* to_text(EducationClass education);

/// One receptor of a combination and why it does or does not educate.
struct EducationReason {
    std::string receptor;
    std::string ligand;                                ///< of the strongest pair: "C2"
    std::vector<std::string> carriers;                 ///< alleles that carry it, as typed; empty when there is none or everybody has it
    EducationClass alone = EducationClass::uneducated; ///< of a cell with this receptor only
    std::string text;                                  ///< "KIR2DL1 sees C2 of C*05:01: educated"
};

/// NK cells with one combination of inhibitory receptors for self.
struct Combination {
    std::vector<std::string> receptors;
    double frequency = 0.0; ///< among all NK cells of the blood [1]
    double education = 0.0; ///< responsiveness rho of a typical cell [1]
    double low = 0.0;       ///< 5 % of the ensemble
    double high = 0.0;      ///< 95 %
    EducationClass education_class = EducationClass::uneducated;
    double p_hit_self = 0.0; ///< primed cell against own stressed tissue with all its HLA [1]
    std::vector<std::string> senses_loss_of;
};

/// The NK-cell side of one typing.
struct HlaAnswer {
    std::string id;
    biology::Typing typing;
    std::vector<biology::ReceptorLigandPair> pairs;
    std::vector<EducationReason> reasons;  ///< one a carried receptor
    std::vector<Combination> combinations; ///< all subsets of the carried receptors, by falling frequency
    double educated_share = 0.0;           ///< of all NK cells, weakly educated ones not counted [1]
    Interval educated_interval;
    std::size_t ensemble_size = 1;
    std::string summary;
    std::vector<std::string> warnings;
};

/// Answers for any number of people; what does not depend on the person is made once.
class HlaAnswerer {
  public:
    /// ipd  the user's own protein sequences, or null; must outlive this
    HlaAnswerer(ParameterBase base, Ensemble const& ensemble, biology::IpdProteins const* ipd = nullptr);

    /// Ligands, receptor-ligand pairs, education of every combination and what its cells would notice.
    ///
    /// A combination's typical cell is CD56dim with median copies and the activating receptors that most cells have. It is
    /// educated when its responsiveness is at least 1.25 times, weakly from 1.1 times, that of the cell without any of the
    /// receptors. It senses the loss of a ligand when, fully primed, its chance of hitting the donor's own stressed
    /// tissue becomes at least 0.02 and at least doubles.
    /// errors  ScenarioError for names that cannot be read
    HlaAnswer answer(HlaQuestion const& question) const;

  private:
    ParameterBase base_;
    biology::TypingRules rules_;
    biology::IpdProteins const* ipd_;
    struct Member {
        ParameterBase base;
        CellModel model;
    };
    CellModel model_;
    std::vector<Member> members_;
};

/// The stable JSON of one person (interfaces: `nk hla --json`).
nlohmann::ordered_json to_json(HlaAnswer const& answer);

enum class Paint { off, on };
/// Tables and sentences for people, ending in a newline.
std::string to_text(HlaAnswer const& answer, Paint paint);
/// One line a person, for a table of people.
std::string to_text(std::vector<HlaAnswer> const& answers, Paint paint);

/// People from a table with the columns id, hla and, where wanted, kir, fcgr3a, cmv.
/// errors  ScenarioError for missing columns
std::vector<HlaQuestion> read_people(std::string const& csv_text, std::string const& file);

} // namespace nk::study
