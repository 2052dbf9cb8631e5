// Keeps other people's agents and data plugins in the tables while the node runs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <thread>

#include "node-agent/dispatch/agent_table.hpp"
#include "node-agent/dispatch/data_table.hpp"
#include "node-agent/external/roster.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::external {

inline constexpr std::chrono::milliseconds kFirstLookPatience{1'000};

// One thread of its own, which looks into the folders every `interval`.
class AgentWatch {
 public:
  // References outlive it; so does whatever `changed` uses, which is called on its thread after the
  // tables have changed.
  AgentWatch(Folders folders, Surroundings around, std::chrono::milliseconds interval,
             const base::Clock& clock, agent::AgentTable& agents, agent::DataTable& data,
             std::function<void()> changed);
  // Takes nothing out of the tables. Ends what is being loaded.
  ~AgentWatch();
  AgentWatch(const AgentWatch&) = delete;
  AgentWatch& operator=(const AgentWatch&) = delete;

  // Until the first look is over, at most `patience`: programs of others must not keep a node from the
  // bus. Those that come later are told by `changed`. False when it goes on.
  bool wait_for_first_look(std::chrono::milliseconds patience = kFirstLookPatience);

 private:
  struct State {
    bool stopping = false;
    bool looked = false;
  };
  void watch();

  const Surroundings around_;
  const std::chrono::milliseconds interval_;
  agent::AgentTable& agents_;
  agent::DataTable& data_;
  const std::function<void()> changed_;
  const base::UniqueFd cancel_;
  Roster roster_;
  base::Guarded<State> state_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace muster::external
