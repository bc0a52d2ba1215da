#include "verbs.hpp"

#include "nk/base/words.hpp"
#include "nk/formats/file.hpp"
#include "nk/scenario/read_donors.hpp"
#include "nk/study/donors.hpp"
#include "nk/study/hla_answer.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <unistd.h>

namespace nk::cli {
namespace {

struct HlaOptions {
    std::vector<std::string> hla;
    std::vector<std::string> kir;
    std::string fcgr3a = "VF";
    std::string cmv = "negative";
    std::optional<std::string> ipd;
    std::optional<std::string> table;
    std::optional<std::string> donors;
};

constexpr std::uintmax_t largest_fasta = 1 << 28; ///< B_prot.fasta of 2025 has 4 MB

/// The user's own copy of IPD-IMGT/HLA; a missing file of the three is fine, all missing is not.
biology::IpdProteins read_ipd(Context& context, std::string const& folder) {
    std::string texts[3];
    auto found = 0;
    for (auto const& [name, text] :
         {std::pair{"A_prot.fasta", &texts[0]}, std::pair{"B_prot.fasta", &texts[1]}, std::pair{"C_prot.fasta", &texts[2]}}) {
        auto const path = (std::filesystem::path(folder) / name).string();
        std::error_code error;
        auto const status = std::filesystem::status(path, error);
        if (status.type() == std::filesystem::file_type::not_found)
            continue;
        if (error)
            throw MachineError("cannot read `" + path + "`: " + error.message());
        if (status.type() != std::filesystem::file_type::regular)
            throw MachineError("cannot read `" + path + "`: it is not a plain file");
        if (std::filesystem::file_size(path, error) > largest_fasta)
            throw MachineError("cannot read `" + path + "`: it is too large to hold the proteins of one locus");
        *text = formats::read_text(path);
        ++found;
        if (text->empty())
            context.warn({{{}, "typing", "`" + path + "` is empty: its locus is read by the rules alone", "", ""}});
    }
    if (found == 0)
        throw MachineError("there is none of A_prot.fasta, B_prot.fasta, C_prot.fasta in `" + folder + "`");
    return biology::IpdProteins::from(texts[0], texts[1], texts[2]);
}

/// Each warning once, with the people it holds for as its note.
void show_warnings(Context& context, std::vector<study::HlaAnswer> const& answers) {
    std::vector<Problem> warnings;
    std::vector<std::string> texts;
    for (auto const& answer : answers)
        for (auto const& text : answer.warnings)
            if (auto const known = std::find(texts.begin(), texts.end(), text); known != texts.end())
                warnings[static_cast<std::size_t>(known - texts.begin())].why += ", " + answer.id;
            else {
                texts.push_back(text);
                warnings.push_back({{}, "typing", text, answer.id, ""});
            }
    context.warn(warnings);
}

std::vector<study::HlaAnswer> answer_table(study::HlaAnswerer const& answerer, std::vector<study::HlaQuestion> const& people,
                                           std::string const& file) {
    std::vector<study::HlaAnswer> answers;
    std::vector<Problem> problems;
    for (std::size_t row = 0; row < people.size(); ++row)
        try {
            answers.push_back(answerer.answer(people[row]));
        } catch (ScenarioError const& error) {
            for (auto problem : error.problems()) {
                problem.what = people[row].id + ": " + problem.what;
                problem.where = {file, people[row].line, 1, 1};
                problems.push_back(std::move(problem));
            }
        }
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
    return answers;
}

Problem hla_usage_problem(std::string what, std::string hint) {
    return {{}, "usage", std::move(what), "", std::move(hint)};
}

/// The patient's typing stands on the command line or in the file of the donors; the patient's KIR genes play no part.
void run_donors(Context& context, HlaOptions const& options) {
    HlaOptions const usual;
    if (options.table || !options.kir.empty() || options.fcgr3a != usual.fcgr3a || options.cmv != usual.cmv)
        throw ScenarioError(
            hla_usage_problem(options.table ? "give --donors or --table, not both" : "--kir, --fcgr3a and --cmv are not used with --donors",
                              "what is known of each donor stands in the file: kir = [\"A/B\"], fcgr3a = \"VF\""));
    auto const base = context.parameters();
    auto const file = scenario::read_donors(*options.donors, formats::read_text(*options.donors), base, context.sources);
    if (options.hla.empty() == file.patient.hla.empty())
        throw ScenarioError(hla_usage_problem(options.hla.empty() ? "the typing of the patient is not given"
                                                                  : "the typing of the patient is given twice, here and in the file",
                                              "nk hla \"A*02:01 ...\" --donors donors.toml, or [patient] with hla = [...] in the file"));
    auto const typed = joined(options.hla, " ");
    context.sources.add(study::hla_source, typed);
    std::optional<biology::IpdProteins> ipd;
    if (options.ipd)
        ipd = read_ipd(context, *options.ipd);
    study::DonorRanker const ranker(base, study::Ensemble(base, study::ensemble_text(context.data)), ipd ? &*ipd : nullptr);
    auto const ranking = [&] {
        try {
            return ranker.rank(options.hla.empty() ? file.patient.hla : std::vector{typed}, file.donor);
        } catch (ScenarioError const& error) { // those of the file were found when it was read
            auto problems = error.problems();
            for (auto& problem : problems)
                problem.where.file = problem.where.line > 0 ? study::hla_source : "";
            throw ScenarioError(std::move(problems));
        }
    }();
    if (context.json)
        return context.write(study::to_json(ranking));
    context.out << study::to_text(ranking, context.colour && ::isatty(STDOUT_FILENO) == 1);
    std::vector<Problem> warnings;
    for (auto const& text : ranking.warnings)
        warnings.push_back({{}, "typing", text, "the patient", ""});
    context.warn(warnings);
}

void run_hla(Context& context, HlaOptions const& options) {
    if (options.donors)
        return run_donors(context, options);
    if (options.hla.empty() == !options.table)
        throw ScenarioError(Problem{{},
                                    "usage",
                                    options.table ? "give a typing or --table, not both" : "nk hla needs a typing",
                                    "",
                                    "for example: nk hla \"A*24:02 B*08:01 C*07:01\" --kir \"2DL1 2DL3 3DL1\""});
    auto const base = context.parameters();
    std::optional<biology::IpdProteins> ipd;
    if (options.ipd)
        ipd = read_ipd(context, *options.ipd);
    study::HlaAnswerer const answerer(base, study::Ensemble(base, study::ensemble_text(context.data)), ipd ? &*ipd : nullptr);
    auto const paint = context.colour && ::isatty(STDOUT_FILENO) == 1 ? study::Paint::on : study::Paint::off;
    if (!options.table) {
        auto const hla = joined(options.hla, " ");
        auto const kir = joined(options.kir, " ");
        context.sources.add(study::hla_source, hla);
        context.sources.add(study::kir_source, kir);
        auto const answer =
            answerer.answer({"", {hla}, kir.empty() ? std::vector<std::string>{} : std::vector{kir}, options.fcgr3a, options.cmv});
        if (context.json)
            return context.write(study::to_json(answer));
        context.out << study::to_text(answer, paint);
        return show_warnings(context, {answer});
    }
    auto const text = formats::read_text(*options.table);
    context.sources.add(*options.table, text);
    auto const answers = answer_table(answerer, study::read_people(text, *options.table), *options.table);
    if (context.json) {
        auto people = nlohmann::ordered_json::array();
        for (auto const& answer : answers)
            people.push_back(study::to_json(answer));
        return context.write({{"people", people}});
    }
    context.out << study::to_text(answers, paint);
    show_warnings(context, answers);
}

} // namespace

void add_hla(CLI::App& app, Context& context) {
    auto options = std::make_shared<HlaOptions>();
    Verb verb(app, "hla", "what a person's HLA and KIR mean for NK cells: ligands, pairs, education", group_understand);
    verb.words("HLA", options->hla, "HLA-A, -B, -C typing of any resolution, or a GL string")
        .option("--kir", options->kir, "GENES", "KIR genes or haplotypes, e.g. \"2DL1 2DL3 3DL1\" or A/B")
        .option("--fcgr3a", options->fcgr3a, "VV|VF|FF", "FCGR3A-158 genotype")
        .option("--cmv", options->cmv, "STATUS", "cytomegalovirus: negative or positive")
        .option("--ipd", options->ipd, "DIR", "your copy of IPD-IMGT/HLA: A_prot.fasta, B_prot.fasta, C_prot.fasta")
        .option("--table", options->table, "FILE.csv", "many people: columns id, hla, kir, fcgr3a, cmv")
        .option("--donors", options->donors, "FILE.toml",
                "donors for the person, ranked by what their NK cells would do: [[donor]] name, hla, kir")
        .example("nk hla \"A*24:02 A*02:01 B*08:01 B*44:02 C*05:01 C*07:01\" --kir \"2DL1 2DL3 3DL1 2DS4\"")
        .does(context, [&context, options] { run_hla(context, *options); });
}

} // namespace nk::cli
