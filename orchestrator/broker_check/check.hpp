// Proves on a running broker what each kind of client can reach and what it cannot, and that messages are carried as
// everything else counts on. For `muster broker check`.
//
// It speaks on topics that nobody listens to or that are its own: below the operator's reply topic, requests to an agent
// that no node has, a client id of its own in the join zone. Nothing that is retained stays there.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::broker_check {

enum class Verdict {
  holds,
  broken,
  untried  // whoever is needed for it is not here
};
std::string_view name_of(Verdict verdict);  // "holds", "broken", "untried"

struct Finding {
  std::string role;   // "stranger", "operator", "node" …
  std::string claim;  // "reads no other's requests"
  Verdict verdict = Verdict::untried;
  std::string detail;  // broken: what was seen; untried: what is missing
  std::string remedy;  // broken: what to do
};

// Somebody with credentials: how it connects to its own listener, and the name in its certificate.
struct Party {
  transport::mqtt::Options options;
  std::string name;
};

// "host:port" of each listener; empty: not known, and what is about it remains untried.
struct Listeners {
  std::string nodes;
  std::string operators;
  std::string orchestrators;
  std::string watchers;
  std::string masters;
  std::string join;
};

struct Plan {
  std::string collective = "main";
  std::filesystem::path
      ca_file;  // the broker's trust anchor, for whoever comes without credentials
  Listeners listeners;
  std::optional<Party> operator_;
  std::optional<Party> orchestrator;
  std::optional<Party> watcher;
  std::optional<Party> node;
  std::optional<Party> revoked;                  // a node whose certificate its CA has revoked
  std::optional<transport::mqtt::Options> join;  // with user and password
};

// Blocks for some seconds, or a minute when the broker is slow. `told` hears each finding as it is made.
std::vector<Finding> check(const Plan& plan, const std::function<void(const Finding&)>& told = {});

}  // namespace muster::broker_check
