#pragma once
#include "nk/base/error.hpp"

#include <vector>

namespace nk::scenario {

/// Problems and warnings found while reading. It stops growing at a size that people can read, so that a hostile file
/// with a million mistakes costs no more than one with a hundred.
class ProblemList {
  public:
    static constexpr std::size_t most = 100;

    void add(Problem problem) {
        if (!full())
            problems_.push_back(std::move(problem));
    }
    void warn(Problem problem) {
        if (warnings_.size() < most)
            warnings_.push_back(std::move(problem));
    }
    bool full() const { return problems_.size() >= most; }
    bool empty() const { return problems_.empty(); }
    std::size_t size() const { return problems_.size(); }
    std::vector<Problem> const& problems() const { return problems_; }
    std::vector<Problem> const& warnings() const { return warnings_; }
    /// errors: ScenarioError with everything found so far, when there is anything
    void throw_if_any() const {
        if (!problems_.empty())
            throw ScenarioError(problems_);
    }

  private:
    std::vector<Problem> problems_;
    std::vector<Problem> warnings_;
};

} // namespace nk::scenario
