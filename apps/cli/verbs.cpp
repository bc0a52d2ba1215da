#include "verbs.hpp"

namespace nk::cli {

void add_verbs(CLI::App& app, Context& context) {
    // The order of `nk --help`. A new verb: its file, its line in verbs.hpp, and its line here.
    for (auto* add :
         {add_demo,      add_new,     add_schema, add_check,  add_run,  add_resume, add_fork,     add_report, add_diff,   add_hla,
          add_recognise, add_explain, add_sweep,  add_cohort, add_plan, add_merge,  add_validate, add_fit,    add_doctor, add_completion})
        add(app, context);
}

} // namespace nk::cli
