#include "nk/study/hla_answer_cells.hpp"

#include "nk/biology/education.hpp"

#include <cmath>

namespace nk::study {

CellModel CellModel::from(ParameterBase const& base) {
    return {biology::Panel::from(base), biology::Laws::from(base), base.load<biology::RepertoireLaw>("repertoire")};
}

double median_copies(biology::Receptor const& receptor, double donor_factor) {
    return receptor.copies * donor_factor * (1.0 - receptor.cis_fraction) * std::exp(-0.5 * receptor.copies_sd * receptor.copies_sd);
}

bool usual(biology::DonorTraits const& donor, int receptor, double priming) {
    auto const r = static_cast<std::size_t>(receptor);
    return donor.frequency_dim[r] + (donor.frequency_primed[r] - donor.frequency_dim[r]) * priming >= 0.5 - 1e-9;
}

biology::ReceptorCopies primed(biology::Panel const& panel, biology::ReceptorCopies resting, double priming) {
    for (std::size_t r = 0; r < panel.receptors.size(); ++r)
        resting[r] *= static_cast<float>(1.0 + (panel.receptors[r].primed_factor - 1.0) * priming);
    return resting;
}

double education_of(CellModel const& model, biology::ReceptorCopies const& resting, biology::LigandCopies const& self) {
    auto const here = biology::recognise(model.panel, model.laws, resting, {}, self, {});
    return biology::educated_responsiveness(model.laws.education, here.drive,
                                            model.laws.recognition.brake + model.laws.recognition.inhibition * here.inhibition);
}

std::vector<std::string> const& self_receptors() {
    static std::vector<std::string> const names{"NKG2A", "KIR2DL1", "KIR2DL2", "KIR2DL3", "KIR3DL1", "KIR3DL2"};
    return names;
}

std::vector<double> combination_shares(biology::Repertoire const& repertoire, std::vector<int> const& receptors, std::size_t cells) {
    NK_EXPECT(receptors.size() < 32 && cells > 0);
    std::vector<double> out(std::size_t{1} << receptors.size(), 0.0);
    constexpr std::uint64_t seed = 1; // fixed: the answer is the same every time
    for (std::uint64_t i = 0; i < cells; ++i) {
        auto const cell = repertoire.cell(seed, i);
        std::size_t mask = 0;
        for (std::size_t k = 0; k < receptors.size(); ++k)
            mask |= cell.copies[receptors[k]] > 0.0F ? std::size_t{1} << k : 0;
        out[mask] += 1.0;
    }
    for (auto& share : out)
        share /= static_cast<double>(cells);
    return out;
}

} // namespace nk::study
