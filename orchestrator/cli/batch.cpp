#include "orchestrator/cli/batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <thread>

namespace muster::cli {
namespace {

constexpr double kSleepMostS = 24 * 3600;

void add(client::CallResult& all, client::CallResult one) {
  if (all.request_id.empty()) all.request_id = one.request_id;
  std::move(one.results.begin(), one.results.end(), std::back_inserter(all.results));
  std::move(one.unexpected.begin(), one.unexpected.end(), std::back_inserter(all.unexpected));
  if (!one.send_error.empty()) all.send_error = one.send_error;
  all.duplicates += one.duplicates;
  all.unverified += one.unverified;
  if (!one.last_unverified.empty()) all.last_unverified = one.last_unverified;
}

std::size_t failures(const client::CallResult& result) {
  return static_cast<std::size_t>(
      std::count_if(result.results.begin(), result.results.end(),
                    [](const auto& node) { return node.outcome != client::Outcome::ok; }));
}

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

Result<BatchedResult> call_in_batches(client::Caller& caller, const client::Call& call,
                                      const Batches& batches,
                                      const client::Caller::ResultHandler& on_result) {
  BatchedResult done;
  const auto& all = call.targets;
  const auto size = batches.size ? batches.size->of(all.size()) : all.size();
  const auto start = std::chrono::steady_clock::now();
  auto next = all.begin();
  while (next != all.end()) {
    if (next != all.begin()) std::this_thread::sleep_for(batches.sleep);
    const auto left = static_cast<std::size_t>(all.end() - next);
    const auto end = next + static_cast<std::ptrdiff_t>(std::min(size, left));
    auto part = call;
    part.targets.assign(next, end);
    auto result = caller.call(part, on_result);
    if (!result && next == all.begin()) return fail(std::move(result).error());
    if (!result) {
      done.why = result.error().message;
      break;
    }
    next = end;
    add(done.result, std::move(*result));
    const auto failed = failures(done.result);
    if (batches.max_failures == 0 || failed < batches.max_failures || next == all.end()) continue;
    done.why = fmt::format("{} failed or were silent", failed);
    break;
  }
  done.not_asked.assign(next, all.end());
  std::sort(done.result.results.begin(), done.result.results.end(),
            [](const auto& a, const auto& b) { return a.identity < b.identity; });
  done.result.took = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - start);
  return done;
}

}  // namespace muster::cli
