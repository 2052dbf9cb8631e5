// What people are told of nodes, until it stands in the outbox; and that it does, in the node's record, for every
// orchestrator to see.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/base/clock.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// What the outbox cannot take is tried again, at first and at most after so long, within this time.
inline constexpr std::chrono::milliseconds kToldAgainFirst{5'000};
inline constexpr std::chrono::milliseconds kToldAgainMost{60'000};
inline constexpr std::chrono::hours kToldWithin{1};

// On the loop's thread. What it is given must outlive it; what is not told yet is dropped with it.
class Telling {
 public:
  Telling(World& world, Collective& collective, const base::Clock& clock)
      : world_(world), collective_(collective), clock_(clock) {}

  // Writes the outbox; what cannot be written within kToldWithin is given up with a line in the log. What is being told
  // already, or was told by another orchestrator meanwhile, is not told a second time.
  void tell(client::Record record);
  bool idle() const { return under_way_.empty(); }
  // Called whenever something has been told, or given up.
  void on_end(std::function<void()> handler) { on_end_ = std::move(handler); }

 private:
  loop::Task<Status> until_told(client::Record record);
  bool is_told_by_another(const client::Record& record) const;
  void ended(const std::string& key, const client::Record& record);
  void note(const client::Record& told);

  World& world_;
  Collective& collective_;
  const base::Clock& clock_;
  std::map<std::string, loop::Task<Status>> under_way_;  // by what is told
  std::function<void()> on_end_;
};

}  // namespace muster::provision
