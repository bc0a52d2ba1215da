#include "nk/simulate/tissue_listed_cells.hpp"

#include "nk/base/error.hpp"
#include "nk/base/quantity.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>

namespace nk::simulate {
namespace {

constexpr double largest_radius = 100.0; ///< [um]
constexpr double largest_factor = 1e6;
constexpr char const* axes[] = {"x", "y", "z"};
constexpr char const* sides[] = {"width", "height", "depth"};

/// Problems that many cells share are told once.
struct Finding {
    std::size_t row = 0;
    std::string column;
    Problem problem;
    std::size_t cells = 0;
};

class Placer {
  public:
    Placer(CellSource const& source, scenario::CellPlace const& place, std::string const& name, std::uint64_t seed,
           tissue::TissuePlan& plan)
        : source_(source), place_(place), seed_(seed), plan_(plan) {
        for (auto const& column : source.cells.columns)
            if (auto const* values = std::get_if<std::vector<double>>(&column.values))
                numbers_[column.name] = values;
            else if (column.name == "kind")
                kinds_ = &std::get<std::vector<std::string>>(column.values);
        find_families();
        if (kinds_ == nullptr)
            common_kind(place.of.empty() ? name : place.of);
    }

    void place() {
        auto const rows = source_.cells.rows();
        if (static_cast<double>(rows + plan_.cells.size()) > scenario::most_cells_in_a_tissue)
            throw ScenarioError(Problem{place_.source, "range", fmt::format("`{}` has {} cells", source_.name, rows),
                                        fmt::format("a tissue may hold {:.2g}", scenario::most_cells_in_a_tissue), ""});
        auto const before = plan_.cells.size();
        plan_.cells.reserve(before + rows);
        for (std::size_t row = 0; row < rows; ++row) {
            tissue::SeedCell cell{};
            auto const kind = kind_of(row);
            put(row, cell);
            if (!kind)
                continue;
            cell.kind = *kind;
            describe(row, cell);
            plan_.cells.push_back(cell);
        }
        report();
    }

  private:
    /// The value of a row, or NaN where the source has none.
    double number(std::string const& column, std::size_t row) const {
        auto const found = numbers_.find(column);
        return found == numbers_.end() ? std::nan("") : (*found->second)[row];
    }

    void find(std::string const& key, std::size_t row, std::string column, std::string kind, std::string what, std::string why,
              std::string hint = "") {
        auto& finding = findings_[key];
        if (finding.cells++ == 0)
            finding = {row, std::move(column), {{}, std::move(kind), std::move(what), std::move(why), std::move(hint)}, 1};
    }

    std::optional<std::uint16_t> index_of(std::string const& kind) const {
        for (std::size_t k = 0; k < plan_.kinds.size(); ++k)
            if (plan_.kinds[k].name == kind)
                return static_cast<std::uint16_t>(k);
        return {};
    }

    std::string known_kinds(std::string const& wrong) const {
        std::vector<std::string> names;
        for (auto const& kind : plan_.kinds)
            names.push_back(kind.name);
        auto const near = nearest_name(wrong, names);
        return near.empty() ? fmt::format("the kinds are {}; add a table [cell.{}], or take some kinds with `only`", fmt::join(names, ", "),
                                          wrong.substr(0, 40))
                            : "did you mean `" + near + "`?";
    }

    void common_kind(std::string const& kind) {
        common_ = index_of(kind);
        if (!common_)
            throw ScenarioError(
                Problem{place_.source, "missing", fmt::format("`{}` does not say of which kind its cells are", source_.name),
                        "it has no column `kind`, and the place has no `of`", "add the column, or for example `of = \"tumour\"`"});
    }

    std::optional<std::uint16_t> kind_of(std::size_t row) {
        if (kinds_ == nullptr)
            return common_;
        auto const& kind = (*kinds_)[row];
        auto const known = index_of(kind);
        if (!known && kind.empty())
            find("kind", row, "kind", "missing", fmt::format("{} has no kind", source_.title(row)), "",
                 "write the name of a [cell.*] or [nk.*] table");
        else if (!known && findings_.size() < 20)
            find("kind " + kind, row, "kind", "name",
                 fmt::format("{} is of `{}`, which is no [cell.*] or [nk.*]", source_.title(row), kind.substr(0, 60)), "",
                 known_kinds(kind));
        return known;
    }

    void put(std::size_t row, tissue::SeedCell& cell) {
        double const shift[3] = {place_.x, place_.y, place_.z};
        double at[3] = {};
        for (std::size_t axis = 0; axis < 3; ++axis) {
            auto const given = number(axes[axis], row);
            at[axis] = given + (axis < 2 || plan_.three_d ? shift[axis] : 0.0);
            if (!std::isfinite(given))
                find(axes[axis], row, axes[axis], "type", fmt::format("{} has no `{}`", source_.title(row), axes[axis]),
                     std::isnan(given) ? "the number is missing" : "it is infinite", "every cell needs a place, in um");
            else if (at[axis] < plan_.box.low[axis] || at[axis] > plan_.box.high[axis])
                find(std::string("box ") + axes[axis], row, axes[axis], "range", fmt::format("{} lies outside the box", source_.title(row)),
                     axis == 2 && !plan_.three_d ? fmt::format("z is {} um, and the tissue is a flat sheet", to_text(at[axis]))
                                                 : fmt::format("{} is {} um{}; the box reaches from {} to {} um", axes[axis],
                                                               to_text(at[axis]), shift[axis] != 0.0 ? " after the shift of its place" : "",
                                                               to_text(plan_.box.low[axis]), to_text(plan_.box.high[axis])),
                     fits(axis));
        }
        cell.x = at[0];
        cell.y = at[1];
        cell.z = at[2];
    }

    /// How the cells of this source would come to lie inside.
    std::string fits(std::size_t axis) const {
        if (axis == 2 && !plan_.three_d)
            return "give `tissue.depth`, or leave the column z out";
        auto low = 1e300, high = -1e300;
        for (std::size_t row = 0; row < source_.cells.rows(); ++row)
            if (auto const value = number(axes[axis], row); std::isfinite(value)) {
                low = std::min(low, value);
                high = std::max(high, value);
            }
        auto const span = fmt::format("the cells reach from {:.6g} to {:.6g} um", low, high);
        auto const shift = fmt::format("`{} = \"{:.6g} um\"` in the place puts them in the middle", axes[axis], -0.5 * (low + high));
        return high - low <= plan_.box.size(axis) ? span + "; " + shift
                                                  : fmt::format("{}; the box needs a `tissue.{}` of {:.6g} um or more, and {}", span,
                                                                sides[axis], std::ceil(high - low), shift);
    }

    void describe(std::size_t row, tissue::SeedCell& cell) {
        auto const& kind = plan_.kinds[cell.kind];
        if (auto const infected = number("infected", row); infected == 1.0 && kind.virus < 0)
            find("virus", row, "infected", "biology", fmt::format("{} is infected, but `{}` has no virus", source_.title(row), kind.name),
                 "", fmt::format("give [cell.{}] a `virus`", kind.name));
        else if (!std::isnan(infected) && infected != 0.0 && infected != 1.0)
            find("infected", row, "infected", "range", fmt::format("`infected` of {} is neither 0 nor 1", source_.title(row)),
                 to_text(infected));
        else
            cell.infected = infected == 1.0;
        if (auto const radius = number("radius", row); !std::isnan(radius)) {
            if (!(radius > 0.0 && radius <= largest_radius))
                find("radius", row, "radius", "range", fmt::format("{} cannot have this radius", source_.title(row)),
                     to_text(radius) + " um",
                     fmt::format("more than 0 and at most {} um; nothing = that of its kind", to_text(largest_radius)));
            else
                cell.radius = radius;
        }
        give_ligands(row, cell, kind);
    }

    /// A column of factors and the families of ligands it multiplies.
    struct FactorColumn {
        std::string name;
        std::vector<std::size_t> families;
        bool may_be_lost = false;
    };

    void find_families() {
        auto const& families = plan_.families;
        FactorColumn hla{"hla", {}, true}, nkg2d{"nkg2d", {}, true};
        for (std::size_t l = 0; l < families.of.size(); ++l)
            for (auto [binds, column] : {std::pair{families.hla[l], &hla}, std::pair{families.nkg2d[l], &nkg2d}})
                if (auto const f = static_cast<std::size_t>(families.of[l]);
                    binds && std::find(column->families.begin(), column->families.end(), f) == column->families.end())
                    column->families.push_back(f);
        for (auto& column : {hla, nkg2d})
            if (numbers_.contains(column.name))
                factors_.push_back(column);
        for (auto const& [name, values] : numbers_) {
            if (!name.starts_with("ligand."))
                continue;
            auto const known = std::find(families.names.begin(), families.names.end(), name.substr(7));
            if (known != families.names.end())
                factors_.push_back({name, {static_cast<std::size_t>(known - families.names.begin())}, false});
            else
                throw ScenarioError(Problem{source_.where(0, name), "name", fmt::format("column `{}` is of no family of ligands", name),
                                            fmt::format("the families are {}", fmt::join(families.names, ", ")), ""});
        }
    }

    void give_ligands(std::size_t row, tissue::SeedCell& cell, tissue::TissueKind const& kind) {
        std::array<double, biology::max_families> factor{};
        std::array<bool, biology::max_families> given{};
        factor.fill(1.0);
        biology::LigandPhenotype lost;
        for (auto const& column : factors_) {
            auto const value = number(column.name, row);
            if (std::isnan(value))
                continue;
            if (kind.role == tissue::Role::nk)
                return find("nk", row, column.name, "biology",
                            fmt::format("{} is an NK cell and has no factor `{}`", source_.title(row), column.name), to_text(value),
                            "leave it empty");
            if (!(value >= 0.0 && value <= largest_factor) || (value == 0.0 && !column.may_be_lost))
                return find(column.name, row, column.name, "range", fmt::format("`{}` of {} is no factor", column.name, source_.title(row)),
                            to_text(value),
                            column.may_be_lost
                                ? fmt::format("0 = lost for good; 1 = as usual; at most {:g}", largest_factor)
                                : fmt::format("more than 0, 1 = as usual, at most {:g}; `hla` and `nkg2d` may be 0", largest_factor));
            if (value == 0.0) {
                (column.name == "hla" ? lost.hla_lost : lost.nkg2d_lost) = true;
                continue;
            }
            for (auto const f : column.families) {
                factor[f] *= value;
                given[f] = true;
            }
        }
        if (!lost.hla_lost && !lost.nkg2d_lost && std::find(given.begin(), given.end(), true) == given.end())
            return;
        auto const sd = plan_.targets[static_cast<std::size_t>(kind.target)].ligand_sd;
        // the families that nobody speaks of are those that this cell would have had: ids count the cells of the plan
        Random ligands(seed_, plan_.cells.size(), Purpose::target_state);
        auto phenotype = biology::founder(plan_.families, sd, ligands);
        for (std::size_t f = 0; f < factor.size(); ++f)
            if (given[f])
                phenotype.ln_factor[f] = static_cast<float>(std::log(factor[f]) + 0.5 * sd * sd);
        phenotype.hla_lost = lost.hla_lost;
        phenotype.nkg2d_lost = lost.nkg2d_lost;
        cell.ligands = phenotype;
    }

    void report() {
        std::vector<Finding> found;
        for (auto& [key, finding] : findings_)
            found.push_back(std::move(finding));
        std::stable_sort(found.begin(), found.end(), [](auto const& a, auto const& b) { return a.row < b.row; });
        std::vector<Problem> problems;
        for (auto& one : found) {
            one.problem.where = source_.where(one.row, one.column);
            if (one.cells > 1)
                one.problem.what += fmt::format(", and so {} {} more", one.cells == 2 ? "is" : "are", one.cells - 1);
            if (one.problem.where.file != source_.name && one.problem.what.find(source_.name) == std::string::npos)
                one.problem.what = fmt::format("`{}`: {}", source_.name, one.problem.what);
            problems.push_back(std::move(one.problem));
        }
        if (!problems.empty())
            throw ScenarioError(std::move(problems));
    }

    CellSource const& source_;
    scenario::CellPlace const& place_;
    std::uint64_t seed_;
    tissue::TissuePlan& plan_;
    std::map<std::string, std::vector<double> const*> numbers_;
    std::vector<std::string> const* kinds_ = nullptr;
    std::optional<std::uint16_t> common_;
    std::vector<FactorColumn> factors_;
    std::map<std::string, Finding> findings_;
};

} // namespace

void place_listed_cells(CellSource const& source, scenario::CellPlace const& place, std::string const& name, std::uint64_t seed,
                        tissue::TissuePlan& plan) {
    Placer(source, place, name, seed, plan).place();
}

} // namespace nk::simulate
