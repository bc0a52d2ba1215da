#pragma once
#include <stdexcept>
#include <string>
#include <vector>

namespace nk {

/// Where in a text something stands: file, 1-based line and column (0 = unknown), and how many columns it covers.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
    int length = 1;
};

/// One thing wrong with what the user gave.
struct Problem {
    Place where;
    std::string kind; ///< short tag: unit, range, name, type, syntax, biology
    std::string what; ///< the problem, in one sentence
    std::string why;  ///< what stands there against what is expected (shown under the marker)
    std::string hint; ///< how to mend it
};

/// The user's input is wrong; carries every problem found (exit code 2).
class ScenarioError : public std::runtime_error {
  public:
    explicit ScenarioError(std::vector<Problem> found);
    explicit ScenarioError(Problem one) : ScenarioError(std::vector{std::move(one)}) {}
    std::vector<Problem> const& problems() const { return problems_; }

  private:
    std::vector<Problem> problems_;
};

/// The machine failed us: files, disk, memory (exit code 1).
class MachineError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The numbers failed: no convergence, NaN, lost mass (exit code 3).
class NumericalError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Our own mistake: a broken contract (exit code 5).
class ContractError : public std::logic_error {
    using std::logic_error::logic_error;
};

[[noreturn]] void contract_failed(char const* kind, char const* condition, char const* file, int line);

/// The known name nearest to `wrong` by edit distance, or "" when nothing is near.
std::string nearest_name(std::string const& wrong, std::vector<std::string> const& known);

} // namespace nk

#define NK_EXPECT(condition) ((condition) ? void() : ::nk::contract_failed("expects", #condition, __FILE__, __LINE__))
#define NK_ENSURE(condition) ((condition) ? void() : ::nk::contract_failed("ensures", #condition, __FILE__, __LINE__))
