#include "orchestrator/cli/batch.hpp"

#include <cmath>
#include <thread>

namespace muster::cli {
namespace {

constexpr double kSleepMostS = 24 * 3600;

}  // namespace

void add_batch_options(Command command, BatchOptions& options) {
  command.option("--batch", options.size, "So many nodes at a time, or such a share of them")
      .type("N|N%")
      .group("Request");
  command.option("--batch-sleep", options.sleep_s, "How long between two batches")
      .time(0, kSleepMostS)
      .shows_default()
      .group("Request");
  command
      .option("--max-failures", options.max_failures,
              "Call no further batch once so many nodes have failed or are silent")
      .type("N")
      .group("Request");
}

const char* BatchOptions::first_given() const {
  if (!size.empty()) return "--batch";
  if (max_failures > 0) return "--max-failures";
  return sleep_s != BatchOptions{}.sleep_s ? "--batch-sleep" : nullptr;
}

Result<Batches> Batches::of(const BatchOptions& options) {
  Batches batches;
  if (options.size.empty()) {
    if (options.max_failures > 0)
      return fail(Errc::config, "--max-failures needs --batch: all nodes are called at once");
    return batches;
  }
  MUSTER_ASSIGN(batches.size, Count::parse("--batch", options.size));
  batches.sleep = std::chrono::milliseconds(std::llround(options.sleep_s * 1000));
  batches.max_failures = options.max_failures;
  return batches;
}

Result<client::BatchedResult> call_in_batches(client::Caller& caller, const client::Call& call,
                                              const Batches& batches,
                                              const client::Caller::ResultHandler& on_result) {
  const auto nodes = call.targets.size();
  client::Goes goes(call,
                    {.size = batches.size ? batches.size->of(nodes) : nodes,
                     .max_failures = batches.max_failures},
                    std::chrono::steady_clock::now());
  while (goes.has_next()) {
    if (goes.is_under_way()) std::this_thread::sleep_for(batches.sleep);
    MUSTER_TRY(goes.took(caller.call(goes.next(), on_result)));
  }
  return goes.end(std::chrono::steady_clock::now());
}

}  // namespace muster::cli
