#include "nk/base/words.hpp"
#include "nk/formats/csv.hpp"
#include "nk/study/hla_answer.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace nk::study {
namespace {

constexpr double shown_from = 0.005; ///< rarer combinations are summed

std::string painted(Paint paint, char const* code, std::string const& text) {
    return paint == Paint::on ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
}

char const* colour_of(EducationClass education) {
    return education == EducationClass::educated ? "32" : education == EducationClass::weak ? "33" : "90";
}

std::string name_of(Combination const& c) {
    return c.receptors.empty() ? "none" : joined(c.receptors, " ");
}

std::string allele_table(HlaAnswer const& answer, Paint paint) {
    auto text = painted(paint, "1", fmt::format("{:<24}{:<7}{:<16}{:<7}{}", "allele", "locus", "ligand", "-21", "decided by")) + "\n";
    for (auto const& allele : answer.typing.alleles) {
        auto ligand = std::string(biology::to_text(allele.ligand));
        for (auto const& also : allele.also)
            ligand = ligand == "none" ? also : ligand + " " + also;
        if (!allele.on_surface)
            ligand = "not on surface";
        auto name = allele.name.size() > 22 ? allele.name.substr(0, 19) + "..." : allele.name;
        text += fmt::format("{:<24}{:<7}{:<16}{:<7}{}\n", name, allele.locus, ligand,
                            allele.leader21 ? std::string(1, *allele.leader21) : "", biology::to_text(allele.resolved_by));
    }
    return text;
}

std::string reasons(HlaAnswer const& answer, Paint paint) {
    auto text = painted(paint, "1", "inhibitory receptors that see self") + "\n";
    for (auto const& reason : answer.reasons) {
        auto const colon = reason.text.rfind(": ");
        text += "  " + reason.text.substr(0, colon + 2) + painted(paint, colour_of(reason.alone), reason.text.substr(colon + 2)) + "\n";
    }
    std::vector<std::string> activating;
    for (auto const& pair : answer.pairs) {
        auto const inhibitory = std::find(self_receptors().begin(), self_receptors().end(), pair.receptor) != self_receptors().end();
        if (pair.present && !inhibitory)
            activating.push_back(pair.receptor + " with " + pair.ligand + (pair.strength == "strong" ? "" : " (" + pair.strength + ")"));
    }
    if (!activating.empty())
        text += painted(paint, "1", "activating pairs: ") + joined(activating, ", ") + "\n";
    return text;
}

std::string combination_table(HlaAnswer const& answer, Paint paint) {
    std::size_t width = 12;
    for (auto const& c : answer.combinations)
        if (c.frequency >= shown_from)
            width = std::max(width, name_of(c).size());
    auto text = painted(paint, "1",
                        fmt::format("{:<{}}  {:>8}  {:>6}  {:>14}  {:<16}  {}", "combination", width, "NK cells", "rho", "5-95 %", "class",
                                    "senses the loss of")) +
                "\n";
    std::size_t rare = 0;
    auto rest = 0.0;
    for (auto const& c : answer.combinations) {
        if (c.frequency < shown_from) {
            ++rare;
            rest += c.frequency;
            continue;
        }
        auto const interval = answer.ensemble_size > 1 ? fmt::format("{:.2f} to {:.2f}", c.low, c.high) : std::string("-");
        text += fmt::format("{:<{}}  {:>6.1f} %  {:>6.3f}  {:>14}  ", name_of(c), width, 100.0 * c.frequency, c.education, interval);
        text += painted(paint, colour_of(c.education_class), fmt::format("{:<16}", to_text(c.education_class))) + "  " +
                (c.senses_loss_of.empty() ? std::string("-") : joined(c.senses_loss_of, ", ")) + "\n";
    }
    if (rare > 0)
        text += fmt::format("{:<{}}  {:>6.1f} %\n", fmt::format("{} rarer", rare), width, 100.0 * rest);
    return text;
}

std::string cell(TableColumn const& column, std::size_t row) {
    if (auto const* texts = std::get_if<std::vector<std::string>>(&column.values))
        return (*texts)[row];
    auto const number = std::get<std::vector<double>>(column.values)[row];
    return number == number ? nk::to_text(number) : "";
}

} // namespace

nlohmann::ordered_json to_json(HlaAnswer const& answer) {
    using json = nlohmann::ordered_json;
    json out;
    if (!answer.id.empty())
        out["id"] = answer.id;
    out["alleles"] = json::array();
    for (auto const& allele : answer.typing.alleles) {
        json possible = json::array();
        for (auto const ligand : allele.possible)
            possible.push_back(biology::to_text(ligand));
        out["alleles"].push_back({{"name", allele.name},
                                  {"locus", std::string(1, allele.locus)},
                                  {"ligand", biology::to_text(allele.ligand)},
                                  {"also", allele.also},
                                  {"leader21", allele.leader21 ? json(std::string(1, *allele.leader21)) : json(nullptr)},
                                  {"resolved_by", biology::to_text(allele.resolved_by)},
                                  {"possible", possible},
                                  {"on_surface", allele.on_surface}});
    }
    out["pairs"] = json::array();
    for (auto const& pair : answer.pairs)
        out["pairs"].push_back({{"receptor", pair.receptor},
                                {"ligand", pair.ligand},
                                {"present", pair.present},
                                {"strength", pair.strength},
                                {"receptor_carried", pair.receptor_carried},
                                {"ligand_carried", pair.ligand_carried}});
    out["subsets"] = json::array();
    for (auto const& c : answer.combinations)
        out["subsets"].push_back({{"receptors", c.receptors},
                                  {"frequency", c.frequency},
                                  {"education", c.education},
                                  {"low", c.low},
                                  {"high", c.high},
                                  {"senses_loss_of", c.senses_loss_of},
                                  {"class", to_text(c.education_class)},
                                  {"p_hit_own_line", c.p_hit_self}});
    out["warnings"] = answer.warnings;
    out["reasons"] = json::array();
    for (auto const& reason : answer.reasons)
        out["reasons"].push_back({{"receptor", reason.receptor},
                                  {"ligand", reason.ligand},
                                  {"alleles", reason.carriers},
                                  {"class", to_text(reason.alone)},
                                  {"text", reason.text}});
    out["kir"] = {{"group", biology::to_text(answer.typing.kir.group)}, {"genes", answer.typing.kir.present}};
    out["educated_share"] = {
        {"value", answer.educated_share}, {"low", answer.educated_interval.low}, {"high", answer.educated_interval.high}};
    out["parameter_sets"] = answer.ensemble_size;
    out["summary"] = answer.summary;
    return out;
}

std::string to_text(HlaAnswer const& answer, Paint paint) {
    auto text = (answer.id.empty() ? "" : painted(paint, "1", answer.id) + "\n") + painted(paint, "1", answer.summary) + "\n\n";
    text += allele_table(answer, paint) + "\n" + reasons(answer, paint) + "\n" + combination_table(answer, paint);
    text += "\nrho is the responsiveness of a typical CD56dim cell; it is educated from " + nk::to_text(educated_ratio) +
            " times that of cells without these receptors.\n";
    return text;
}

std::string to_text(std::vector<HlaAnswer> const& answers, Paint paint) {
    std::size_t width = 6;
    for (auto const& answer : answers)
        width = std::max(width, answer.id.size());
    auto text = painted(paint, "1",
                        fmt::format("{:<{}}  {:<9}  {:<22}  {:>9}  {}", "person", width, "KIR group", "ligands", "educated",
                                    "educating receptors")) +
                "\n";
    for (auto const& answer : answers) {
        std::vector<std::string> ligands;
        for (auto const& allele : answer.typing.alleles) {
            auto names = allele.also;
            if (allele.ligand != biology::HlaLigand::none && allele.ligand != biology::HlaLigand::Bw6)
                names.insert(names.begin(), biology::to_text(allele.ligand));
            for (auto const& name : names)
                if (std::find(ligands.begin(), ligands.end(), name) == ligands.end())
                    ligands.push_back(name);
        }
        std::sort(ligands.begin(), ligands.end());
        std::vector<std::string> educating;
        for (auto const& reason : answer.reasons)
            if (reason.alone == EducationClass::educated)
                educating.push_back(reason.receptor);
        text += fmt::format("{:<{}}  {:<9}  {:<22}  {:>7.1f} %  {}\n", answer.id, width, biology::to_text(answer.typing.kir.group),
                            joined(ligands, " "), 100.0 * answer.educated_share, educating.empty() ? "-" : joined(educating, " "));
    }
    return text;
}

std::vector<HlaQuestion> read_people(std::string const& csv_text, std::string const& file) {
    auto const table = formats::parse_csv(csv_text, file);
    std::vector<std::string> const known{"id", "hla", "kir", "fcgr3a", "cmv"};
    std::vector<Problem> problems;
    std::vector<HlaQuestion> people(table.rows());
    auto has_hla = false;
    for (auto const& column : table.columns) {
        if (std::find(known.begin(), known.end(), column.name) == known.end()) {
            auto const near = nearest_name(column.name, known);
            problems.push_back({{file, 1, 1, 1},
                                "name",
                                "the table has an unknown column `" + column.name + "`",
                                "columns: id, hla, kir, fcgr3a, cmv",
                                near.empty() ? "" : "did you mean `" + near + "`?"});
            continue;
        }
        has_hla = has_hla || column.name == "hla";
        for (std::size_t row = 0; row < table.rows(); ++row) {
            auto const text = cell(column, row);
            auto& person = people[row];
            if (column.name == "id")
                person.id = text;
            else if (column.name == "hla")
                person.hla = {text};
            else if (text.empty())
                continue; // the usual value stands
            else if (column.name == "kir")
                person.kir = {text};
            else
                (column.name == "cmv" ? person.cmv : person.fcgr3a) = text;
        }
    }
    if (!has_hla)
        problems.push_back({{file, 1, 1, 1}, "name", "the table has no column `hla`", "columns: id, hla, kir, fcgr3a, cmv", ""});
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
    auto const lines = formats::csv_lines(csv_text);
    for (std::size_t row = 0; row < people.size(); ++row) {
        people[row].line = lines.at(row);
        if (people[row].id.empty())
            people[row].id = fmt::format("row {}", row + 1);
    }
    return people;
}

} // namespace nk::study
