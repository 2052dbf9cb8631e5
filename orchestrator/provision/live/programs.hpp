// The site's programs that steps of a workflow run here.
#pragma once

#include <string>

#include "orchestrator/provision/world.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

inline constexpr std::size_t kProgramsAtOnce = 16;                // the others wait, in their order
inline constexpr std::size_t kProgramOutputMaxBytes = 64 * 1024;  // of stdout; more is a failure
inline constexpr std::size_t kProgramOutputDeadlyBytes =
    1024 * 1024;                                           // of all it prints; then it is killed
inline constexpr std::size_t kProgramSaysMaxBytes = 1024;  // of stderr's end, in a failure

// On the loop's thread. `executor` runs them, one in each of its threads, and must outlive this.
class Programs {
 public:
  Programs(loop::Executor& executor, loop::Waits& waits) : executor_(executor), waits_(waits) {}

  // As World::run_program(). Whether others may write the program, or a file that one of its words names, is asked before each run (check_asked_program()). It ends, killed,
  // with the task, and when we stop: then Errc::unavailable.
  loop::Task<Result<std::string>> run(Program program);

 private:
  loop::Executor& executor_;
  loop::Waits& waits_;
};

}  // namespace muster::provision
