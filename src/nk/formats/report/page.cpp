#include "nk/formats/report/page.hpp"

#include "nk/formats/report/animation.hpp"
#include "nk/formats/report/text.hpp"

#include <array>
#include <fmt/format.h>

namespace nk::formats::report {
namespace {

constexpr double wide_figure = 780.0, narrow_figure = 350.0;

std::string evidence_badge(Evidence evidence) {
    auto const words = to_text(evidence);
    return words.empty() ? "" : fmt::format("<span class=\"badge {}\">{}</span>", evidence_colour(evidence), words);
}

std::string confidence_badge(Confidence confidence) {
    struct Badge {
        char const *sign, *words, *colour;
    };
    // The sign is filled, half filled or empty: readable without colour.
    constexpr std::array<Badge, 3> badges{{{"\u25cf", "read", "c2"}, {"\u25d0", "recalled", "c4"}, {"\u25cb", "estimate", "c1"}}};
    auto const& badge = badges[static_cast<std::size_t>(confidence)];
    return fmt::format("<span class=\"badge {}\"><i>{}</i>{}</span>", badge.colour, badge.sign, badge.words);
}

std::string figure_frame(int number, Heading const& heading, std::string const& content, std::string const& data_file) {
    auto out = fmt::format("<figure id=\"figure-{}\">\n<header>{}<h3>{}</h3></header>\n{}<figcaption><b>Figure {}.</b> ", number,
                           evidence_badge(heading.evidence), escaped(heading.title), content, number);
    out += escaped(heading.note);
    if (!data_file.empty())
        out += fmt::format(" <a href=\"{0}\">Data: {0}</a>", escaped(data_file));
    return out + "</figcaption>\n</figure>\n";
}

std::string table_cell(TableColumn const& column, std::size_t row) {
    if (auto const* numbers = std::get_if<std::vector<double>>(&column.values))
        return "<td class=\"number\">" + number_text((*numbers)[row], 4) + "</td>";
    return "<td>" + escaped(std::get<std::vector<std::string>>(column.values)[row]) + "</td>";
}

std::string table_html(Table const& table) {
    std::string out = "<div class=\"scroll\"><table><thead><tr>";
    for (auto const& column : table.columns) {
        auto const number = std::holds_alternative<std::vector<double>>(column.values);
        auto const unit = column.unit.empty() || column.unit == "1" ? "" : " <small>" + escaped(column.unit) + "</small>";
        out += fmt::format("<th{}>{}{}</th>", number ? " class=\"number\"" : "", escaped(column.name), unit);
    }
    out += "</tr></thead><tbody>\n";
    for (std::size_t row = 0; row < table.rows(); ++row) {
        out += "<tr>";
        for (auto const& column : table.columns)
            out += table_cell(column, row);
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n";
}

std::string facts_html(std::vector<Fact> const& facts) {
    if (facts.empty())
        return "";
    std::string out = "<dl class=\"facts\">\n";
    for (auto const& fact : facts)
        out += fmt::format("<div><dt>{}</dt><dd>{}{}</dd></div>\n", escaped(fact.label), "<b>" + escaped(fact.value) + "</b>",
                           fact.note.empty() ? "" : "<small>" + escaped(fact.note) + "</small>");
    return out + "</dl>\n";
}

/// How weak the weakest evidence behind the answer is.
std::string weakest_html(std::string words, std::vector<ParameterRow> const& rows) {
    if (words.empty() && !rows.empty()) {
        auto weakest = Confidence::read;
        for (auto const& row : rows)
            weakest = std::max(weakest, row.confidence);
        words = weakest == Confidence::estimate   ? "our own estimates"
                : weakest == Confidence::recalled ? "literature as remembered, to be checked"
                                                  : "published numbers, read in their source";
    }
    return words.empty() ? "" : "<p class=\"weakest\">Weakest evidence behind this: <b>" + escaped(words) + "</b></p>\n";
}

std::string parameters_html(std::vector<ParameterRow> const& rows) {
    if (rows.empty())
        return "";
    std::string out = "<section id=\"parameters\">\n<h2>Parameters</h2>\n<p class=\"note\">Read: found in the source named. Recalled: from "
                      "the literature as "
                      "remembered, to be checked. Estimate: our own.</p>\n<table class=\"stacked\"><thead><tr><th>Name</th><th "
                      "class=\"number\">Value</th>"
                      "<th>Unit</th><th>Source</th><th>Confidence</th></tr></thead><tbody>\n";
    for (auto const& row : rows)
        out += fmt::format("<tr><td data-name=\"Name\"><span><code>{}</code>{}</span></td><td data-name=\"Value\" "
                           "class=\"number\">{}</td><td data-name=\"Unit\">{}</td>"
                           "<td data-name=\"Source\">{}</td><td data-name=\"Confidence\">{}</td></tr>\n",
                           escaped(row.name), row.changed ? " <span class=\"badge c3\">changed</span>" : "", escaped(row.value),
                           row.unit == "1" ? "" : escaped(row.unit), escaped(row.source), confidence_badge(row.confidence));
    return out + "</tbody></table>\n</section>\n";
}

std::string limits_html(std::vector<std::string> const& sentences) {
    if (sentences.empty())
        return "";
    std::string out = "<section id=\"limits\">\n<h2>What the model cannot say</h2>\n<ul class=\"limits\">\n";
    for (auto const& sentence : sentences)
        out += "<li>" + escaped(sentence) + "</li>\n";
    return out + "</ul>\n</section>\n";
}

std::string reproduction_html(Reproduction const& reproduction) {
    auto pairs = std::vector<std::pair<std::string, std::string>>{
        {"Seed", reproduction.seed}, {"State hash", reproduction.state_hash}, {"Version", reproduction.version}};
    pairs.insert(pairs.end(), reproduction.more.begin(), reproduction.more.end());
    std::string commands, list;
    for (auto const& command : reproduction.commands)
        commands += "<span>" + escaped(command) + "</span>";
    for (auto const& [name, value] : pairs)
        if (!value.empty())
            list += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value));
    if (commands.empty() && list.empty())
        return "";
    return "<section id=\"reproduce\">\n<h2>How to reproduce</h2>\n" + (commands.empty() ? "" : "<pre>" + commands + "</pre>\n") +
           "<dl class=\"pairs\">\n" + list + "</dl>\n</section>\n";
}

} // namespace

std::string render_svg(Figure const& figure, Canvas const& canvas) {
    return std::visit([&](auto const& kind) { return render_svg(kind, canvas); }, figure);
}

Page::Page(std::string title, std::string question, std::string answer)
    : title_(std::move(title)), question_(std::move(question)), answer_(std::move(answer)) {}

void Page::add_figure(Figure const& figure, std::string const& data_file) {
    auto const heading = std::visit([](auto const& kind) { return kind.heading; }, figure);
    auto const content = "<div class=\"wide\">" + render_svg(figure, {wide_figure, Titles::outside}) + "</div><div class=\"narrow\">" +
                         render_svg(figure, {narrow_figure, Titles::outside}) + "</div>\n";
    body_ += figure_frame(++figure_count_, heading, content, data_file);
}

void Page::add_animation(Scene const& scene, std::string const& data_file) {
    auto const shown = reduced(scene, AnimationLimits{}.cells); // its note says what was left out
    body_ += figure_frame(++figure_count_, shown.heading, animation_html(shown), data_file);
    animated_ = true;
}

void Page::add_picture(Heading const& heading, std::string const& png, std::string const& alternative, std::string const& data_file) {
    auto const content = "<img alt=\"" + escaped(alternative) + "\" style=\"max-width:100%;height:auto\" src=\"data:image/png;base64," +
                         base64(png) + "\">\n";
    body_ += figure_frame(++figure_count_, heading, content, data_file);
}

void Page::add_table(std::string const& title, Table const& table, std::string const& note) {
    body_ += "<section class=\"table\"><h3>" + escaped(title) + "</h3>\n" + table_html(table);
    if (!note.empty())
        body_ += "<p class=\"note\">" + escaped(note) + "</p>\n";
    body_ += "</section>\n";
}

void Page::add_heading(std::string const& words) {
    body_ += "<h2>" + escaped(words) + "</h2>\n";
}

void Page::add_paragraph(std::string const& words) {
    body_ += "<p>" + escaped(words) + "</p>\n";
}

std::string Page::html() const {
    // The policy makes the promise of no network one that the browser keeps.
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
        "img-src data:\">\n<link rel=\"icon\" href=\"data:,\">\n";
    out += "<title>" + escaped(title_) + "</title>\n<style>\n" + page_style() + "</style>\n</head>\n<body>\n<main>\n";
    out += "<header class=\"top\"><p class=\"kicker\">" + escaped(title_) + "</p>\n<h1>" + escaped(question_) +
           "</h1>\n<p class=\"answer\">" + escaped(answer_) + "</p>\n" + weakest_html(weakest_, parameters_) + facts_html(facts_) +
           "</header>\n";
    out += body_ + parameters_html(parameters_) + limits_html(limits_) + reproduction_html(reproduction_);
    out += "</main>\n<footer><p><b>Research use only.</b> A simulation, not a measurement; nothing here is advice for the care of a "
           "patient.</p>" +
           (reproduction_.version.empty() ? "" : "<p>NKsim " + escaped(reproduction_.version) + "</p>") + "</footer>\n";
    if (animated_)
        out += "<script>" + animation_script() + "</script>\n";
    return out + "</body>\n</html>\n";
}

} // namespace nk::formats::report
