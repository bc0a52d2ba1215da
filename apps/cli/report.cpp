#include "verbs.hpp"

#include "nk/study/tissue_report.hpp"

#include <memory>

namespace nk::cli {

void add_report(CLI::App& app, Context& context) {
    struct Options {
        std::string folder;
    };
    auto const options = std::make_shared<Options>();
    Verb(app, "report", "write the report page of a run again, from its folder only", group_understand)
        .word("DIR", options->folder, "folder of a run")
        .example("nk report runs/assay-1")
        .does(context, [&context, options] {
            auto const directory = formats::RunDirectory::open(options->folder);
            directory.write_text("report.html", study::report_of(directory));
            auto const path = directory.path_of("report.html");
            if (context.json)
                context.write({{"run", options->folder}, {"report", path}});
            else
                context.out << path << "\n";
        });
}

} // namespace nk::cli
