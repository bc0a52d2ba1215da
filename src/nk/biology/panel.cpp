#include "nk/biology/panel.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace nk::biology {
namespace {

Receptor read_receptor(ParameterBase const& base, std::string const& name) {
    auto const prefix = "receptor." + name + ".";
    auto const number = [&](char const* field, char const* unit) { return base.value(prefix + field, unit); };
    auto const sign = base.text(prefix + "sign");
    if (sign != "activating" && sign != "inhibitory")
        throw ScenarioError(Problem{base.at(prefix + "copies").where, "type",
                                    "receptor `" + name + "` needs sign = \"activating\" or \"inhibitory\"", "", ""});
    return {name,
            base.text(prefix + "title", name),
            base.text(prefix + "gene"),
            sign == "inhibitory",
            number("copies", "molecule/cell"),
            number("copies_sd", "1"),
            number("primed_factor", "1"),
            number("bright_factor", "1"),
            number("frequency_dim", "1"),
            number("frequency_bright", "1"),
            number("frequency_primed", "1"),
            number("frequency_donor_sd", "1"),
            number("sigma_113", "1"),
            number("sigma_128", "1"),
            number("omega", "1"),
            number("proofreading_rate", "1/s"),
            number("proofreading_steps", "1"),
            number("cis_fraction", "1")};
}

int index_of(std::vector<std::string> const& names, std::string const& name) {
    auto const found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

void expect_room(std::size_t used, int limit, char const* what) {
    if (used > static_cast<std::size_t>(limit))
        throw ScenarioError(
            Problem{{}, "range", std::string("more than ") + std::to_string(limit) + " " + what + " in the tables", "", ""});
}

} // namespace

Panel Panel::from(ParameterBase const& base) {
    Panel panel;
    for (auto const& name : base.children("receptor"))
        panel.receptors.push_back(read_receptor(base, name));
    for (auto const& name : base.children("ligand")) {
        panel.ligands.push_back(name);
        panel.ligand_family.push_back(base.text("ligand." + name + ".family"));
    }
    for (auto const& r : base.children("binding"))
        for (auto const& l : base.children("binding." + r)) {
            auto const prefix = "binding." + r + "." + l + ".";
            auto const receptor = panel.receptor(r);
            auto const ligand = panel.ligand(l);
            if (receptor < 0 || ligand < 0)
                throw ScenarioError(Problem{base.at(prefix + "kd").where, "name",
                                            "binding of an unknown " + std::string(receptor < 0 ? "receptor `" + r : "ligand `" + l) + "`",
                                            "", ""});
            panel.bindings.push_back({receptor, ligand, base.value(prefix + "kd", "molecule/um3"), base.value(prefix + "koff", "1/s"),
                                      base.value(prefix + "size_match", "1")});
        }
    expect_room(panel.receptors.size(), max_receptors, "receptors");
    panel.regroup();
    return panel;
}

int Panel::receptor(std::string const& name) const {
    auto const found = std::find_if(receptors.begin(), receptors.end(), [&](Receptor const& r) { return r.name == name; });
    return found == receptors.end() ? -1 : static_cast<int>(found - receptors.begin());
}

int Panel::ligand(std::string const& name) const {
    return index_of(ligands, name);
}

int Panel::add_ligand(std::string const& name) {
    ligands.push_back(name);
    ligand_family.emplace_back("antibody");
    expect_room(ligands.size(), max_ligands, "ligands");
    return static_cast<int>(ligands.size()) - 1;
}

void Panel::set_binding(Binding const& binding) {
    std::erase_if(bindings, [&](Binding const& b) { return b.receptor == binding.receptor && b.ligand == binding.ligand; });
    bindings.push_back(binding);
    regroup();
}

void Panel::remove_bindings_of(int receptor) {
    std::erase_if(bindings, [&](Binding const& b) { return b.receptor == receptor; });
    regroup();
}

void Panel::regroup() {
    expect_room(bindings.size(), max_pairs, "receptor-ligand pairs");
    expect_room(ligands.size(), max_ligands, "ligands");
    std::vector<int> group_of(bindings.size());
    std::iota(group_of.begin(), group_of.end(), 0);
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t i = 0; i < bindings.size(); ++i)
            for (std::size_t j = 0; j < bindings.size(); ++j)
                if ((bindings[i].receptor == bindings[j].receptor || bindings[i].ligand == bindings[j].ligand) &&
                    group_of[i] > group_of[j]) {
                    group_of[i] = group_of[j];
                    changed = true;
                }
    }
    groups.clear();
    auto const put = [](std::vector<int>& sorted, int index) {
        if (auto const at = std::lower_bound(sorted.begin(), sorted.end(), index); at == sorted.end() || *at != index)
            sorted.insert(at, index);
    };
    for (int root = 0; root < static_cast<int>(bindings.size()); ++root) {
        BindingGroup group;
        for (std::size_t i = 0; i < bindings.size(); ++i)
            if (group_of[i] == root) {
                group.by_receptor.push_back(static_cast<int>(i));
                put(group.receptors, bindings[i].receptor);
                put(group.ligands, bindings[i].ligand);
            }
        if (group.by_receptor.empty())
            continue;
        expect_room(std::max(group.receptors.size(), group.ligands.size()), largest_group, "receptors or ligands compete in one group");
        group.by_ligand = group.by_receptor;
        auto const receptor = [&](int p) { return bindings[static_cast<std::size_t>(p)].receptor; };
        auto const ligand = [&](int p) { return bindings[static_cast<std::size_t>(p)].ligand; };
        std::sort(group.by_receptor.begin(), group.by_receptor.end(),
                  [&](int a, int b) { return std::pair(receptor(a), ligand(a)) < std::pair(receptor(b), ligand(b)); });
        std::sort(group.by_ligand.begin(), group.by_ligand.end(),
                  [&](int a, int b) { return std::pair(ligand(a), receptor(a)) < std::pair(ligand(b), receptor(b)); });
        groups.push_back(std::move(group));
    }
    signals.clear();
    for (auto const& binding : bindings) {
        auto const& r = receptors[static_cast<std::size_t>(binding.receptor)];
        signals.push_back({competent_share(r, binding), r.sigma_113, r.sigma_128, r.omega, r.inhibitory});
    }
}

double competent_share(Receptor const& receptor, Binding const& binding) {
    if (receptor.proofreading_steps <= 0.0)
        return 1.0;
    return std::pow(receptor.proofreading_rate / (receptor.proofreading_rate + binding.koff), receptor.proofreading_steps);
}

} // namespace nk::biology
