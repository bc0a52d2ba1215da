#pragma once
#include <cstddef>
#include <memory>

namespace nk::backend {

/// The processes of one program that work together. Without MPI, or when started alone, there is one: rank 0 of 1, and the same code runs.
class Communicator {
  public:
    /// One process, whatever started it.
    static Communicator alone();
    /// All processes that `mpirun` (or `srun` with MPI) started; one when the program was started by itself or built without MPI.
    /// To be called once, early in `main`.
    /// errors  MachineError when several were started that do not find each other - built without MPI, or by a launcher of another MPI -
    ///         so that each would do all the work
    static Communicator world();
    /// Whether several processes can find each other: the program was built with MPI.
    static bool has_mpi();

    int rank() const;
    int size() const;
    /// Returns on every rank when all have come here.
    void barrier() const;
    /// True on every rank when true on one.
    bool any(bool here) const;
    /// The greatest exit code of all ranks.
    int greatest(int here) const;
    /// The sum over all ranks.
    std::size_t sum(std::size_t here) const;
    /// Asks the other ranks to end early (a signal, a failure). Does not wait for them.
    void ask_to_stop() const;
    /// Another rank has asked for that. Only the thread that called `world` may look.
    bool asked_to_stop() const;
    /// To be called on every rank when their common work has ended: its requests do not stop the next.
    void forget_requests() const;

  private:
    struct Ranks;
    std::shared_ptr<Ranks const> ranks_; ///< null = alone
};

} // namespace nk::backend
