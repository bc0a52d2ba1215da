#include "bibliography.hpp"
#include "verbs.hpp"

#include "nk/biology/laws.hpp"
#include "nk/biology/repertoire.hpp"
#include "nk/scenario/embedded.hpp"
#include "nk/simulate/well_builder.hpp"

#include <fmt/format.h>
#include <memory>

namespace nk::cli {
namespace {

/// What a number means to the law that reads it.
struct Use {
    std::string law;  ///< "killing of a target"
    std::string help; ///< the field's own line, or ""
};

template <class Law> bool describes(std::string const& field_name, std::string& help) {
    auto found = false;
    for_each_field<Law>([&](auto const& field) {
        if (field.name == field_name) {
            help = field.help;
            found = true;
        }
    });
    return found;
}

/// The laws that read the tables of the data, by the first word of a name.
Use use_of(std::string const& name) {
    auto const dot = name.find('.');
    auto const table = name.substr(0, dot), field = dot == std::string::npos ? std::string() : name.substr(dot + 1);
    struct Table {
        char const *name, *law;
        bool (*describe)(std::string const&, std::string&);
    };
    static constexpr Table tables[] = {
        {"contact", "engagement: how many receptors and ligands meet in a contact", describes<biology::ContactGeometry>},
        {"recognition", "recognition: from engaged receptors to attack or detachment", describes<biology::RecognitionLaw>},
        {"education", "education: responsiveness by self HLA", describes<biology::EducationLaw>},
        {"killing", "killing: what a hit does and how a target dies", describes<biology::KillingLaw>},
        {"adaptation", "adaptation: slow changes of the NK cell and what it secretes", describes<biology::AdaptationLaw>},
        {"search", "search: how NK cells move and how touching becomes a contact", describes<biology::SearchLaw>},
        {"repertoire", "repertoire: how receptors are distributed over a donor's cells", describes<biology::RepertoireLaw>},
        {"assay", "geometry of the simulated wells", describes<simulate::AssayGeometry>},
        {"receptor", "repertoire (copies, frequencies) and recognition (signal)", nullptr},
        {"ligand", "engagement and recognition", nullptr},
        {"binding", "engagement: bonds between this receptor and this ligand", nullptr},
        {"target", "target cells named in a scenario by `like`", nullptr},
        {"effector", "NK-cell preparations named in a scenario by `like`", nullptr},
        {"drug", "drugs of a scenario: free receptors, ligands and bridges", nullptr},
        {"cytokine", "priming, survival and refilling by cytokines", nullptr},
    };
    for (auto const& one : tables)
        if (table == one.name) {
            Use use{one.law, ""};
            if (one.describe != nullptr && !one.describe(field, use.help))
                use.law = "documentation only: no law reads it yet";
            return use;
        }
    return {"reference data, read by studies and typing", ""};
}

nlohmann::ordered_json as_json(Parameter const& parameter, std::vector<std::pair<std::string, std::string>> const& references) {
    auto const use = use_of(parameter.name);
    auto list = nlohmann::ordered_json::array();
    for (auto const& [key, text] : references)
        list.push_back({{"key", key}, {"text", text}});
    return {{"name", parameter.name},
            {"value", parameter.quantity.value},
            {"unit", parameter.quantity.unit},
            {"low", parameter.low},
            {"high", parameter.high},
            {"source", parameter.source},
            {"references", list},
            {"confidence", to_text(parameter.confidence)},
            {"note", parameter.note},
            {"file", parameter.where.file},
            {"line", parameter.where.line},
            {"meaning", use.help},
            {"used_by", use.law}};
}

void write_one(Context& context, Parameter const& parameter, Bibliography const& bibliography) {
    auto const references = bibliography.entries_of(parameter.source);
    if (context.json)
        return context.write(as_json(parameter, references));
    auto const use = use_of(parameter.name);
    auto const unit = parameter.quantity.unit == "1" ? std::string() : " " + parameter.quantity.unit;
    context.out << parameter.name << "\n";
    auto const line = [&](char const* name, std::string const& text) {
        if (!text.empty())
            context.out << fmt::format("  {:<12}{}\n", name, text);
    };
    line("meaning", use.help);
    line("value", to_text(parameter.quantity));
    line("range", fmt::format("{} to {}{}", to_text(parameter.low), to_text(parameter.high), unit));
    line("confidence", to_text(parameter.confidence));
    line("source", parameter.source);
    for (auto const& [key, text] : references)
        line("", key + ": " + text);
    line("note", parameter.note);
    line("stands in", fmt::format("{}:{}", parameter.where.file, parameter.where.line));
    line("used by", use.law);
    line("change it", fmt::format("nk run FILE -s '{}={}'", parameter.name, to_text(parameter.quantity)));
}

void write_list(Context& context, ParameterBase const& base, std::string const& prefix) {
    auto document = nlohmann::ordered_json::array();
    auto count = 0;
    for (auto const& [name, parameter] : base.all()) {
        if (!prefix.empty() && name != prefix && !name.starts_with(prefix + ".") && !(prefix.ends_with(".") && name.starts_with(prefix)))
            continue;
        ++count;
        if (context.json)
            document.push_back({{"name", name},
                                {"value", parameter.quantity.value},
                                {"unit", parameter.quantity.unit},
                                {"confidence", to_text(parameter.confidence)}});
        else
            context.out << fmt::format("{:<52} {:<24} {}\n", name, to_text(parameter.quantity), to_text(parameter.confidence));
    }
    if (count == 0)
        base.at(prefix); // says that there is none, and which is near
    if (context.json)
        context.write(document);
}

} // namespace

void add_explain(CLI::App& app, Context& context) {
    struct Options {
        std::string name;
        bool list = false;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "explain", "value, unit, range, source and use of a parameter", group_understand)
        .word("NAME", options->name, "parameter, such as recognition.threshold; the beginning of names lists them", false)
        .flag("--list", options->list, "list all parameters, or those that begin with NAME")
        .example("nk explain binding.KIR2DL1.HLA_C2.kd")
        .example("nk explain --list recognition")
        .does(context, [&context, options] {
            auto const base = context.parameters();
            if (options->name.empty() && !options->list)
                throw ScenarioError(Problem{{}, "usage", "the name of a parameter is missing", "", "`nk explain --list` lists all"});
            if (options->list || (!base.contains(options->name) && !base.children(options->name).empty()))
                return write_list(context, base, options->name);
            write_one(context, base.at(options->name), Bibliography(scenario::data_files(context.data)));
        });
}

} // namespace nk::cli
