#pragma once
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/types.h>
#include <vector>

namespace nk::test {

/// What a call of the program left.
struct Outcome {
    int code = -1; ///< exit code, or 128 + signal
    std::string out, err;
    nlohmann::json json() const { return nlohmann::json::parse(out); }
};

/// A folder of its own for one test, removed at the end.
class Workplace {
  public:
    Workplace();
    ~Workplace();
    Workplace(Workplace const&) = delete;
    Workplace& operator=(Workplace const&) = delete;

    std::filesystem::path const& path() const { return path_; }
    /// Runs `nk WORDS...` in the folder, with stdout going to `out_path` when that is given.
    Outcome run(std::vector<std::string> const& words, std::string const& out_path = "") const;
    /// Starts `nk WORDS...` and calls `during` with its process id before waiting for its end.
    Outcome run_while(std::vector<std::string> const& words, std::function<void(pid_t)> const& during,
                      std::string const& out_path = "") const;
    void write(std::string const& name, std::string const& text) const;
    std::string read(std::string const& name) const;
    bool exists(std::string const& name) const { return std::filesystem::exists(path_ / name); }
    /// Writes a small assay that runs in a fraction of a second, and returns its name.
    std::string tiny_assay() const;
    /// Writes an assay that would run for minutes, and returns its name.
    std::string long_assay() const;

  private:
    std::filesystem::path path_;
};

} // namespace nk::test
