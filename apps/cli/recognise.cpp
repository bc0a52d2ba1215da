#include "verbs.hpp"

#include "nk/formats/file.hpp"
#include "nk/study/recognise_answer.hpp"

#include <memory>
#include <optional>
#include <unistd.h>

namespace nk::cli {
namespace {

struct RecogniseOptions {
    study::RecogniseQuestion question;
    std::vector<std::string> settings;
    std::optional<std::string> svg;
    std::optional<std::string> folder;
};

/// "name=value" of the parameter base; the ensemble leaves these names alone.
std::vector<std::string> change(ParameterBase& base, std::vector<std::string> const& settings) {
    std::vector<std::string> names;
    std::vector<Problem> problems;
    for (auto const& setting : settings)
        try {
            auto const sign = setting.find('=');
            if (sign == std::string::npos)
                throw ScenarioError(
                    Problem{{}, "syntax", "`" + setting + "` is not name=value", "", "for example: -s recognition.threshold=0.3"});
            auto const trimmed = [](std::string text) {
                auto const first = text.find_first_not_of(' ');
                return first == std::string::npos ? std::string{} : text.substr(first, text.find_last_not_of(' ') - first + 1);
            };
            auto const name = trimmed(setting.substr(0, sign));
            auto quantity = parse_quantity(trimmed(setting.substr(sign + 1)));
            if (quantity.unit == "1")
                quantity.unit = base.at(name).quantity.unit;
            base.set(name, quantity);
            names.push_back(name);
        } catch (ScenarioError const& error) {
            problems.insert(problems.end(), error.problems().begin(), error.problems().end());
        } catch (std::invalid_argument const& error) {
            problems.push_back({{}, "unit", "`" + setting + "` cannot be read", error.what(), ""});
        }
    if (!problems.empty())
        throw ScenarioError(std::move(problems));
    return names;
}

void run_recognise(Context& context, RecogniseOptions const& options) {
    auto base = context.parameters();
    auto const fixed = change(base, options.settings);
    context.sources.add("--nk", options.question.nk);
    context.sources.add("--target", options.question.target);
    if (options.question.drugs.size() == 1)
        context.sources.add("--drug", options.question.drugs.front());
    context.sources.add("--car", options.question.car);
    auto const answer = study::answer_recognise(options.question, base, study::Ensemble(base, study::ensemble_text(context.data), fixed));
    if (options.svg) {
        formats::write_atomically(*options.svg, study::to_svg(answer));
        context.talk("picture: " + *options.svg);
    }
    if (options.folder) {
        formats::make_directory(*options.folder);
        formats::write_atomically(*options.folder + "/report.html", study::to_html(answer, {context.command_line()}, version()));
        context.talk("report: " + *options.folder + "/report.html");
    }
    if (context.json)
        return context.write(study::to_json(answer));
    context.out << study::to_text(answer, context.colour && ::isatty(STDOUT_FILENO) == 1);
    std::vector<Problem> warnings;
    for (auto const& text : answer.warnings)
        warnings.push_back({{}, "contact", text, "", ""});
    context.warn(warnings);
}

} // namespace

void add_recognise(CLI::App& app, Context& context) {
    auto options = std::make_shared<RecogniseOptions>();
    auto& question = options->question;
    Verb verb(app, "recognise", "one contact of an NK cell with a target, explained receptor by receptor", group_understand);
    verb.option("--nk", question.nk, "CELL", "kind of NK cell, receptors with + or -, priming, copies")
        .option("--target", question.target, "CELL", "target and changes of its ligands")
        .option("--drug", question.drugs, "DRUG=DOSE", "antibody, engager or blocker in the medium")
        .option("--hla", question.hla, "ALLELES", "the NK cell donor's HLA")
        .option("--kir", question.kir, "GENES", "the NK cell donor's KIR")
        .option("--fcgr3a", question.fcgr3a, "VV|VF|FF", "FCGR3A-158 genotype")
        .option("--cmv", question.cmv, "STATUS", "cytomegalovirus: negative or positive")
        .option("--car", question.car, "ANTIGEN", "give the cell a chimeric receptor for this antigen")
        .flag("--flip", question.flip, "find the smallest ligand changes that reverse the decision")
        .flag("--typical", question.typical, "the donor's commonest combination of NKG2A and inhibitory KIRs")
        .option("-s,--set", options->settings, "NAME=VALUE", "change a parameter")
        .option("--svg", options->svg, "FILE", "write the waterfall as a picture")
        .option("-o,--output", options->folder, "DIR", "write report.html there")
        .example("nk recognise --nk \"il2_nk, KIR2DL1+ NKG2A-\" --target 221_Cw4 --flip")
        .does(context, [&context, options] { run_recognise(context, *options); });
}

} // namespace nk::cli
