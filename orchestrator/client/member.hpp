// A node that is online, as its presence says, and what a presence changed.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/value.hpp"
#include "proto/filter/lookup.hpp"

namespace muster::client {

struct Member {
  std::string identity;
  std::string version;
  std::vector<std::string> collectives;
  std::vector<std::string> agents;
  std::vector<std::string> classes;
  Value facts;  // the chosen ones
  // Of its agents and classes, how many stand in neither list, or not as they are.
  std::size_t left_out_agents = 0;
  std::size_t left_out_classes = 0;
  std::int64_t started_at_ms = 0;
  std::int64_t sent_at_ms = 0;  // when this presence was made, by the node's clock
  // Until then it counts as online without showing itself again, by our steady clock.
  std::chrono::steady_clock::time_point believed_until{};
  std::string session;
  std::string address;
  std::vector<std::string> roots;  // that it obeys: security::KnownRoots::marks()
  std::string certificate_fingerprint;
  std::string certificate_serial;  // of the one that it uses: x509::Certificate::serial_hex()
  std::string
      ca_fingerprint;  // the anchor that issued its certificate; empty when it is not one CA deep

  // What an index knows it by: see MemberIndex::keys_of(). Nothing: it has too many, or no index is kept.
  std::optional<std::vector<filter::LookupKey>> keys;

  bool runs(std::string_view agent) const;
};

// Shared by all who look at it, for nobody changes it: the next presence is another one.
using MemberPtr = std::shared_ptr<const Member>;

// What one presence, or its end, changed. Neither came() nor left(), and no flag set: it was only shown again.
struct MemberChange {
  std::string identity;
  MemberPtr before;  // null: it came
  MemberPtr after;   // null: it left
  bool facts = false;
  bool agents = false;
  bool certificate = false;
  bool other = false;  // its session, classes, address …

  bool came() const { return !before; }
  bool left() const { return !after; }
  bool shown_again() const {
    return before && after && !facts && !agents && !certificate && !other;
  }
  // Whether it runs that agent, or did.
  bool concerns(std::string_view agent) const;
};

// Whether an index is kept of who has what: each message that changes it costs more, and a filter none of the walk
// over all members. Not worth it for one question.
enum class Indexed { no, yes };

// At least one of them is there.
MemberChange change_between(MemberPtr before, MemberPtr after);

}  // namespace muster::client
