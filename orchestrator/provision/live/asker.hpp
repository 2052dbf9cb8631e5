// Questions to nodes without a thread that waits for each.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/poster.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// On the loop's thread. Signing and sending are the executor's; its work uses `caller` and `poster`, not this: both must outlive
// its threads, as all else must outlive this; and `poster` must outlive `caller`, whose late answers go to it. What is asked ends
// at its time, and at once when the orchestrator is stopping.
class Asker {
 public:
  Asker(client::Caller& caller, loop::Executor& executor, loop::Poster& poster, loop::Waits& waits)
      : caller_(caller), executor_(executor), poster_(poster), waits_(waits) {}

  // As Caller::call(): who does not answer is silent. Errors are of our own side: Errc::unavailable also when we stop.
  loop::Task<Result<client::CallResult>> ask(std::vector<std::string> identities,
                                             std::optional<client::JoinAddress> join,
                                             Question question);
  // As Caller::call_each(), in the order of `identities`.
  loop::Task<std::vector<Result<Value>>> ask_each(std::vector<std::string> identities,
                                                  std::optional<client::JoinAddress> join,
                                                  Question question);

  loop::Waits& waits() { return waits_; }

 private:
  struct Asking;
  Status send(const std::shared_ptr<Asking>& asking, std::vector<std::string> identities,
              std::optional<client::JoinAddress> join, Question question);

  client::Caller& caller_;
  loop::Executor& executor_;
  loop::Poster& poster_;
  loop::Waits& waits_;
};

}  // namespace muster::provision
