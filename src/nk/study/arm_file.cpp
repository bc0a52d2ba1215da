#include "nk/study/arm_file.hpp"

#include "nk/scenario/read_scenario.hpp"

#include <filesystem>
#include <fmt/format.h>

namespace nk::study {

ArmFile arm_file(Arm const& arm, FileText const& files, std::string const& experiment_id) {
    ArmFile out;
    out.path = "validation/" + experiment_id + "/" + arm.scenario;
    auto const text = files(out.path);
    if (!text)
        throw ScenarioError(Problem{
            {}, "name", fmt::format("experiment {} names a scenario that is not there: `{}`", experiment_id, arm.scenario), "", ""});
    out.text = *text;
    out.open = [files](std::filesystem::path const& other) { return files(other.lexically_normal().generic_string()); };
    out.kind = scenario::scenario_kind(out.text, out.path, out.open);
    return out;
}

} // namespace nk::study
