#pragma once
#include "nk/base/columns.hpp"
#include "nk/base/hash.hpp"
#include "nk/base/random.hpp"

#include <array>
#include <concepts>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

namespace nk {

/// A saved state that ends too early or holds impossible numbers.
class BrokenState : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class T>
concept PlainValue = std::is_arithmetic_v<T> || std::is_enum_v<T>;

/// The one way through the state of a simulation, shared by its hash, its checkpoint and the reading of it. A class describes its
/// state once, in `visit_state(State& state)` with a list of `state(member)`; a `State` saves, loads or hashes what it is shown.
/// The bytes of a number are taken as they lie in memory (x86-64); padding is never touched.
template <class Derived> class StateVisitor {
  public:
    template <PlainValue T> void operator()(T& value) { self().bytes(&value, sizeof value); }
    template <class T, std::size_t n> void operator()(T (&values)[n]) {
        for (auto& value : values)
            (*this)(value);
    }
    template <class T, std::size_t n> void operator()(std::array<T, n>& values) {
        if constexpr (PlainValue<T>)
            self().bytes(values.data(), sizeof values);
        else
            for (auto& value : values)
                (*this)(value);
    }
    template <class T> void operator()(std::vector<T>& values) {
        auto size = static_cast<std::uint64_t>(values.size());
        (*this)(size);
        self().resize(values, size);
        if constexpr (PlainValue<T>)
            self().bytes(values.data(), values.size() * sizeof(T));
        else
            for (auto& value : values)
                (*this)(value);
    }
    void operator()(std::string& text) {
        auto size = static_cast<std::uint64_t>(text.size());
        (*this)(size);
        self().resize(text, size);
        self().bytes(text.data(), text.size());
    }
    template <class Record> void operator()(Columns<Record>& columns) {
        columns.each([&](auto const&, auto& values) { (*this)(values); });
    }
    /// Anything else describes itself.
    template <class T>
    requires std::is_class_v<T> && requires(T& object, Derived& state) { object.visit_state(state); }
    void operator()(T& object) { object.visit_state(self()); }
    /// Several at once.
    template <class First, class Second, class... Rest> void operator()(First& first, Second& second, Rest&... rest) {
        (*this)(first);
        (*this)(second, rest...);
    }

  protected:
    Derived& self() { return static_cast<Derived&>(*this); }
};

/// Collects the state as bytes.
class StateWriter : public StateVisitor<StateWriter> {
  public:
    std::vector<std::uint8_t> data;
    void bytes(void const* from, std::size_t count) {
        if (count == 0)
            return;
        auto const at = data.size();
        data.resize(at + count);
        std::memcpy(data.data() + at, from, count);
    }
    template <class T> void resize(T&, std::uint64_t) {}
};

/// Hashes the state without a copy of it.
class StateHasher : public StateVisitor<StateHasher> {
  public:
    void bytes(void const* from, std::size_t count) { hasher.add_bytes(from, count); }
    template <class T> void resize(T&, std::uint64_t) {}
    Hasher hasher;
};

/// Gives a state back.  errors: BrokenState where the bytes end or a length is impossible
class StateReader : public StateVisitor<StateReader> {
  public:
    explicit StateReader(std::span<std::uint8_t const> data) : data_(data) {}
    void bytes(void* to, std::size_t count) {
        if (count > data_.size() - at_)
            throw BrokenState("the state ends early");
        if (count > 0)
            std::memcpy(to, data_.data() + at_, count);
        at_ += count;
    }
    template <class T> void resize(T& values, std::uint64_t size) {
        if (size > data_.size() - at_) // each element takes a byte at least
            throw BrokenState("a length in the state is impossible");
        values.resize(static_cast<std::size_t>(size));
    }
    bool at_end() const { return at_ == data_.size(); }

  private:
    std::span<std::uint8_t const> data_;
    std::size_t at_ = 0;
};

} // namespace nk
