// What became of one command of an operator, and what its link had heard: for whoever judges it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/client/caller.hpp"

namespace muster::sim {

// How a command calls those that it discovers.
enum class Way {
  ping,       // as `muster ping`: all are asked at once, and who must answer is learnt meanwhile
  to_all,     // one message that all hear
  by_name,    // a message each
  in_batches  // the same, some at a time
};
std::string_view name_of(Way way);

// What a part of a command cost.
struct Cost {
  std::size_t nodes = 0;       // found, or that answered well
  std::uint64_t sent = 0;      // messages
  std::uint64_t messages = 0;  // that the operator was sent
  std::uint64_t bytes = 0;     // their payloads
  std::chrono::milliseconds took{0};
};

// One request.
struct AskedRequest {
  bool by_name = false;
  std::vector<std::string> expected;  // who was to answer
  client::CallResult result = {};
  std::vector<std::string> told = {};  // of whom the command was told, one after the other
  std::chrono::steady_clock::time_point ended = {};
  // Whose replies had reached the link by then, and when the first one had.
  std::map<std::string, std::chrono::steady_clock::time_point> heard_from = {};
};

struct CommandStory {
  std::string who;
  Way way{};
  std::string gave_up;  // why it ended early, of its own side; empty: it did not
  std::vector<std::string> discovered;
  std::vector<AskedRequest> requests;       // those that were sent; of a ping none when it gave up
  std::vector<client::NodeResult> results;  // what the command says at its end
  std::vector<std::string> not_asked;
  Cost find;  // of everybody's presence
  Cost call;  // after it
};

}  // namespace muster::sim
