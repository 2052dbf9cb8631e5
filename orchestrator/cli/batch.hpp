// A call in several goes: --batch.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/cli/command_line.hpp"
#include "orchestrator/cli/discovery/limit.hpp"
#include "orchestrator/client/caller.hpp"
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

struct BatchedResult {
  client::CallResult result;           // of all goes together
  std::vector<std::string> not_asked;  // left alone, sorted
  std::string why;                     // they were; empty when all were asked
};

// Calls `call.targets` go by go, each a request of its own with the call's whole timeout. After a go
// with which `max_failures` nodes or more are not ok (the silent count), the rest is left alone. An
// error of our own side in a later go, such as a lost broker, does not cost the results of the
// earlier ones.
Result<BatchedResult> call_in_batches(client::Caller& caller, const client::Call& call,
                                      const Batches& batches,
                                      const client::Caller::ResultHandler& on_result);

}  // namespace muster::cli
