// Who a call goes to.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {

// Up to this many nodes are addressed by name; more by one message that all of them judge.
inline constexpr std::size_t kAddressedByNameMax = 100;
inline constexpr std::chrono::milliseconds kPresencePatience{10'000};  // for all retained presence

struct Discovery {
  enum class Method {
    direct,     // names alone: nobody was asked
    presence,   // from what nodes keep on the bus
    broadcast,  // nodes judged the filter
  };
  Method method = Method::direct;
  std::vector<std::string> identities;  // sorted
  std::size_t online = 0;               // unless direct
  std::size_t refused = 0;              // presences that did not verify
  std::string last_refusal;
  std::chrono::microseconds took{0};
};
std::string_view name_of(Discovery::Method method);

// Nodes that match and run `agent` (empty: any). Names alone count as discovered when `by_name` is set.
Result<Discovery> discover(client::Link& link, client::Caller& caller, const filter::Filter& filter,
                           const std::string& agent, bool by_name,
                           std::chrono::milliseconds patience);

// Puts the discovered into `call`: by name, or as a broadcast whose answers are expected from them.
void address(client::Call& call, const Discovery& discovery, const filter::Filter& filter);

// To stderr, when there were presences that did not verify.
void note_refused(const Discovery& discovery);

// Why nothing was discovered, and what to look at.
Error nothing_discovered(const Discovery& discovery, const filter::Filter& filter,
                         const std::string& agent);

}  // namespace muster::cli
