#include "nk/base/hash.hpp"

#include <array>
#include <cstdio>
#include <new>
#include <xxhash.h>

namespace nk {

Hasher::Hasher() : state_(XXH3_createState()) {
    if (state_ == nullptr)
        throw std::bad_alloc();
    XXH3_128bits_reset(state_);
}
Hasher::~Hasher() {
    XXH3_freeState(state_);
}

void Hasher::add_bytes(void const* data, std::size_t bytes) {
    if (bytes > 0)
        XXH3_128bits_update(state_, data, bytes);
}
void Hasher::add(std::string_view text) {
    add(static_cast<std::uint64_t>(text.size()));
    add_bytes(text.data(), text.size());
}
void Hasher::add(double value) {
    auto const same_zero = value == 0.0 ? 0.0 : value;
    add_bytes(&same_zero, sizeof same_zero);
}
void Hasher::add(std::uint64_t value) {
    add_bytes(&value, sizeof value);
}

std::string Hasher::hex() const {
    auto const digest = XXH3_128bits_digest(state_);
    std::array<char, 33> text{};
    std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(digest.high64),
                  static_cast<unsigned long long>(digest.low64));
    return text.data();
}

} // namespace nk
