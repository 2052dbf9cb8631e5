// Asks the orchestrators' registries which nodes match, over all their facts, without asking a node.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/member.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/fwd.hpp"

namespace muster::client {

class Link;

// An orchestrator that started a moment ago answers as well, and has not heard every node yet. After
// its answer we wait this long for one that has.
inline constexpr std::chrono::milliseconds kHeardAllPatience{300};
// The same for a snapshot, which an orchestrator that cannot give one refuses at once.
inline constexpr std::chrono::milliseconds kSnapshotSecondOpinion{50};
inline constexpr std::size_t kRegistryPagesMax = 10'000;  // of one answer
inline constexpr std::size_t kRegistryAnswersMax = 64;    // orchestrators heard at once

struct RegistryQuestion {
  std::chrono::milliseconds timeout{5'000};  // for each page of the answer
  std::chrono::seconds max_age{0};           // 0: three of the node's own intervals
  bool with_content = false;                 // facts, classes, agents …; larger by much
  bool confirmed = false;  // as many nodes as match are meant: the policy's max_nodes asks for it
  // A snapshot: the nodes that are on the bus now, by their presence, judged by presence and registry together. Who has
  // not registered is among them, or undecided.
  bool online = false;
};

struct RegistryNode {
  std::string identity;
  std::chrono::milliseconds age{0};  // since the orchestrator heard of it, by its clock
  bool registered = true;            // else only its presence is known, and `age` says nothing
  std::optional<Member> content;     // when asked for; with all the facts
};

struct RegistryAnswer {
  std::vector<RegistryNode> nodes;  // sorted by identity
  // Nodes that left out what the filter reads: whether they match, they alone know. Sorted.
  std::vector<std::string> undecided;
  std::string orchestrator;  // which one answered
  // Fresh nodes of the collective in its registry, matching or not; in a snapshot, those online.
  std::size_t known = 0;
  bool heard_all = false;               // false: it has not listened for long; nodes may be missing
  std::chrono::milliseconds oldest{0};  // age of what was known longest, of `nodes`
  std::chrono::microseconds took{0};
  std::size_t unverified = 0;   // answers that did not verify
  std::string last_unverified;  // why, of the last one
};

// Blocks; thread-safe. The nodes are those of the link's collective. Errc::timeout when no
// orchestrator answers, Errc::invalid_data with its words when it does not understand the filter,
// Errc::refused when every answer fails to verify.
Result<RegistryAnswer> ask_registry(Link& link, const filter::Filter& filter,
                                    const RegistryQuestion& question);
Result<RegistryAnswer> ask_registry(Link& link, const filter::Filter& filter,
                                    std::chrono::milliseconds timeout);

}  // namespace muster::client
