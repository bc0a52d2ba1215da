#include "verbs.hpp"

#include "nk/scenario/schema.hpp"

#include <memory>

namespace nk::cli {

void add_schema(CLI::App& app, Context& context) {
    auto reference = std::make_shared<bool>(false);
    Verb verb(app, "schema", "print the JSON Schema of scenario files for editors, or the reference page of all keys", group_experiment);
    verb.flag("--reference", *reference, "the reference page (Markdown) instead")
        .example("nk schema > nksim-scenario.schema.json")
        .does(context, [&context, reference] {
            auto const base = context.parameters();
            if (*reference && context.json)
                return context.write({{"reference", scenario::well_reference()}});
            context.out << (*reference ? scenario::well_reference() : scenario::well_schema(base)) << "\n";
        });
}

} // namespace nk::cli
