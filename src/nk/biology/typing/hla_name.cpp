#include "nk/biology/typing/hla_name.hpp"

#include <algorithm>
#include <cstring>

namespace nk::biology {
namespace {

// Own versions: the C library's depend on the locale.
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return c >= 'A' && c <= 'Z';
}
char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
bool is_suffix(char c) {
    return c != '\0' && std::strchr("NLSCAQPG", c) != nullptr;
}

constexpr std::size_t longest_word = 64;

/// Upper case, without `HLA-`, with the asterisk and hyphen that typeset text carries made plain.
std::string normalised(std::string_view word) {
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word.substr(i).starts_with("\xE2\x88\x97")) { // U+2217, asterisk operator
            out += '*';
            i += 2;
        } else if (word.substr(i).starts_with("\xE2\x80\x91") || word.substr(i).starts_with("\xE2\x80\x90")) { // U+2011, U+2010 hyphens
            out += '-';
            i += 2;
        } else {
            out += upper(word[i]);
        }
    }
    for (auto const* prefix : {"HLA-", "HLA_"})
        if (out.starts_with(prefix))
            out.erase(0, 4);
    return out;
}

[[noreturn]] void fail(std::string what, std::string hint = "") {
    throw HlaNameError{std::move(what), std::move(hint)};
}

[[noreturn]] void fail_unknown(std::string_view word, std::string const& nearest_to, HlaRules const& rules) {
    auto const near = nearest_name(nearest_to, rules.known);
    fail("`" + shown(word) + "` is not an HLA name",
         near.empty() ? "write it like A*02:01, B*27:05 or C*07:02" : "did you mean `" + near + "`?");
}

std::string padded(std::string_view digits) {
    return (digits.size() == 1 ? "0" : "") + std::string(digits);
}

/// The locus that does not matter here with which the name begins, or "".
std::string ignored_locus(std::string const& name, HlaRules const& rules) {
    std::string found;
    for (auto const& locus : rules.ignored_loci) {
        if (!name.starts_with(locus) || locus.size() <= found.size())
            continue;
        auto const next = name.size() > locus.size() ? name[locus.size()] : '\0';
        auto const long_locus = locus.size() > 1; // E, F, G, ... only with their asterisk
        if (next == '*' || (long_locus && (next == '\0' || is_digit(next) || next == ':')))
            found = locus;
    }
    auto const plain = std::all_of(name.begin(), name.end(), [](char c) { return is_digit(c) || is_letter(c) || std::strchr("*:-_.", c); });
    return plain ? found : "";
}

/// Takes the single trailing letter off a field that is otherwise digits.
char take_suffix(std::string& field) {
    if (field.size() < 2 || !is_suffix(field.back()) || !is_digit(field[field.size() - 2]))
        return '\0';
    auto const suffix = field.back();
    field.pop_back();
    return suffix;
}

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}
bool all_letters(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_letter);
}

/// Name with colons: 02:01:01:02L, 02:AFYZ. `fields` are the pieces between colons.
void read_fields(std::string_view word, std::vector<std::string> fields, HlaName& name, HlaRules const& rules) {
    if (fields.size() == 2 && all_digits(fields[0]) && fields[1].size() >= 2 && all_letters(fields[1])) {
        name.code = fields[1];
        fields.pop_back();
    } else if (fields.size() > 1) {
        name.suffix = take_suffix(fields.back());
    }
    if (fields.size() > 4)
        fail("`" + shown(word) + "` has " + std::to_string(fields.size()) + " fields; a name has at most four", "");
    for (auto& field : fields) {
        if (!all_digits(field) || field.size() > 4)
            fail_unknown(word, name.locus + "*" + fields.front(), rules);
        field = padded(field);
    }
    name.fields = std::move(fields);
}

/// Name without colons, as before 2010: 02, 0201, 020101, 02010102L, 02AFYZ.
void read_old(std::string_view word, std::string digits, HlaName& name, HlaRules const& rules) {
    name.suffix = digits.size() > 4 ? take_suffix(digits) : '\0';
    auto const letters = static_cast<std::size_t>(std::find_if(digits.begin(), digits.end(), is_letter) - digits.begin());
    if (letters == 2 && digits.size() >= 4 && all_letters(digits.substr(2))) {
        name.code = digits.substr(2);
        digits.resize(2);
    }
    if (!all_digits(digits))
        fail_unknown(word, name.locus + "*" + digits, rules);
    if (digits.size() > 2 && digits.size() % 2 == 1)
        fail("`" + shown(word) + "` can be read in more than one way", "separate the fields by colons, like " + name.locus + "*02:01");
    if (digits.size() > 8)
        fail_unknown(word, name.locus + "*" + digits, rules);
    digits = padded(digits);
    for (std::size_t i = 0; i < digits.size(); i += 2)
        name.fields.push_back(digits.substr(i, 2));
}

/// A*9201 was renamed A*02:101.
void rename(HlaName& name, HlaRules const& rules, std::vector<std::string>& warnings) {
    auto const now = rules.renamed.find(name.locus + "*" + name.fields.front());
    if (now == rules.renamed.end() || name.fields.size() < 2 || name.fields[1].size() != 2)
        return;
    auto const before = to_text(name);
    name.fields[0] = now->second.substr(now->second.find('*') + 1);
    name.fields[1] = "1" + name.fields[1];
    warnings.push_back("`" + before + "` is now named " + to_text(name));
}

HlaName read_after_locus(std::string_view word, std::string const& locus, std::string const& rest, HlaRules const& rules) {
    HlaName name{locus, {}, "", '\0'};
    if (rest.find(':') == std::string::npos) {
        read_old(word, rest, name, rules);
        return name;
    }
    std::vector<std::string> fields(1);
    for (auto const c : rest) {
        if (c == ':')
            fields.emplace_back();
        else
            fields.back() += c;
    }
    read_fields(word, std::move(fields), name, rules);
    return name;
}

/// `03` or `02:03` after `A*02:01/`: locus and leading field come from the name before.
HlaName read_in_context(std::string_view word, std::string const& text, HlaName const& context, HlaRules const& rules) {
    auto full = text;
    if (text.find(':') == std::string::npos && context.fields.size() > 1)
        full = context.fields.front() + ":" + text;
    return read_after_locus(word, context.locus, full, rules);
}

void require_known_group(std::string_view word, HlaName const& name, HlaRules const& rules) {
    auto const group = first_fields(name, 1);
    if (!rules.groups.contains(group))
        fail_unknown(word, group, rules);
}

/// A2, B27, Cw7, B62: the antigen's name without leading zeros, "" when it is none.
HlaWord read_antigen(std::string_view word, std::string const& locus, std::string const& digits, HlaRules const& rules) {
    auto number = digits;
    number.erase(0, std::min(number.find_first_not_of('0'), number.size() - 1));
    HlaWord out;
    if (auto const antigen = rules.serology.find(locus + number); antigen != rules.serology.end()) {
        for (auto const& allele : antigen->second)
            out.names.push_back(read_after_locus(word, locus, allele.substr(allele.find('*') + 1), rules));
        out.warnings.push_back("`" + shown(word) + "` is a serological antigen, read as " + to_text(out.names.front()));
        return out;
    }
    out.names.push_back(read_after_locus(word, locus, digits, rules));
    if (locus == "C" && digits.size() == 1 && upper(word.front()) == 'C' && word.size() == 2)
        out.warnings.push_back("`" + shown(word) + "` is read as the allele group " + to_text(out.names.front()) +
                               ", not as a ligand group");
    return out;
}

} // namespace

std::string shown(std::string_view word) {
    std::string out;
    for (auto const c : word.substr(0, 40))
        out += c >= ' ' && c < '\x7f' ? c : '?';
    return word.size() > 40 ? out + "..." : out;
}

Place place_in(std::string_view text, std::size_t at, std::size_t length) {
    auto const before = text.substr(0, at);
    auto const newline = before.rfind('\n');
    auto const line = 1 + std::count(before.begin(), before.end(), '\n');
    auto const column = newline == std::string_view::npos ? at + 1 : at - newline;
    return {"", static_cast<int>(line), static_cast<int>(column), static_cast<int>(std::clamp<std::size_t>(length, 1, longest_word))};
}

std::string to_text(HlaName const& name) {
    auto out = first_fields(name, name.fields.size());
    if (!name.code.empty())
        out += ":" + name.code;
    if (name.suffix != '\0')
        out += name.suffix;
    return out;
}

std::string first_fields(HlaName const& name, std::size_t count) {
    auto out = name.locus + "*";
    for (std::size_t i = 0; i < std::min(count, name.fields.size()); ++i)
        out += (i == 0 ? "" : ":") + name.fields[i];
    return out;
}

HlaWord parse_hla_word(std::string_view word, HlaRules const& rules, HlaName const* context) {
    if (word.size() > longest_word)
        fail("`" + shown(word) + "` is too long for an HLA name", "separate alleles by spaces or commas");
    auto const text = normalised(word);
    HlaWord out;
    if (text.empty())
        fail("an HLA name is missing here", "write it like A*02:01");
    if (context != nullptr && is_digit(text.front())) {
        out.names.push_back(read_in_context(word, text, *context, rules));
        require_known_group(word, out.names.front(), rules);
        return out;
    }
    if (auto const locus = ignored_locus(text, rules); !locus.empty()) {
        out.ignored_locus = locus;
        return out;
    }
    if (text.front() != 'A' && text.front() != 'B' && text.front() != 'C')
        fail_unknown(word, text, rules);
    if (text == "BW4" || text == "BW6" || text.starts_with("BW4-"))
        fail("`" + shown(word) + "` is an epitope, not an allele", "give the HLA-A and HLA-B alleles; the epitopes follow from them");
    auto const locus = text.substr(0, 1);
    std::size_t start = text.size() > 1 && text[1] == 'W' && locus != "A" ? 2 : 1;
    auto const star = start < text.size() && text[start] == '*';
    start += star ? 1 : 0;
    auto const rest = text.substr(start);
    if (rest.empty())
        fail_unknown(word, text, rules);
    if (!star && all_digits(rest) && rest.size() <= 3) {
        out = read_antigen(word, locus, rest, rules);
    } else {
        out.names.push_back(read_after_locus(word, locus, rest, rules));
        rename(out.names.front(), rules, out.warnings);
    }
    for (auto const& name : out.names)
        require_known_group(word, name, rules);
    return out;
}

} // namespace nk::biology
