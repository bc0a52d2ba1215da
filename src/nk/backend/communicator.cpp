#include "nk/backend/communicator.hpp"

#include "nk/base/error.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#if defined(NK_MPI)
#include <chrono>
#define OMPI_SKIP_MPICXX 1 // the C interface alone
#include <mpi.h>
#include <thread>
#endif

namespace nk::backend {
namespace {

/// What a launcher says of the processes it started, this one among them.
struct Launch {
    int processes = 0;
    std::string variable; ///< of the environment that says so
};

constexpr char const* srun_variable = "SLURM_STEP_NUM_TASKS";

/// Of mpirun, mpiexec of other MPIs, srun (which says so in its steps alone, not in the batch script that may start them).
Launch launch() {
    Launch most;
    for (auto const* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", srun_variable})
        if (auto const* const text = std::getenv(name); text != nullptr && std::atoi(text) > most.processes)
            most = {std::atoi(text), name};
    return most;
}

[[noreturn]] void refuse_strangers(Launch const& launched, std::string const& why, std::string const& hint) {
    throw MachineError(std::to_string(launched.processes) + " processes were started (" + launched.variable + "), but " + why +
                       ": each would do all the work; " + hint + ", or start one without that variable");
}

} // namespace

#if defined(NK_MPI)

namespace {

constexpr int stop_tag = 1;

/// Waits without work for the processor: other ranks may need it, and hours may pass.
void wait_for(MPI_Request request) {
    auto pause = std::chrono::microseconds(1);
    for (int there = 0;;) {
        MPI_Test(&request, &there, MPI_STATUS_IGNORE);
        if (there != 0)
            return;
        std::this_thread::sleep_for(pause);
        pause = std::min(2 * pause, std::chrono::microseconds(20000));
    }
}

template <class Number> Number of_all(Number here, MPI_Datatype type, MPI_Op operation) {
    Number out = here;
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallreduce(&here, &out, 1, type, operation, MPI_COMM_WORLD, &request);
    wait_for(request);
    return out;
}

} // namespace

struct Communicator::Ranks {
    Ranks() {
        int before = 0;
        MPI_Initialized(&before);
        NK_EXPECT(before == 0); // MPI begins once in a program
        int provided = 0;
        MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided); // only the main thread talks
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
        MPI_Comm_size(MPI_COMM_WORLD, &size);
    }
    ~Ranks() { MPI_Finalize(); }
    Ranks(Ranks const&) = delete;
    Ranks& operator=(Ranks const&) = delete;

    /// Takes the requests that have come until now; true when there were any.
    bool take_requests() const {
        auto const before = taken;
        for (int there = 1; there != 0;) {
            MPI_Iprobe(MPI_ANY_SOURCE, stop_tag, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE);
            if (there != 0)
                take_one();
        }
        return taken > before;
    }
    void take_one() const {
        MPI_Recv(nullptr, 0, MPI_BYTE, MPI_ANY_SOURCE, stop_tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        ++taken;
    }

    mutable std::size_t made = 0, taken = 0; ///< requests to stop since they were forgotten
    int rank = 0, size = 1;
};

Communicator Communicator::world() {
    Communicator out;
    auto const launched = launch();
    if (launched.processes <= 1)
        return out;
    // srun that was told of no MPI: MPI would end the program with a page of advice on how it should have been built
    if (launched.variable != srun_variable || std::getenv("PMIX_RANK") != nullptr)
        out.ranks_ = std::make_shared<Ranks const>();
    if (out.size() == 1)
        refuse_strangers(launched, "they do not find each other",
                         "start them with the `mpirun` of the MPI that this program was built with, or with `srun --mpi=pmix`");
    return out;
}

bool Communicator::has_mpi() {
    return true;
}

int Communicator::rank() const {
    return ranks_ ? ranks_->rank : 0;
}

int Communicator::size() const {
    return ranks_ ? ranks_->size : 1;
}

void Communicator::barrier() const {
    static_cast<void>(greatest(0));
}

int Communicator::greatest(int here) const {
    return ranks_ ? of_all(here, MPI_INT, MPI_MAX) : here;
}

std::size_t Communicator::sum(std::size_t here) const {
    return ranks_ ? of_all(static_cast<unsigned long long>(here), MPI_UNSIGNED_LONG_LONG, MPI_SUM) : here;
}

void Communicator::ask_to_stop() const {
    if (!ranks_)
        return;
    ++ranks_->made;
    for (int other = 0; other < size(); ++other)
        if (other != rank()) // without a byte: it leaves at once, whether or not the other listens
            MPI_Send(nullptr, 0, MPI_BYTE, other, stop_tag, MPI_COMM_WORLD);
}

bool Communicator::asked_to_stop() const {
    return ranks_ && ranks_->take_requests();
}

void Communicator::forget_requests() const {
    if (!ranks_)
        return;
    auto const expected = sum(ranks_->made) - ranks_->made; // some may still be on their way
    while (ranks_->taken < expected)
        ranks_->take_one();
    ranks_->made = ranks_->taken = 0;
}

#else

struct Communicator::Ranks {};

Communicator Communicator::world() {
    if (auto const launched = launch(); launched.processes > 1)
        refuse_strangers(launched, "this program was built without MPI", "build it where CMake finds MPI");
    return {};
}

bool Communicator::has_mpi() {
    return false;
}

int Communicator::rank() const {
    return 0;
}

int Communicator::size() const {
    return 1;
}

void Communicator::barrier() const {}

int Communicator::greatest(int here) const {
    return here;
}

std::size_t Communicator::sum(std::size_t here) const {
    return here;
}

void Communicator::ask_to_stop() const {}

bool Communicator::asked_to_stop() const {
    return false;
}

void Communicator::forget_requests() const {}

#endif

Communicator Communicator::alone() {
    return {};
}

bool Communicator::any(bool here) const {
    return greatest(here ? 1 : 0) > 0;
}

} // namespace nk::backend
