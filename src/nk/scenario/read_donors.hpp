#pragma once
#include "nk/base/field.hpp"
#include "nk/base/parameters.hpp"
#include "nk/scenario/source_texts.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace nk::scenario {

/// Largest number of donors in a file: registries hold millions, a choice is made among a few.
inline constexpr std::size_t most_donors = 1000;

/// The person who is to receive cells: only what the donor's cells see.
struct DonorPatient {
    std::vector<std::string> hla;
    static constexpr auto fields() {
        return std::tuple{Field{"hla", &DonorPatient::hla, "", any_number, "HLA-A, -B, -C typing, any resolution, or a GL string"}};
    }
};

/// One donor as people describe them. What is not known is left out.
struct DonorEntry {
    std::string name;
    std::vector<std::string> hla;
    std::vector<std::string> kir;
    std::string fcgr3a;                                    ///< "" = not known
    std::string cmv;                                       ///< "" = not known
    double age = std::numeric_limits<double>::quiet_NaN(); ///< [year]; NaN = not known
    static constexpr auto fields() {
        return std::tuple{Field{"name", &DonorEntry::name, "", any_number, "a name of your own, used once"},
                          Field{"hla", &DonorEntry::hla, "", any_number, "HLA-A, -B, -C typing, any resolution, or a GL string"},
                          Field{"kir", &DonorEntry::kir, "", any_number, "KIR genes present, or haplotypes such as A/B; empty = not known"},
                          Field{"fcgr3a", &DonorEntry::fcgr3a, "", any_number, "FCGR3A-158 genotype; empty = not known", "VV|VF|FF"},
                          Field{"cmv", &DonorEntry::cmv, "", any_number, "cytomegalovirus; empty = not known", "negative|positive"},
                          Field{"age", &DonorEntry::age, "year", Range{0, 120}, "age of the donor"}};
    }
};

/// A file of donors: [[donor]] tables, and the patient where the file states one.
struct DonorFile {
    DonorPatient patient;
    std::vector<DonorEntry> donor;
    static constexpr auto fields() {
        return std::tuple{Field{"patient", &DonorFile::patient, "", any_number, "who is to receive the cells"},
                          Field{"donor", &DonorFile::donor, "", any_number, "the donors to compare"}};
    }
};

/// Reads donors to compare.
///
/// name     of the file, for the places of problems
/// sources  keeps the text, so that problems can quote it
/// errors   ScenarioError with every problem at its place: unknown keys with the nearest one, no donor or more than `most_donors`, a name
///          that is missing or given twice, a donor without HLA, alleles and genes that cannot be read
DonorFile read_donors(std::string name, std::string_view text, ParameterBase const& base, SourceTexts& sources);

} // namespace nk::scenario
