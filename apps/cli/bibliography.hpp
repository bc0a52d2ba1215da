#pragma once
#include "nk/scenario/embedded.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace nk::cli {

/// The entries of data/references.bib as one line each.
class Bibliography {
  public:
    /// Takes every *.bib among the files.
    explicit Bibliography(std::vector<scenario::DataFile> const& files);
    /// Key and line of each source named in "Key1, Key2"; words that are no key (such as "assumption") are passed over.
    std::vector<std::pair<std::string, std::string>> entries_of(std::string const& source) const;

  private:
    std::map<std::string, std::string> lines_;
};

} // namespace nk::cli
