#include "nk/study/recognise_answer_words.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fmt/format.h>
#include <stdexcept>

namespace nk::study {
namespace {

/// A word, or `key = value`, with its place in the text.
struct Item {
    std::string key; ///< the word, when there is no value
    std::string value;
    bool has_value = false;
    Place where;
};

struct Token {
    std::string text;
    std::size_t at;
};

bool is_sign(std::string const& text) {
    return text.size() > 1 && (text.back() == '+' || text.back() == '-');
}

std::vector<Token> tokens_of(std::string_view text) {
    std::vector<Token> out;
    for (std::size_t i = 0; i < text.size();) {
        auto const c = text[i];
        if (c == ',' || c == ';' || c == '=') {
            out.push_back({std::string(1, c == ';' ? ',' : c), i++});
            continue;
        }
        if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            ++i;
            continue;
        }
        auto end = i;
        while (end < text.size() && text[end] != ',' && text[end] != ';' && text[end] != '=' &&
               std::isspace(static_cast<unsigned char>(text[end])) == 0)
            ++end;
        out.push_back({std::string(text.substr(i, end - i)), i});
        i = end;
    }
    return out;
}

/// A value runs to the next comma, `word =`, or `receptor+`.
std::vector<Item> items_of(std::string_view text, std::string const& source) {
    auto const tokens = tokens_of(text);
    std::vector<Item> out;
    for (std::size_t i = 0; i < tokens.size();) {
        if (tokens[i].text == ",") {
            ++i;
            continue;
        }
        Item item{tokens[i].text,
                  "",
                  false,
                  {source, 1, static_cast<int>(tokens[i].at) + 1, static_cast<int>(std::min<std::size_t>(tokens[i].text.size(), 60))}};
        ++i;
        if (i < tokens.size() && tokens[i].text == "=") {
            item.has_value = true;
            for (++i; i < tokens.size() && tokens[i].text != ","; ++i) {
                auto const next_is_key = i + 1 < tokens.size() && tokens[i + 1].text == "=";
                if (!item.value.empty() && (next_is_key || is_sign(tokens[i].text)))
                    break;
                item.value += (item.value.empty() ? "" : " ") + tokens[i].text;
            }
        }
        out.push_back(std::move(item));
    }
    return out;
}

std::string canonical(std::string_view text) {
    std::string out;
    for (auto const c : text)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

/// The name meant, or "".
std::string find_name(std::string_view word, std::string const& table, ParameterBase const& base) {
    auto const& names = base.children(table);
    if (std::find(names.begin(), names.end(), word) != names.end())
        return std::string(word);
    auto const wanted = canonical(word);
    if (wanted.empty())
        return "";
    for (auto const& name : names) {
        auto const title = base.text(table + "." + name + ".title");
        auto const plain = canonical(name);
        if (plain == wanted || plain == "kir" + wanted || plain == "hla" + wanted ||
            (!title.empty() && (canonical(title) == wanted || canonical(title.substr(0, title.find(" ("))) == wanted)))
            return name;
    }
    return "";
}

/// "a time", "a plain number", "an amount".
std::string kind_of(std::string_view unit) {
    auto const name = dimension_name(unit);
    if (name.starts_with("a "))
        return name;
    return (std::string_view("aeiou").find(name.front()) != std::string_view::npos ? "an " : "a ") + name;
}

std::optional<double> number_in(Item const& item, char const* unit, Range const& range, std::vector<Problem>& problems) {
    try {
        auto quantity = parse_quantity(item.value);
        if (quantity.unit == "1")
            quantity.unit = unit;
        if (!same_dimension(quantity.unit, unit)) {
            problems.push_back(
                {item.where, "unit", fmt::format("`{}` is {}, not {}", item.key, kind_of(quantity.unit), kind_of(unit)),
                 kind_of(quantity.unit) + "; expected " + kind_of(unit),
                 fmt::format("write it like `{}=0.5{}`", item.key, std::string_view(unit) == "1" ? "" : std::string(" ") + unit)});
            return std::nullopt;
        }
        auto const value = in_unit(quantity, unit);
        if (!std::isfinite(value) || !range.contains(value)) {
            problems.push_back({item.where, "range", fmt::format("`{}` is out of range: {}", item.key, item.value),
                                fmt::format("allowed: {} to {}", nk::to_text(range.low), nk::to_text(range.high)), ""});
            return std::nullopt;
        }
        return value;
    } catch (std::invalid_argument const& error) {
        problems.push_back({item.where, "unit", fmt::format("`{}={}` cannot be read", item.key, item.value), error.what(),
                            fmt::format("write a number with its unit: `{}=8000{}`", item.key,
                                        std::string_view(unit) == "1" ? "" : std::string(" ") + unit)});
        return std::nullopt;
    }
}

constexpr Range counts{0.0, 1e9};

/// names: of the table whose entries may stand after one of `prefixes`
void unknown_key(Item const& item, std::vector<std::string> const& known, std::vector<std::string> const& names,
                 std::vector<std::string> const& prefixes, std::vector<Problem>& problems) {
    auto possible = known;
    for (auto const& prefix : prefixes)
        for (auto const& name : names)
            possible.push_back(prefix + name);
    auto const near = nearest_name(item.key, possible);
    problems.push_back({item.where, "name", fmt::format("`{}` is not a setting here", item.key), "",
                        near.empty() ? fmt::format("settings: {}", fmt::join(known, ", ")) : "did you mean `" + near + "`?"});
}

void read_nk_value(Item const& item, NkWords& out, ParameterBase const& base, std::vector<Problem>& problems) {
    static std::vector<std::string> const known{"priming", "exhaustion", "content", "education", "knockout", "copies.RECEPTOR"};
    auto const set = [&](auto& to, Range const& range) {
        if (auto const x = number_in(item, "1", range, problems))
            to = *x;
    };
    if (item.key == "priming")
        set(out.priming, fraction);
    else if (item.key == "education")
        set(out.education, Range{0.0, 100.0});
    else if (item.key == "exhaustion")
        set(out.exhaustion, Range{0.0, 0.999});
    else if (item.key == "content")
        set(out.content, fraction);
    else if (item.key == "knockout") {
        for (auto const& token : tokens_of(item.value)) {
            auto const molecule = token.text == "perforin" || token.text == "granzymes" || token.text == "FasL";
            auto const name = molecule ? token.text : read_name(token.text, "receptor", base, item.where, problems);
            if (!name.empty())
                out.knockout.push_back(name);
        }
    } else if (item.key.starts_with("copies.") || !find_name(item.key, "receptor", base).empty()) {
        auto const word = item.key.starts_with("copies.") ? item.key.substr(7) : item.key;
        auto const name = read_name(word, "receptor", base, item.where, problems);
        auto const x = number_in(item, "molecule/cell", counts, problems);
        if (!name.empty() && x)
            out.copies[name] = *x;
    } else
        unknown_key(item, known, base.children("receptor"), {"", "copies."}, problems);
}

} // namespace

std::string read_name(std::string_view word, std::string const& table, ParameterBase const& base, Place const& where,
                      std::vector<Problem>& problems) {
    if (auto name = find_name(word, table, base); !name.empty())
        return name;
    auto const shown = std::string(word.substr(0, 80));
    auto const& names = base.children(table);
    auto near = nearest_name(shown, names);
    if (near.empty()) // KIR without KIR
        near = nearest_name("KIR" + shown, names);
    auto const article = table == "effector" ? "an" : "a";
    problems.push_back({where, "name", fmt::format("`{}` is not {} {} of the tables", shown, article, table), "",
                        near.empty() ? fmt::format("known: {}", fmt::join(names, ", ")) : "did you mean `" + near + "`?"});
    return "";
}

NkWords read_nk_words(std::string_view text, ParameterBase const& base, std::vector<Problem>& problems) {
    NkWords out;
    auto like = 0;
    for (auto const& item : items_of(text, "--nk")) {
        if (item.has_value) {
            read_nk_value(item, out, base, problems);
            continue;
        }
        if (auto const effector = find_name(item.key, "effector", base); !effector.empty()) {
            out.like = effector;
            if (++like > 1)
                problems.push_back({item.where, "name", "`" + item.key + "` is a second kind of NK cell", "", "name one"});
        } else if (is_sign(item.key)) {
            auto const name = read_name(std::string_view(item.key).substr(0, item.key.size() - 1), "receptor", base, item.where, problems);
            if (!name.empty())
                (item.key.back() == '+' ? out.positive : out.negative).push_back(name);
        } else if (auto const receptor = find_name(item.key, "receptor", base); !receptor.empty()) {
            problems.push_back(
                {item.where, "syntax", "`" + item.key + "` needs a sign", "", fmt::format("write `{0}+` or `{0}-`", receptor)});
        } else {
            auto known = base.children("effector");
            for (auto const& name : base.children("receptor"))
                known.push_back(name + "+");
            auto const near = nearest_name(item.key, known);
            problems.push_back(
                {item.where, "name", fmt::format("`{}` is neither a kind of NK cell nor a receptor with + or -", item.key), "",
                 near.empty() ? fmt::format("kinds: {}", fmt::join(base.children("effector"), ", ")) : "did you mean `" + near + "`?"});
        }
    }
    for (auto const& name : out.positive)
        if (std::find(out.negative.begin(), out.negative.end(), name) != out.negative.end())
            problems.push_back({{"--nk", 1, 1, 1}, "biology", name + " is both + and -", "", "give one sign"});
    return out;
}

scenario::Target read_target_words(std::string_view text, ParameterBase const& base, std::vector<Problem>& problems) {
    static std::vector<std::string> const known{"ligands.LIGAND",   "ligand_factor.LIGAND", "hla", "hits_to_kill", "pi9", "fas",
                                                "caspase_inhibitor"};
    scenario::Target out;
    auto like = 0;
    for (auto const& item : items_of(text, "--target")) {
        if (!item.has_value) {
            if (auto const name = read_name(item.key, "target", base, item.where, problems); !name.empty())
                out.like = name;
            if (++like > 1)
                problems.push_back({item.where, "name", "`" + item.key + "` is a second target", "", "name one"});
            continue;
        }
        auto const set = [&](double& to, Range const& range) {
            if (auto const x = number_in(item, "1", range, problems))
                to = *x;
        };
        auto const dot = item.key.find('.');
        auto const table = item.key.substr(0, dot);
        if (item.key == "hla")
            out.hla = {item.value};
        else if (item.key == "hits_to_kill")
            set(out.hits_to_kill, Range{1.0, 20.0});
        else if (item.key == "pi9")
            set(out.pi9, fraction);
        else if (item.key == "fas")
            set(out.fas, fraction);
        else if (item.key == "caspase_inhibitor")
            set(out.caspase_inhibitor, fraction);
        else if ((dot != std::string::npos && (table == "ligands" || table == "ligand_factor")) ||
                 !find_name(item.key, "ligand", base).empty()) {
            auto const factor = table == "ligand_factor" && dot != std::string::npos;
            auto const word = dot == std::string::npos ? item.key : item.key.substr(dot + 1);
            auto const name = read_name(word, "ligand", base, item.where, problems);
            auto const x = number_in(item, factor ? "1" : "molecule/cell", counts, problems);
            if (!name.empty() && x)
                (factor ? out.ligand_factor : out.ligands)[name] = *x;
        } else
            unknown_key(item, known, base.children("ligand"), {"", "ligands.", "ligand_factor."}, problems);
    }
    return out;
}

std::pair<std::string, scenario::Drug> read_drug_words(std::string_view text, ParameterBase const& base, std::vector<Problem>& problems) {
    scenario::Drug out;
    auto const items = items_of(text, "--drug");
    if (items.size() != 1) {
        problems.push_back(
            {{"--drug", 1, 1, 1}, "syntax", "a drug is one name and one concentration", "", "for example: --drug \"rituximab=10 ug/mL\""});
        return {"", out};
    }
    auto const& item = items.front();
    auto const name = read_name(item.key, "drug", base, item.where, problems);
    out.like = name;
    auto const redirecting = base.text("drug." + name + ".kind") == "redirecting";
    if (!item.has_value) {
        if (!name.empty() && !redirecting)
            problems.push_back({item.where, "syntax", "`" + name + "` needs a concentration", "", "write it like `" + name + "=10 ug/mL`"});
        return {name, out};
    }
    try {
        auto const quantity = parse_quantity(item.value);
        auto const molar = same_dimension(quantity.unit, "nM");
        if (quantity.unit != "1" && !molar && !same_dimension(quantity.unit, "ug/mL"))
            problems.push_back({item.where, "unit", fmt::format("`{}` is {}, not a concentration", item.value, kind_of(quantity.unit)), "",
                                "write it like `" + item.key + "=10 ug/mL` or in nM"});
        else if (quantity.unit == "1")
            problems.push_back(
                {item.where, "unit", "`" + item.value + "` has no unit", "", "write it like `" + item.key + "=10 ug/mL` or in nM"});
        else if (!(quantity.value >= 0.0))
            problems.push_back({item.where, "range", "a concentration cannot be negative", item.value, ""});
        else if (molar && !name.empty()) // nmol/L of g/mol = 1e-6 ug/mL
            out.concentration = in_unit(quantity, "nM") * base.value("drug." + name + ".molar_mass", "g/mol") * 1e-6;
        else if (!molar)
            out.concentration = in_unit(quantity, "ug/mL");
    } catch (std::invalid_argument const& error) {
        problems.push_back(
            {item.where, "unit", "`" + item.value + "` cannot be read", error.what(), "write it like `" + item.key + "=10 ug/mL`"});
    }
    return {name, out};
}

} // namespace nk::study
