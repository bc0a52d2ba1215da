#include "verbs.hpp"

#include "nk/scenario/schema.hpp"

#include <memory>

namespace nk::cli {

void add_schema(CLI::App& app, Context& context) {
    struct Options {
        std::string kind = "well";
        bool reference = false;
    };
    auto const options = std::make_shared<Options>();
    Verb verb(app, "schema", "print the JSON Schema of scenario files for editors, or the reference page of all keys", group_experiment);
    verb.word("KIND", options->kind, "kind of scenario: well (default), tissue, body, therapy, cohort, sweep or plan", false)
        .flag("--reference", options->reference, "the reference page (Markdown) instead")
        .example("nk schema tissue > nksim-tissue.schema.json")
        .does(context, [&context, options] {
            auto const base = context.parameters();
            if (options->reference && context.json)
                return context.write({{"reference", scenario::scenario_reference(options->kind)}});
            context.out << (options->reference ? scenario::scenario_reference(options->kind)
                                               : scenario::scenario_schema(options->kind, base))
                        << "\n";
        });
}

} // namespace nk::cli
