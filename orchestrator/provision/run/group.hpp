// Steps that are done side by side.
#pragma once

#include <cstddef>
#include <optional>

#include "orchestrator/provision/run/run_state.hpp"
#include "proto/base/result.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// Of the first that failed for good with `fail`, else with `other-master`, else of all.
struct GroupFailure {
  const workflow::Step* step;
  Error error;  // its reason, and those of the others
};

struct GroupEnd {
  std::optional<GroupFailure> failure = std::nullopt;
  // Nothing failed for good: the first that was skipped as it failed, and with it the rest of a block; null: none.
  const workflow::Step* skipped = nullptr;
};

// Those from `begin` to before `end` that are not finished: each has its condition, its tries and what follows its failure, and all go
// to their ends whatever becomes of the others. Without a failure the run goes on. What ends the attempt, or wants another master, is the caller's.
loop::Task<GroupEnd> do_group(RunState& run, std::size_t begin, std::size_t end);

}  // namespace muster::provision
