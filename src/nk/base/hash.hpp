#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace nk {

/// Running 128-bit XXH3 hash: identifies states and inputs, not for secrets.
class Hasher {
  public:
    Hasher();
    ~Hasher();
    Hasher(Hasher const&) = delete;
    Hasher& operator=(Hasher const&) = delete;

    void add_bytes(void const* data, std::size_t bytes);
    void add(std::string_view text); ///< length first, so that "ab","c" differs from "a","bc"
    void add(double value);          ///< by bits, with -0 as 0
    void add(std::uint64_t value);
    template <class T> void add(std::span<T const> values) {
        add(static_cast<std::uint64_t>(values.size()));
        add_bytes(values.data(), values.size_bytes());
    }
    std::string hex() const; ///< 32 hex digits

  private:
    XXH3_state_s* state_;
};

} // namespace nk
