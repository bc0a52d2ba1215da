#pragma once
#include "nk/base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nk::biology {

/// What is wrong with a typing, each problem with its place in the text that is read now. It limits how much is read and how many
/// problems are kept, so that any file is answered soon.
class TypingProblems {
  public:
    static constexpr std::size_t longest_text = 1'000'000;
    static constexpr std::size_t most_names = 10'000;
    static constexpr std::size_t most_problems = 20;

    /// genes: "HLA" or "KIR", for messages
    explicit TypingProblems(char const* genes) : genes_(genes) {}

    /// From now on places are in this text.  returns false, with a problem, when it is too long to be read
    bool begin(std::string_view text);
    /// Counts names over all texts.  returns false, with a problem at byte `at`, when they are too many
    bool count_names(std::size_t more, std::size_t at);
    void add(std::size_t at, std::size_t length, std::string kind, std::string what, std::string hint);
    bool full() const { return problems_.size() >= most_problems; }
    /// errors: ScenarioError with everything found so far, when there is anything
    void throw_if_any();

  private:
    std::string genes_;
    std::string_view text_;
    std::vector<Problem> problems_;
    std::size_t names_ = 0;
};

/// The error of data/ that lack a name the typing rests on.
ScenarioError missing_from_data(std::string const& name, std::string const& file);

} // namespace nk::biology
