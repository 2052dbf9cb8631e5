// A call in several goes: --batch.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "orchestrator/cli/command_line.hpp"
#include "orchestrator/cli/discovery/limit.hpp"
#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/goes.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

struct BatchOptions {
  std::string size = {};  // --batch: "10" or "25%"; empty: all at once
  double sleep_s = 1;
  std::size_t max_failures = 0;  // 0: go on whatever happens

  // One that was given; null: none. For commands that call nodes in another way.
  const char* first_given() const;
};

void add_batch_options(Command command, BatchOptions& options);

struct Batches {
  std::optional<Count> size;
  std::chrono::milliseconds sleep{0};
  std::size_t max_failures = 0;

  // Errc::config: a size that is none, --max-failures or --batch-sleep without --batch.
  static Result<Batches> of(const BatchOptions& options);
};

// Calls `call.targets` go by go (client::Goes), each with the call's whole timeout, with pauses between them. Blocks.
Result<client::BatchedResult> call_in_batches(client::Caller& caller, const client::Call& call,
                                              const Batches& batches,
                                              const client::Caller::ResultHandler& on_result);

}  // namespace muster::cli
