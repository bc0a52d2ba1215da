#include "nk/base/hash.hpp"

#include <gtest/gtest.h>
#include <set>
#include <vector>

namespace {

template <class... T> std::string hash_of(T const&... values) {
    nk::Hasher hasher;
    (hasher.add(values), ...);
    return hasher.hex();
}

using Text = std::string_view;

TEST(Hasher, gives_the_published_xxh3_128_value_of_nothing) {
    EXPECT_EQ(nk::Hasher().hex(), "99aa06d3014798d86001c324468d497f");
}

TEST(Hasher, equal_input_gives_equal_hash_and_other_input_another) {
    EXPECT_EQ(hash_of(Text("NKG2D"), 1.5), hash_of(Text("NKG2D"), 1.5));
    EXPECT_NE(hash_of(1.5), hash_of(1.5000000000000002));
    EXPECT_NE(hash_of(1.0, 2.0), hash_of(2.0, 1.0));
}

TEST(Hasher, texts_do_not_run_together) {
    EXPECT_NE(hash_of(Text("ab"), Text("c")), hash_of(Text("a"), Text("bc")));
    EXPECT_NE(hash_of(Text("")), hash_of());
}

TEST(Hasher, minus_zero_counts_as_zero) {
    EXPECT_EQ(hash_of(-0.0), hash_of(0.0));
}

TEST(Hasher, lists_count_with_their_length) {
    std::vector<double> const two{1.0, 2.0};
    std::vector<double> const one{1.0};
    nk::Hasher a;
    a.add(std::span<double const>(two));
    nk::Hasher b;
    b.add(std::span<double const>(one));
    b.add(2.0);

    EXPECT_NE(a.hex(), b.hex());
}

TEST(Hasher, reading_the_hash_does_not_change_it) {
    nk::Hasher hasher;
    hasher.add(Text("x"));
    auto const first = hasher.hex();

    EXPECT_EQ(hasher.hex(), first);
    EXPECT_EQ(first.size(), 32U);
}

TEST(Hasher, many_near_numbers_have_different_hashes) {
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < 10'000; ++i)
        seen.insert(hash_of(i));

    EXPECT_EQ(seen.size(), 10'000U);
}

} // namespace
