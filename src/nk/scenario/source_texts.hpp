#pragma once
#include "nk/base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nk::scenario {

/// A place in one of the texts of a `SourceTexts`: small, because every value of a document carries two of them.
struct Mark {
    int source = -1; ///< index into the SourceTexts; -1 = nowhere
    int line = 1;
    int column = 1; ///< in characters, not bytes
    int length = 1;
};

/// The texts that were read (files, overrides, data), kept so that a problem can show the line it stands in.
class SourceTexts {
  public:
    /// Keeps `text` under `name`; returns its index for marks.
    int add(std::string name, std::string text);
    /// The mark with the name of its text.
    Place place(Mark const& mark) const;
    /// How many texts were added, and the one at `index`.
    std::size_t size() const { return sources_.size(); }
    std::string const& name(std::size_t index) const { return sources_.at(index).name; }
    std::string const& text(std::size_t index) const { return sources_.at(index).text; }
    /// The text called `name`, or nullptr.
    std::string const* find(std::string_view name) const;
    /// Line `number` (from 1) of the text called `name`, without its end; "" when there is none.
    std::string line(std::string_view name, int number) const;

  private:
    struct Source {
        std::string name;
        std::string text;
    };
    std::vector<Source> sources_;
};

} // namespace nk::scenario
