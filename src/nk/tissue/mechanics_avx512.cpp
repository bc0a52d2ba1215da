#include "nk/tissue/mechanics_lanes.hpp"

#include <immintrin.h>

namespace nk::tissue::lanes {
namespace {

struct Avx512 {
    using V = __m512d;
    using I [[gnu::vector_size(64)]] = std::int64_t;
    using F = __m256;
    using Sum = __m256i;
    static constexpr int width = 8;
    static constexpr std::uint32_t searched = 16;

    static V numbers() { return _mm512_set_pd(7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0); }
    template <class M> static bool any(M const& mask) { return _mm512_movepi64_mask(reinterpret_cast<__m512i>(mask)) != 0; }
    static double& lane(V& pack, int n) { return reinterpret_cast<double*>(&pack)[n]; }
    static V doubles(F const& value) { return _mm512_cvtps_pd(value); }
    static F floats(V const& value) { return _mm512_cvtpd_ps(value); }
    static F root(F const& value) { return _mm256_sqrt_ps(value); }
    static std::uint32_t find(float const* const* coarse, std::uint32_t first, std::uint32_t end, float const* at, float limit,
                              std::uint32_t self, std::uint32_t* cell, std::uint32_t* other) {
        auto const places = _mm512_add_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
                                             _mm512_set1_epi32(static_cast<int>(first)));
        auto const in = _mm512_cmplt_epu32_mask(places, _mm512_set1_epi32(static_cast<int>(end)));
        auto const dx = _mm512_loadu_ps(coarse[0] + first) - at[0];
        auto const dy = _mm512_loadu_ps(coarse[1] + first) - at[1];
        auto const dz = _mm512_loadu_ps(coarse[2] + first) - at[2];
        auto const near = _mm512_mask_cmp_ps_mask(in, dx * dx + dy * dy + dz * dz, _mm512_set1_ps(limit), _CMP_LE_OQ);
        // to the front in the register, then a whole store: compressing into memory is slow on some processors
        _mm512_storeu_si512(cell, _mm512_set1_epi32(static_cast<int>(self)));
        _mm512_storeu_si512(other, _mm512_maskz_compress_epi32(near, places));
        return static_cast<std::uint32_t>(__builtin_popcount(near));
    }
    static V two_rows(void const* base, std::uint32_t n, std::uint32_t m) {
        auto const* const numbers = static_cast<double const*>(base);
        return _mm512_insertf64x4(_mm512_castpd256_pd512(_mm256_load_pd(numbers + 4 * static_cast<std::size_t>(n))),
                                  _mm256_load_pd(numbers + 4 * static_cast<std::size_t>(m)), 1);
    }
    static void load(numerics::CellRecord const* records, std::uint32_t const* found, V& x, V& y, V& z, F& radius, F& value) {
        auto const a = two_rows(records, found[0], found[4]);
        auto const b = two_rows(records, found[1], found[5]);
        auto const c = two_rows(records, found[2], found[6]);
        auto const d = two_rows(records, found[3], found[7]);
        V rest;
        transpose(a, b, c, d, x, y, z, rest);
        auto const bits = _mm512_castpd_si512(rest);
        radius = _mm256_castsi256_ps(_mm512_cvtepi64_epi32(bits));
        value = _mm256_castsi256_ps(_mm512_cvtepi64_epi32(_mm512_srli_epi64(bits, 32)));
    }
    /// Four by four in each half.
    static void transpose(V const& a, V const& b, V const& c, V const& d, V& x, V& y, V& z, V& w) {
        auto const front = _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0);
        auto const back = _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2);
        auto const low = _mm512_unpacklo_pd(a, b);
        auto const high = _mm512_unpackhi_pd(a, b);
        auto const low_next = _mm512_unpacklo_pd(c, d);
        auto const high_next = _mm512_unpackhi_pd(c, d);
        x = _mm512_permutex2var_pd(low, front, low_next);
        y = _mm512_permutex2var_pd(high, front, high_next);
        z = _mm512_permutex2var_pd(low, back, low_next);
        w = _mm512_permutex2var_pd(high, back, high_next);
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
    static void spread(std::int64_t* sums, std::uint32_t const* other, Pushes<Avx512> const& pushes, Sum& sum, Sum* before) {
        V pair[4];
        transpose(reinterpret_cast<V>(pushes.x), reinterpret_cast<V>(pushes.y), reinterpret_cast<V>(pushes.z),
                  reinterpret_cast<V>(pushes.pressed), pair[0], pair[1], pair[2], pair[3]);
        for (int n = 0; n < 4; ++n)
            add(sums, other[n], _mm512_castsi512_si256(_mm512_castpd_si512(pair[n])), sum, before + n);
        for (int n = 0; n < 4; ++n)
            add(sums, other[n + 4], _mm512_extracti64x4_epi64(_mm512_castpd_si512(pair[n]), 1), sum, before + n + 4);
    }
    static void take(std::int64_t* sums, std::uint32_t cell, Sum const& begin, Sum const& end) {
        auto const turned = _mm256_set_epi64x(0, -1, -1, -1); // (v ^ -1) - -1 is -v
        auto const taken = _mm256_sub_epi64(_mm256_xor_si256(_mm256_sub_epi64(end, begin), turned), turned);
        _mm256_storeu_si256(sum_of(sums, cell), _mm256_add_epi64(_mm256_loadu_si256(sum_of(sums, cell)), taken));
    }
};

} // namespace

void push_row_avx512(Frame const& frame, int j, int k) {
    push_row<Avx512>(frame, j, k);
}

} // namespace nk::tissue::lanes
