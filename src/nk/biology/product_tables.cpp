#include "nk/biology/product.hpp"
#include "nk/biology/table_rows.hpp"

#include <algorithm>

namespace nk::biology {
namespace {

/// The number of a row, where it has it.
double number_or(ParameterBase const& base, std::string const& name, char const* unit, double otherwise) {
    return base.contains(name) ? base.value(name, unit) : otherwise;
}

/// Factors of copies; "KIR" stands for all receptors of that family.
std::map<std::string, double> receptor_row(ParameterBase const& base, std::string const& row) {
    std::map<std::string, double> out;
    for (auto const& name : base.children(row + ".receptor")) {
        auto const factor = base.value(row + ".receptor." + name, "1");
        if (name != "KIR") {
            out[expect_row(base, row + ".receptor", name, "receptor")] = factor;
            continue;
        }
        for (auto const& receptor : base.children("receptor"))
            if (receptor.starts_with("KIR"))
                out.try_emplace(receptor, factor);
    }
    return out;
}

bool says_yes(ParameterBase const& base, std::string const& attribute) {
    return base.text(attribute, "no") == "yes";
}

Gene read_gene(ParameterBase const& base, std::string const& row, std::string const& name) {
    GeneEffect const none;
    return {base.text(row + ".title", name),
            base.load<GeneLaw>(row),
            {number_or(base, row + ".copies", "molecule/cell", none.copies),
             number_or(base, row + ".il15_secretion", "pg/cell/day", none.il15_secretion),
             number_or(base, row + ".il15_signal", "1", none.il15_signal),
             number_or(base, row + ".il15_sensitivity", "1", none.il15_sensitivity), number_or(base, row + ".death", "1", none.death),
             number_or(base, row + ".cd16_kept", "1", none.cd16_kept)},
            receptor_row(base, row)};
}

Source read_source(ParameterBase const& base, std::string const& row, std::string const& name) {
    return {base.text(row + ".title", name), row_named_by(base, row, "effector", "effector"),
            says_yes(base, row + ".line"),   says_yes(base, row + ".pure"),
            says_yes(base, row + ".own"),    base.load<SourceLaw>(row),
            receptor_row(base, row)};
}

/// Reads every row of a table.
template <class Row, class Read> std::map<std::string, Row> rows_of(ParameterBase const& base, std::string const& table, Read read) {
    std::map<std::string, Row> out;
    for (auto const& name : base.children(table))
        out.emplace(name, read(table + "." + name, name));
    return out;
}

} // namespace

ProductTables ProductTables::from(ParameterBase const& base) {
    ProductTables out;
    auto const title = [&](std::string const& row, std::string const& name) { return base.text(row + ".title", name); };
    auto const storage = [&](std::string const& row, std::string const& name) {
        return Storage{title(row, name), base.load<StorageLaw>(row)};
    };
    out.source = rows_of<Source>(base, "source", [&](auto const& row, auto const& name) { return read_source(base, row, name); });
    out.selection = rows_of<Selection>(base, "selection", [&](auto const& row, auto const& name) {
        return Selection{title(row, name), base.load<SelectionLaw>(row)};
    });
    out.expansion = rows_of<Expansion>(base, "expansion", [&](auto const& row, auto const& name) {
        return Expansion{title(row, name), says_yes(base, row + ".line"), base.load<ExpansionLaw>(row), receptor_row(base, row)};
    });
    out.priming = rows_of<ProductPriming>(base, "priming", [&](auto const& row, auto const& name) {
        return ProductPriming{title(row, name), base.load<ProductPrimingLaw>(row), receptor_row(base, row)};
    });
    out.gene = rows_of<Gene>(base, "gene", [&](auto const& row, auto const& name) { return read_gene(base, row, name); });
    out.cryo = rows_of<Storage>(base, "cryo", storage);
    out.irradiation = rows_of<Storage>(base, "irradiation", storage);
    out.release = rows_of<Release>(base, "release", [&](auto const& row, auto const& name) {
        return Release{title(row, name), base.load<ReleaseLaw>(row)};
    });
    out.car_antigens = base.children("binding.CAR");
    return out;
}

std::vector<std::string> ProductTables::steps() const {
    std::vector<std::string> out;
    auto const add = [&](std::string const& table, auto const& rows) {
        for (auto const& row : rows)
            out.push_back(table + "." + row.first);
    };
    add("selection", selection);
    add("expansion", expansion);
    add("priming", priming);
    add("gene", gene);
    add("cryo", cryo);
    add("irradiation", irradiation);
    return out;
}

} // namespace nk::biology
