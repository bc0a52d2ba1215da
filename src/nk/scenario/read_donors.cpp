#include "nk/scenario/read_donors.hpp"

#include "nk/biology/typing/typing.hpp"
#include "nk/scenario/reader.hpp"
#include "nk/scenario/unit_problem.hpp"

#include <fmt/format.h>
#include <map>

namespace nk::scenario {
namespace {

/// Looks at what was read; every problem stands at the value that caused it.
class DonorCheck {
  public:
    DonorCheck(Node const& root, SourceTexts const& sources, ParameterBase const& base, ProblemList& problems)
        : root_(root), sources_(sources), rules_(biology::TypingRules::from(base)), problems_(problems) {}

    void check(DonorFile const& file) {
        if (auto const* patient = root_.find("patient"))
            typing(*patient, "the patient", file.patient.hla);
        if (file.donor.empty())
            return add(nearest_on_path(root_, "donor").where, "name", "there is no donor in the file", "",
                       "a donor is [[donor]] with name = \"sister\" and hla = [\"A*02:01\", ...]");
        if (file.donor.size() > most_donors)
            return add(nearest_on_path(root_, "donor").where, "range", fmt::format("there are {} donors in the file", file.donor.size()),
                       fmt::format("at most {}", most_donors), "split the file");
        for (std::size_t i = 0; i < file.donor.size(); ++i)
            donor(root_.find("donor")->children.at(i), file.donor[i]);
    }

  private:
    void donor(Node const& node, DonorEntry const& entry) {
        name(node, entry.name);
        typing(node, entry.name.empty() ? "a donor" : fmt::format("the donor `{}`", shortened(entry.name)), entry.hla);
        texts(node, "kir", entry.kir, [&](std::string const& text) { biology::parse_kir(text, rules_.kir); });
    }

    void name(Node const& node, std::string const& name) {
        auto const* given = node.find("name");
        auto const where = given != nullptr ? given->where : node.where;
        if (name.find_first_not_of(" \t") == std::string::npos)
            return add(where, "name", "a donor has no name", "", "name = \"sister\"");
        auto const [first, is_new] = first_.emplace(name, sources_.place(where).line);
        if (!is_new)
            add(where, "name", fmt::format("two donors are called `{}`", shortened(name)), fmt::format("first in line {}", first->second),
                "a name is used once");
    }

    void typing(Node const& table, std::string const& who, std::vector<std::string> const& hla) {
        auto const before = problems_.size();
        std::size_t alleles = 0;
        texts(table, "hla", hla, [&](std::string const& text) { alleles += biology::parse_hla(text, rules_.hla).alleles.size(); });
        if (alleles > 0 || problems_.size() > before)
            return;
        auto const* given = table.find("hla");
        add(given != nullptr ? given->where : table.where, "biology", who + " has no HLA-A, -B or -C allele", "",
            "hla = [\"A*01:01\", \"A*02:01\", \"B*08:01\", \"B*44:02\", \"C*05:01\", \"C*07:01\"]");
    }

    template <class Read> void texts(Node const& table, char const* key, std::vector<std::string> const& given, Read const& read_text) {
        auto const* list = table.find(key);
        for (std::size_t i = 0; i < given.size(); ++i)
            try {
                read_text(given[i]);
            } catch (ScenarioError const& error) {
                auto const& own = list == nullptr ? table : list->is_array() && i < list->children.size() ? list->children[i] : *list;
                for (auto problem : error.problems()) {
                    problem.where = sources_.place(own.where);
                    problems_.add(std::move(problem));
                }
            }
    }

    void add(Mark const& where, std::string kind, std::string what, std::string why, std::string hint) {
        problems_.add({sources_.place(where), std::move(kind), std::move(what), std::move(why), std::move(hint)});
    }

    Node const& root_;
    SourceTexts const& sources_;
    biology::TypingRules rules_;
    ProblemList& problems_;
    std::map<std::string, int> first_;
};

} // namespace

DonorFile read_donors(std::string name, std::string_view text, ParameterBase const& base, SourceTexts& sources) {
    ProblemList problems;
    auto const root = parse_toml(std::move(name), text, sources, problems);
    problems.throw_if_any();
    ValueReader values(sources, base, problems);
    auto out = read<DonorFile>(values, *root);
    problems.throw_if_any(); // a donor that was not read whole would only be reported twice
    DonorCheck(*root, sources, base, problems).check(out);
    problems.throw_if_any();
    return out;
}

} // namespace nk::scenario
