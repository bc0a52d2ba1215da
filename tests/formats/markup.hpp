#pragma once
#include <string>
#include <string_view>
#include <vector>

/// Reads XML, or HTML as this project writes it, strictly: balanced tags, quoted attributes, no bare & or <.
struct Markup {
    explicit Markup(std::string_view text, bool html = false);
    std::string fault;              ///< "" when well-formed
    std::vector<std::string> texts; ///< the content between tags, entities resolved, without scripts and styles
    std::vector<std::string> tags;  ///< every opening tag with its attributes, as written
    std::vector<std::string> ids;
    /// whether `words` stand in one of the texts
    bool shows(std::string const& words) const;
    std::vector<std::string> values_of(std::string const& attribute) const;

  private:
    void read(std::string_view text, bool html);
};
