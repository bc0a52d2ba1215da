#pragma once
#include "nk/numerics/diffusion.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

namespace nk::numerics {

/// How `Diffusion` solves its lines; of no use elsewhere.
namespace diffusion_lines {

constexpr std::uint8_t held = 1;
constexpr std::uint8_t blocked = 2;

/// The registers that every x86-64 has. Each lane goes through the operations it would go through alone, so that wider ones
/// would give the same bits.
template <class T> struct Lane;
template <> struct Lane<double> { using Type [[gnu::vector_size(16)]] = double; };
template <> struct Lane<float> { using Type [[gnu::vector_size(16)]] = float; };
template <class T> using V = typename Lane<T>::Type;

template <class T> inline constexpr std::size_t in_register = 16 / sizeof(T);
inline constexpr std::size_t registers = 8; ///< side by side: enough to hide the latency of a multiplication and an addition
template <class T> inline constexpr std::size_t width = registers* in_register<T>; ///< lines solved at once

template <class T> [[gnu::always_inline]] inline void load(V<T>& v, T const* from) {
    std::memcpy(&v, from, sizeof v);
}
template <class T> [[gnu::always_inline]] inline void store(T* to, V<T> const& v) {
    std::memcpy(to, &v, sizeof v);
}

[[gnu::always_inline]] inline void transpose(V<double> (&m)[2]) {
    auto const a = m[0];
    m[0] = __builtin_shufflevector(a, m[1], 0, 2);
    m[1] = __builtin_shufflevector(a, m[1], 1, 3);
}
[[gnu::always_inline]] inline void transpose(V<float> (&m)[4]) {
    auto const a = __builtin_shufflevector(m[0], m[1], 0, 4, 1, 5);
    auto const b = __builtin_shufflevector(m[0], m[1], 2, 6, 3, 7);
    auto const c = __builtin_shufflevector(m[2], m[3], 0, 4, 1, 5);
    auto const d = __builtin_shufflevector(m[2], m[3], 2, 6, 3, 7);
    m[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    m[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    m[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
    m[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

/// Thomas' coefficients of the lines of one axis that hold no masked voxel. Row j: (1 + lambda (left + right)) c_j
/// - lambda c_(j-1) - lambda c_(j+1) = d_j, lambda = D dt / width^2. A held face lies half a voxel away: weight 2.
template <class T> struct Axis {
    std::size_t n = 1;
    T lambda{};
    T face_weight[2] = {}; ///< of the low and the high face: 0 no flux, 2 held
    T beyond[2] = {};      ///< weight times value of a held face
    bool periodic = false;
    std::vector<T> inverse; ///< 1 / pivot
    std::vector<T> share;   ///< lambda / pivot: of the voxel before, then of the voxel after
    std::vector<T> closing; ///< periodic (Sherman and Morrison): what one unit of the ends adds to each voxel
    T last_weight{};        ///< of the last voxel among the ends

    bool moves() const { return n > 1 || face_weight[0] > 0 || face_weight[1] > 0; }
};

/// Closes the ring: A = B + u v', with u = -(diagonal, 0 .., lambda) and v = (1, 0 .., lambda / diagonal); all that is added is >= 0.
template <class T> void close_ring(Axis<T>& axis, std::vector<double> const& inverse, double lambda, double diagonal) {
    auto const n = axis.n;
    auto const weight = lambda / diagonal;
    std::vector<double> p(n); // B p = -u
    std::vector<double> y(n); // B y = 1
    for (std::size_t j = 0; j < n; ++j) {
        p[j] = ((j == 0 ? diagonal : 0.0) + (j + 1 == n ? lambda : 0.0) + (j > 0 ? lambda * p[j - 1] : 0.0)) * inverse[j];
        y[j] = (1.0 + (j > 0 ? lambda * y[j - 1] : 0.0)) * inverse[j];
    }
    for (auto j = n - 1; j-- > 0;) {
        p[j] += lambda * inverse[j] * p[j + 1];
        y[j] += lambda * inverse[j] * y[j + 1];
    }
    // The rows of A add up to 1, so 1 solves A c = 1; that gives the factor without the cancellation of 1 / (1 + v' B^-1 u).
    auto const factor = (1.0 - y[0]) / ((y[0] + weight * y[n - 1]) * p[0]);
    axis.last_weight = static_cast<T>(weight);
    for (auto const each : p)
        axis.closing.push_back(static_cast<T>(factor * each));
}

template <class T> Axis<T> axis_of(int n, double lambda, Face const& low, Face const& high) {
    Axis<T> axis;
    axis.n = static_cast<std::size_t>(n);
    axis.lambda = static_cast<T>(lambda);
    axis.periodic = low.kind == FaceKind::periodic && n > 1;
    Face const* const faces[] = {&low, &high};
    for (int side = 0; side < 2; ++side) {
        axis.face_weight[side] = faces[side]->kind == FaceKind::held ? T(2) : T(0);
        axis.beyond[side] = axis.face_weight[side] * static_cast<T>(faces[side]->value);
    }
    auto const l = static_cast<double>(axis.lambda);
    std::vector<double> inverse(axis.n);
    for (std::size_t j = 0; j < axis.n; ++j) {
        auto const left = j > 0 || axis.periodic ? 1.0 : axis.face_weight[0];
        auto const right = j + 1 < axis.n || axis.periodic ? 1.0 : axis.face_weight[1];
        auto pivot = 1.0 + l * (left + right);
        if (axis.periodic && j == 0)
            pivot += pivot;
        if (j > 0)
            pivot -= l * (l * inverse[j - 1]);
        if (axis.periodic && j + 1 == axis.n)
            pivot += l * l / (1.0 + 2.0 * l);
        inverse[j] = 1.0 / pivot;
        axis.inverse.push_back(static_cast<T>(inverse[j]));
        axis.share.push_back(static_cast<T>(l * inverse[j]));
    }
    if (axis.periodic)
        close_ring(axis, inverse, l, 1.0 + 2.0 * l);
    return axis;
}

/// Eliminates `width` lines that lie side by side (the next voxel of each is `stride` on) into buffer[voxel][line].
template <class T> void eliminate(Axis<T> const& axis, T const* c, std::size_t stride, T* buffer) {
    V<T> carry[registers];
    for (auto& each : carry)
        each = V<T>{} + axis.beyond[0];
    for (std::size_t j = 0; j < axis.n; ++j, c += stride, buffer += width<T>) {
        auto const inverse = V<T>{} + axis.inverse[j];
        auto const share = V<T>{} + axis.share[j];
        __builtin_prefetch(c + width<T>);
        __builtin_prefetch(c + width<T> + width<T> / 2);
        for (std::size_t r = 0; r < registers; ++r) {
            V<T> x;
            load<T>(x, c + r * in_register<T>);
            carry[r] = x * inverse + share * carry[r];
            store<T>(buffer + r * in_register<T>, carry[r]);
        }
    }
}

template <class T> void substitute(Axis<T> const& axis, T* c, std::size_t stride, T const* buffer) {
    V<T> carry[registers];
    for (auto& each : carry)
        each = V<T>{} + axis.beyond[1];
    for (auto j = axis.n; j-- > 0;) {
        auto const share = V<T>{} + axis.share[j];
        for (std::size_t r = 0; r < registers; ++r) {
            V<T> x;
            load<T>(x, buffer + j * width<T> + r * in_register<T>);
            carry[r] = x + share * carry[r];
            store<T>(c + j * stride + r * in_register<T>, carry[r]);
        }
    }
}

/// Turns `width` rows of the field (`lane` apart, contiguous in x) into buffer[voxel][line] times `factor`.
template <class T> void gather_rows(std::size_t n, T const* c, std::size_t lane, T factor, T* buffer) {
    constexpr auto size = in_register<T>;
    auto const whole = n - n % size;
    for (std::size_t r = 0; r < registers; ++r) {
        auto const* row = c + r * size * lane;
        auto* out = buffer + r * size;
        for (std::size_t j = 0; j < whole; j += size) {
            V<T> m[size];
            for (std::size_t i = 0; i < size; ++i)
                load<T>(m[i], row + i * lane + j);
            transpose(m);
            for (std::size_t i = 0; i < size; ++i)
                store<T>(out + (j + i) * width<T>, m[i] * factor);
        }
        for (auto j = whole; j < n; ++j)
            for (std::size_t i = 0; i < size; ++i)
                out[j * width<T> + i] = row[i * lane + j] * factor;
    }
}

template <class T> void scatter_rows(std::size_t n, T* c, std::size_t lane, T const* buffer) {
    constexpr auto size = in_register<T>;
    auto const whole = n - n % size;
    for (std::size_t r = 0; r < registers; ++r) {
        auto* row = c + r * size * lane;
        auto const* in = buffer + r * size;
        for (std::size_t j = 0; j < whole; j += size) {
            V<T> m[size];
            for (std::size_t i = 0; i < size; ++i)
                load<T>(m[i], in + (j + i) * width<T>);
            transpose(m);
            for (std::size_t i = 0; i < size; ++i)
                store<T>(row + i * lane + j, m[i]);
        }
        for (auto j = whole; j < n; ++j)
            for (std::size_t i = 0; i < size; ++i)
                row[i * lane + j] = in[j * width<T> + i];
    }
}

/// Periodic lines: buffer holds the solution without the ring; adds what closing it brings.
template <class T> void close_lines(Axis<T> const& axis, T* buffer) {
    auto const* last = buffer + (axis.n - 1) * width<T>;
    T ends[width<T>];
    for (std::size_t i = 0; i < width<T>; ++i)
        ends[i] = buffer[i] + axis.last_weight * last[i];
    for (std::size_t j = 0; j < axis.n; ++j)
        for (std::size_t i = 0; i < width<T>; ++i)
            buffer[j * width<T> + i] += axis.closing[j] * ends[i];
}

/// The lines of one axis in the field of one substrate, solved in place, `width` at a time.
template <class T> class Sweeper {
  public:
    Sweeper(Axis<T> const& axis, bool rows, std::size_t lane, std::size_t stride, T factor, T* field, std::uint8_t const* kind,
            T const* value)
        : axis_(axis), rows_(rows), lane_(lane), stride_(stride), factor_(factor), field_(field), kind_(kind), value_(value),
          buffer_(std::make_unique_for_overwrite<T[]>(3 * axis.n * width<T>)), second_(buffer_.get() + axis.n * width<T>),
          third_(second_ + axis.n * width<T>) {}

    /// lines whose first voxels are first, first + lane, ...; special[l] != 0 where line l holds masked voxels (or null)
    void solve(std::size_t first, std::size_t count, std::uint8_t const* special) {
        for (std::size_t l = 0; l < count;) {
            auto const here = std::min(width<T>, count - l);
            auto const rest = count - l - here;
            auto const plain = [&](std::size_t lines) {
                return special == nullptr || std::all_of(special + l, special + l + lines, [](auto each) { return each == 0; });
            };
            if (here < width<T> || !plain(here)) {
                solve_singly(first, l, here, special);
            } else if (rest > 0 && rest < width<T> && plain(here + rest)) {
                // The last two packs overlap; both are read before one is written, and both write the same numbers where they meet.
                auto* const one = field_ + first + l * lane_;
                auto* const other = field_ + first + (count - width<T>)*lane_;
                forward(one, buffer_.get());
                forward(other, second_);
                backward(one, buffer_.get());
                backward(other, second_);
                return;
            } else {
                forward(field_ + first + l * lane_, buffer_.get());
                backward(field_ + first + l * lane_, buffer_.get());
            }
            l += here;
        }
    }

  private:
    void forward(T* c, T* buffer) {
        if (!rows_) {
            eliminate(axis_, c, stride_, buffer);
            return;
        }
        gather_rows(axis_.n, c, lane_, factor_, buffer);
        eliminate(axis_, buffer, width<T>, buffer);
    }
    void backward(T* c, T* buffer) {
        auto const direct = !rows_ && !axis_.periodic;
        substitute(axis_, direct ? c : buffer, direct ? stride_ : width<T>, buffer);
        if (axis_.periodic)
            close_lines(axis_, buffer);
        if (rows_)
            scatter_rows(axis_.n, c, lane_, buffer);
        else if (axis_.periodic)
            for (std::size_t j = 0; j < axis_.n; ++j)
                std::memcpy(c + j * stride_, buffer + j * width<T>, width<T> * sizeof(T));
    }
    /// Packs that are not full, or where some lines hold masked voxels: copied line by line into packs of one sort.
    void solve_singly(std::size_t first, std::size_t l, std::size_t here, std::uint8_t const* special) {
        std::size_t lines[2][width<T>];
        std::size_t counts[2] = {0, 0};
        for (auto i = l; i < l + here; ++i) {
            auto const sort = special != nullptr && special[i] != 0 ? 1 : 0;
            lines[sort][counts[sort]++] = first + i * lane_;
        }
        if (counts[0] > 0)
            solve_plain({lines[0], counts[0]});
        if (counts[1] > 0)
            solve_masked({lines[1], counts[1]});
    }
    void solve_plain(std::span<std::size_t const> lines) {
        std::fill_n(second_, axis_.n * width<T>, T(0));
        for (std::size_t j = 0; j < axis_.n; ++j)
            for (std::size_t i = 0; i < lines.size(); ++i)
                second_[j * width<T> + i] = field_[lines[i] + j * stride_] * factor_;
        eliminate(axis_, second_, width<T>, second_);
        substitute(axis_, second_, width<T>, second_);
        if (axis_.periodic)
            close_lines(axis_, second_);
        for (std::size_t j = 0; j < axis_.n; ++j)
            for (std::size_t i = 0; i < lines.size(); ++i)
                field_[lines[i] + j * stride_] = second_[j * width<T> + i];
    }
    /// Coefficients made on the way. A masked voxel cuts its line; a periodic one begins at its first masked voxel, which leaves no ring.
    void solve_masked(std::span<std::size_t const> lines) {
        auto const n = axis_.n;
        std::size_t start[width<T>] = {};
        for (std::size_t i = 0; i < lines.size() && axis_.periodic; ++i)
            while (kind_[lines[i] + start[i] * stride_] == 0)
                ++start[i];
        auto const place = [&](std::size_t i, std::size_t j) {
            auto const at = j + start[i];
            return lines[i] + (at < n ? at : at - n) * stride_;
        };
        open_.assign(2 * n * width<T>, T(0));
        std::fill_n(second_, n * width<T>, T(0));
        for (std::size_t j = 0; j < n; ++j)
            for (std::size_t i = 0; i < lines.size(); ++i) {
                auto const at = place(i, j);
                auto const kind = kind_[at];
                open_[j * width<T> + i] = kind == 0 ? T(1) : T(0);
                open_[(n + j) * width<T> + i] = kind != blocked ? T(1) : T(0);
                second_[j * width<T> + i] = kind == held ? value_[at] : field_[at] * factor_;
            }
        for (std::size_t j = 0; j < n; ++j)
            eliminate_masked(j);
        for (auto j = n; j-- > 0;) {
            auto* c = second_ + j * width<T>;
            auto const* share = third_ + j * width<T>;
            auto const* after = j + 1 < n ? c + width<T> : second_; // of a ring: its first voxel
            for (std::size_t i = 0; i < width<T>; ++i)
                c[i] += share[i] * (j + 1 == n && !axis_.periodic ? axis_.beyond[1] : after[i]);
        }
        for (std::size_t j = 0; j < n; ++j)
            for (std::size_t i = 0; i < lines.size(); ++i)
                field_[place(i, j)] = second_[j * width<T> + i];
    }
    void eliminate_masked(std::size_t j) {
        auto const first = j == 0;
        auto const last = j + 1 == axis_.n;
        auto const at = j * width<T>;
        std::size_t const before = first ? 0 : at - width<T>; // where there is none, it counts 0 times
        std::size_t const after = last ? 0 : at + width<T>;   // of a ring: its first voxel
        auto const* const passes = open_.data() + axis_.n * width<T>;
        auto const to_left = first ? T(0) : T(1);
        auto const to_right = last && !axis_.periodic ? T(0) : T(1);
        auto const faces =
            (first && !axis_.periodic ? axis_.face_weight[0] : T(0)) + (last && !axis_.periodic ? axis_.face_weight[1] : T(0));
        auto const beyond = first ? axis_.beyond[0] : T(0);
        for (std::size_t i = 0; i < width<T>; i += in_register<T>) {
            V<T> open, left, right, c, c_before, share_before;
            load<T>(open, open_.data() + at + i);
            load<T>(left, passes + before + i);
            load<T>(right, passes + after + i);
            load<T>(c, second_ + at + i);
            load<T>(c_before, second_ + before + i);
            load<T>(share_before, (first ? second_ : third_) + before + i);
            left *= open * to_left;
            right *= open * to_right;
            V<T> const pivot = T(1) + axis_.lambda * (left + right + open * faces) - axis_.lambda * left * share_before;
            V<T> const inverse = T(1) / pivot;
            V<T> const coupling = axis_.lambda * inverse;
            store<T>(second_ + at + i, c * inverse + coupling * (left * c_before + open * beyond));
            store<T>(third_ + at + i, coupling * (right + open * (T(1) - to_right)));
        }
    }

    Axis<T> const& axis_;
    bool rows_; ///< lines along x: turned on the way in and out, and multiplied by factor_
    std::size_t lane_;
    std::size_t stride_;
    T factor_;
    T* field_;
    std::uint8_t const* kind_;
    T const* value_;
    std::unique_ptr<T[]> buffer_;
    T* second_;
    T* third_;
    std::vector<T> open_; ///< masked lines: 1 where a voxel is free, then 1 where its neighbours may reach it
};

} // namespace diffusion_lines

} // namespace nk::numerics
