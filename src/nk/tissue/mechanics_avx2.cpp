#include "nk/tissue/mechanics_lanes.hpp"

#include <immintrin.h>

namespace nk::tissue::lanes {
namespace {

/// For each mask of eight lanes the lanes that are set, in order: the shuffle that moves them to the front.
struct Fronts {
    alignas(32) std::uint32_t lanes[256][8] = {};
    constexpr Fronts() {
        for (unsigned mask = 0; mask < 256; ++mask)
            for (unsigned lane = 0, next = 0; lane < 8; ++lane)
                if ((mask >> lane & 1U) != 0)
                    lanes[mask][next++] = lane;
    }
};
constexpr Fronts fronts;

struct Avx2 {
    using V = __m256d;
    using I [[gnu::vector_size(32)]] = std::int64_t;
    using F = __m128;
    using Sum = __m256i;
    static constexpr int width = 4;
    static constexpr std::uint32_t searched = 8;

    static V numbers() { return _mm256_set_pd(3.0, 2.0, 1.0, 0.0); }
    template <class M> static bool any(M const& mask) { return _mm256_movemask_pd(reinterpret_cast<V>(mask)) != 0; }
    static double& lane(V& pack, int n) { return reinterpret_cast<double*>(&pack)[n]; }
    static V doubles(F const& value) { return _mm256_cvtps_pd(value); }
    static F floats(V const& value) { return _mm256_cvtpd_ps(value); }
    static F root(F const& value) { return _mm_sqrt_ps(value); }
    static std::uint32_t find(float const* const* coarse, std::uint32_t first, std::uint32_t end, float const* at, float limit,
                              std::uint32_t self, std::uint32_t* cell, std::uint32_t* other) {
        auto const dx = _mm256_loadu_ps(coarse[0] + first) - at[0];
        auto const dy = _mm256_loadu_ps(coarse[1] + first) - at[1];
        auto const dz = _mm256_loadu_ps(coarse[2] + first) - at[2];
        auto const near = _mm256_cmp_ps(dx * dx + dy * dy + dz * dz, _mm256_set1_ps(limit), _CMP_LE_OQ);
        auto mask = static_cast<unsigned>(_mm256_movemask_ps(near));
        mask &= end - first < 8 ? (1U << (end - first)) - 1U : 0xffU;
        auto const front = _mm256_load_si256(reinterpret_cast<__m256i const*>(fronts.lanes[mask]));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(cell), _mm256_set1_epi32(static_cast<int>(self)));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(other), _mm256_add_epi32(front, _mm256_set1_epi32(static_cast<int>(first))));
        return static_cast<std::uint32_t>(__builtin_popcount(mask));
    }
    static V row(void const* base, std::uint32_t n) {
        return _mm256_load_pd(static_cast<double const*>(base) + 4 * static_cast<std::size_t>(n));
    }
    static void load(numerics::CellRecord const* records, std::uint32_t const* found, V& x, V& y, V& z, F& radius, F& value) {
        auto const a = row(records, found[0]);
        auto const b = row(records, found[1]);
        auto const c = row(records, found[2]);
        auto const d = row(records, found[3]);
        V rest;
        transpose(a, b, c, d, x, y, z, rest);
        auto const low = _mm_castpd_ps(_mm256_castpd256_pd128(rest));
        auto const high = _mm_castpd_ps(_mm256_extractf128_pd(rest, 1));
        radius = _mm_shuffle_ps(low, high, 0x88);
        value = _mm_shuffle_ps(low, high, 0xdd);
    }
    static void transpose(V const& a, V const& b, V const& c, V const& d, V& x, V& y, V& z, V& w) {
        auto const low = _mm256_unpacklo_pd(a, b);
        auto const high = _mm256_unpackhi_pd(a, b);
        auto const low_next = _mm256_unpacklo_pd(c, d);
        auto const high_next = _mm256_unpackhi_pd(c, d);
        x = _mm256_permute2f128_pd(low, low_next, 0x20);
        y = _mm256_permute2f128_pd(high, high_next, 0x20);
        z = _mm256_permute2f128_pd(low, low_next, 0x31);
        w = _mm256_permute2f128_pd(high, high_next, 0x31);
    }
    static __m256i* sum_of(std::int64_t* sums, std::uint32_t n) {
        return reinterpret_cast<__m256i*>(sums + 4 * static_cast<std::size_t>(n));
    }
    static void add(std::int64_t* sums, std::uint32_t n, __m256i const& pair, Sum& sum, Sum* before) {
        auto* const other = sum_of(sums, n);
        _mm256_storeu_si256(other, _mm256_add_epi64(_mm256_loadu_si256(other), pair));
        _mm256_storeu_si256(before, sum);
        sum = _mm256_add_epi64(sum, pair);
    }
    static void spread(std::int64_t* sums, std::uint32_t const* other, Pushes<Avx2> const& pushes, Sum& sum, Sum* before) {
        V pair[4];
        transpose(reinterpret_cast<V>(pushes.x), reinterpret_cast<V>(pushes.y), reinterpret_cast<V>(pushes.z),
                  reinterpret_cast<V>(pushes.pressed), pair[0], pair[1], pair[2], pair[3]);
        for (int n = 0; n < 4; ++n)
            add(sums, other[n], _mm256_castpd_si256(pair[n]), sum, before + n);
    }
    static void take(std::int64_t* sums, std::uint32_t cell, Sum const& begin, Sum const& end) {
        auto const turned = _mm256_set_epi64x(0, -1, -1, -1); // (v ^ -1) - -1 is -v
        auto const taken = _mm256_sub_epi64(_mm256_xor_si256(_mm256_sub_epi64(end, begin), turned), turned);
        _mm256_storeu_si256(sum_of(sums, cell), _mm256_add_epi64(_mm256_loadu_si256(sum_of(sums, cell)), taken));
    }
};

} // namespace

void push_row_avx2(Frame const& frame, int j, int k) {
    push_row<Avx2>(frame, j, k);
}

} // namespace nk::tissue::lanes
