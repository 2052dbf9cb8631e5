// Requests to nodes and their replies, as client::Caller makes them, without a thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/loop/waits.hpp"
#include "tests/sim/orchestrator/bus_member.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class Calls {
 public:
  // Before BusMember::open(). `joining`: it speaks to machines of the join zone, too.
  Calls(BusMember& bus, loop::Waits& waits, bool joining);

  // One request to these; who does not answer in time is silent. `join`: where the one is reached. Errc::unavailable without a
  // link, as client::Caller says it: then nobody was asked.
  loop::Task<Result<client::CallResult>> ask(std::vector<std::string> identities,
                                             std::optional<client::JoinAddress> join,
                                             provision::Question question);
  // One broadcast; waits for the answers of `expected`.
  loop::Task<Result<client::CallResult>> ask_all(std::vector<std::string> expected,
                                                 provision::Question question);
  // As client::Caller::call_each(); Errc::unavailable when we stop.
  loop::Task<std::vector<Result<Value>>> ask_each(std::vector<std::string> identities,
                                                  std::optional<client::JoinAddress> join,
                                                  provision::Question question);

 private:
  struct Asking;
  loop::Task<Result<client::CallResult>> send(std::vector<std::string> topics,
                                              std::vector<std::string> expected, bool direct,
                                              std::optional<client::JoinAddress> join,
                                              provision::Question question);
  Result<std::string> sealed(const std::string& id, const std::vector<std::string>& targets,
                             const provision::Question& question) const;
  void hear_reply(const transport::Message& message);
  void hear_join_reply(const transport::Message& message);

  BusMember& bus_;
  loop::Waits& waits_;
  std::map<std::string, Asking*> under_way_;  // by request id
};

}  // namespace muster::sim
