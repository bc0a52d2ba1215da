#pragma once
#include "nk/base/error.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <limits>
#include <mutex>
#include <vector>

namespace nk::backend {

/// Numbers added at a time by `sum`: fixed, so that the order of the additions does not depend on the threads.
inline constexpr std::size_t sum_block = 1024;

namespace detail {

/// The exception of the lowest failing block of a parallel loop: the one a serial loop would have thrown.
class FirstFailure {
  public:
    /// True when a block before `block` has failed already, so that this one would never have been reached.
    bool precedes(std::size_t block) const { return block_.load(std::memory_order_relaxed) < block; }
    void note(std::size_t block, std::exception_ptr thrown) {
        std::lock_guard guard(lock_);
        if (block < block_.load(std::memory_order_relaxed)) {
            block_.store(block, std::memory_order_relaxed);
            thrown_ = std::move(thrown);
        }
    }
    void rethrow() const {
        if (thrown_)
            std::rethrow_exception(thrown_);
    }

  private:
    std::atomic<std::size_t> block_{std::numeric_limits<std::size_t>::max()};
    std::mutex lock_;
    std::exception_ptr thrown_;
};

template <class F> double sum_of_block(std::size_t block, std::size_t n, F& f) {
    auto const last = std::min(n, (block + 1) * sum_block);
    auto total = 0.0;
    for (auto i = block * sum_block; i < last; ++i)
        total += f(i);
    return total;
}

inline std::size_t blocks(std::size_t n, std::size_t width) {
    return n / width + (n % width == 0 ? 0 : 1);
}

} // namespace detail

/// Runs loops in the calling thread: the specification of every other executor.
struct Serial {
    /// Calls f(i) for i = 0 .. n-1, in order.
    template <class F> void for_each(std::size_t n, F f) const {
        for (std::size_t i = 0; i < n; ++i)
            f(i);
    }
    /// Sum of f(i) over i = 0 .. n-1: blocks of `sum_block`, then the block sums in order.
    template <class F> double sum(std::size_t n, F f) const {
        auto total = 0.0;
        for (std::size_t block = 0; block < detail::blocks(n, sum_block); ++block)
            total += detail::sum_of_block(block, n, f);
        return total;
    }
};

/// Runs loops on OpenMP threads; without OpenMP, or inside another parallel loop, on the calling thread alone.
struct Threads {
    int count; ///< threads, >= 1

    /// Calls f(i) for i = 0 .. n-1, each once, in any order and several at a time. f is shared by the threads; calls with
    /// different i must not write to the same place. When calls throw, the exception of the lowest i reaches the caller
    /// (as from `Serial`); calls with higher i may or may not have been made.
    template <class F> void for_each(std::size_t n, F f) const {
        // Small enough to even out unequal work, large enough to keep neighbours in one cache line on one thread.
        auto const width = std::clamp<std::size_t>(n / (8 * static_cast<std::size_t>(count)), 1, 1024);
        run_blocks(detail::blocks(n, width), [&](std::size_t block) {
            auto const last = std::min(n, (block + 1) * width);
            for (auto i = block * width; i < last; ++i)
                f(i);
        });
    }
    /// As `Serial::sum`, with the same bits for any number of threads.
    template <class F> double sum(std::size_t n, F f) const {
        std::vector<double> part(detail::blocks(n, sum_block));
        run_blocks(part.size(), [&](std::size_t block) { part[block] = detail::sum_of_block(block, n, f); });
        auto total = 0.0;
        for (auto const value : part)
            total += value;
        return total;
    }

  private:
    template <class F> void run_blocks(std::size_t blocks, F const& run) const {
        detail::FirstFailure failure;
#if defined(_OPENMP)
#pragma omp parallel for num_threads(count) schedule(dynamic, 1)
#endif
        for (std::size_t block = 0; block < blocks; ++block) {
            if (failure.precedes(block))
                continue;
            try {
                run(block);
            } catch (...) { // an exception must not leave a parallel region
                failure.note(block, std::current_exception());
            }
        }
        failure.rethrow();
    }
};

/// Where the loops of one simulation run. A value: no pool, no global state; results do not depend on `threads`.
class Executor {
  public:
    /// expects  threads >= 1
    explicit Executor(int threads = 1) : threads_(threads) { NK_EXPECT(threads >= 1); }
    int threads() const { return threads_; }

    /// Calls f(i) for i = 0 .. n-1, each once; see `Threads::for_each`.
    template <class F> void for_each(std::size_t n, F f) const {
        if (threads_ == 1)
            Serial{}.for_each(n, std::move(f));
        else
            Threads{threads_}.for_each(n, std::move(f));
    }
    /// Sum of f(i) over i = 0 .. n-1, with equal bits for any number of threads.
    template <class F> double sum(std::size_t n, F f) const {
        return threads_ == 1 ? Serial{}.sum(n, std::move(f)) : Threads{threads_}.sum(n, std::move(f));
    }

  private:
    int threads_;
};

} // namespace nk::backend
