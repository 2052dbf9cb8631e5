// What a node says about itself to everybody: small, retained, signed.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::agent {

inline constexpr std::size_t kChosenFactsMax = 100;      // facts in presence
inline constexpr std::size_t kChosenFactMaxBytes = 256;  // text of one of them
inline constexpr std::size_t kChosenFactNameMaxBytes = 256;
inline constexpr std::size_t kClassMaxBytes = 256;  // a Puppet class's name; the rest is cut
inline constexpr std::size_t kPresenceClassesMax = 200;
inline constexpr std::size_t kPresenceAgentsMax = 500;

// The facts that choose masters and answer common filters: every top-level scalar that does not
// change by itself, and a few nested ones (os.family, os.name, os.release.major, networking.ip …)
// under their dotted names. So a new fact in facts.d can choose masters without anybody configuring
// it.
Value chosen_facts(const Value& facts);

struct PresenceContent {
  std::string identity;
  std::string version;
  std::vector<std::string> collectives;
  std::vector<std::string> agents;
  std::vector<std::string> classes;
  Value facts;
  std::size_t left_out_facts = 0;  // of the top level, not whole in `facts`
  std::int64_t started_at_ms = 0;
  std::string session;
  std::string address;
  std::vector<std::string> roots;  // security::KnownRoots::marks()
};

// Facts of the top level that are not whole in `chosen`.
std::size_t left_out_facts(const Value& facts, const Value& chosen);

// The classes that travel, each once, and how many do not, or not as they are: cut, or with a byte replaced.
struct ShownClasses {
  std::vector<std::string> names;
  std::size_t left_out = 0;
};
ShownClasses shown_classes(const std::vector<std::string>& classes, std::size_t most);

// An encoded messages::Presence without a time, to be stamped and sealed. It counts what it leaves out: more than kPresenceClassesMax classes or
// kPresenceAgentsMax agents.
Result<std::string> presence_body(const PresenceContent& content);

// Our own address on the way to "host:port": what others can reach us at. Empty when there is no
// route; the last one while the host's name cannot be resolved.
std::string address_towards(const std::string& broker);

}  // namespace muster::agent
