#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace nk {

/// One member of a record that is stored as a column of its own.
template <class Owner, class Value> struct Column {
    using ValueType = Value;
    std::string_view name;
    Value Owner::*member;
};
template <class Owner, class Value> Column(char const*, Value Owner::*) -> Column<Owner, Value>;

/// Struct-of-arrays store of `Record`, which lists its members in a static `columns()`: one contiguous array for each. Loops hoist
/// the spans they need; rare work loads and stores whole records.
template <class Record> class Columns {
    using List = decltype(Record::columns());
    template <class> struct Store;
    template <class... Value> struct Store<std::tuple<Column<Record, Value>...>> { using Type = std::tuple<std::vector<Value>...>; };

  public:
    std::size_t size() const { return std::get<0>(data_).size(); }
    void reserve(std::size_t n) {
        each([&](auto const&, auto& values) { values.reserve(n); });
    }
    void push_back(Record const& record) {
        each([&](auto const& column, auto& values) { values.push_back(record.*(column.member)); });
    }
    Record load(std::size_t i) const {
        Record out;
        each([&](auto const& column, auto const& values) { out.*(column.member) = values[i]; });
        return out;
    }
    void store(std::size_t i, Record const& record) {
        each([&](auto const& column, auto& values) { values[i] = record.*(column.member); });
    }
    /// The column of one member: `columns.of<&Cell::x>()`.
    template <auto Member> auto of() { return std::span(find<Member>(data_)); }
    template <auto Member> auto of() const { return std::span(find<Member>(data_)); }

    /// Row i becomes what row `order[i]` was; rows that `order` leaves out are gone.
    void arrange(std::span<std::uint32_t const> order) {
        each([&](auto const&, auto& values) {
            std::remove_reference_t<decltype(values)> arranged(order.size());
            for (std::size_t i = 0; i < order.size(); ++i)
                arranged[i] = values[order[i]];
            values = std::move(arranged);
        });
    }
    /// Calls visit(column, vector) for each column in order.
    template <class Visit> void each(Visit visit) { each_of(data_, visit, Indices{}); }
    template <class Visit> void each(Visit visit) const { each_of(data_, visit, Indices{}); }

  private:
    using Indices = std::make_index_sequence<std::tuple_size_v<List>>;
    template <class Data, class Visit, std::size_t... I> static void each_of(Data& data, Visit& visit, std::index_sequence<I...>) {
        auto const list = Record::columns();
        (visit(std::get<I>(list), std::get<I>(data)), ...);
    }
    template <class One, class Other> static constexpr bool same(One one, Other other) {
        if constexpr (std::is_same_v<One, Other>)
            return one == other;
        else
            return false;
    }
    template <auto Member, std::size_t I = 0> static constexpr std::size_t index() {
        if constexpr (same(Member, std::get<I>(Record::columns()).member))
            return I;
        else
            return index<Member, I + 1>();
    }
    template <auto Member, class Data> static auto& find(Data& data) { return std::get<index<Member>()>(data); }

    typename Store<List>::Type data_;
};

} // namespace nk
