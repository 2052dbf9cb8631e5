#include "tests/sim/faults/call_promises.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace muster::sim {
namespace {

using client::NodeResult;
using Names = std::set<std::string>;

class CallLook {
 public:
  explicit CallLook(const CommandStory& story) : story_(story) {}
  std::vector<std::string> all();

 private:
  void say(const std::string& what) {
    broken_.push_back(fmt::format("{}, calling {}: {}", story_.who, name_of(story_.way), what));
  }
  void look_at(const AskedRequest& request);
  void look_at_outcome(const AskedRequest& request, const NodeResult& node);
  void look_at_told(const AskedRequest& request);
  void look_at_all();

  const CommandStory& story_;
  std::vector<std::string> broken_;
};

std::map<std::string, std::size_t> counted(const std::vector<NodeResult>& results) {
  std::map<std::string, std::size_t> count;
  for (const auto& node : results) ++count[node.identity];
  return count;
}

void CallLook::look_at_outcome(const AskedRequest& request, const NodeResult& node) {
  const auto& name = node.identity;
  const auto heard = request.heard_from.find(name);
  const bool came = heard != request.heard_from.end();
  // What comes in the moment of the end may be in time or not.
  if (node.outcome == client::Outcome::silent && came && heard->second < request.ended)
    say(name + " is named silent, and its answer had come");
  if (node.outcome != client::Outcome::silent && !came)
    say(name + " has an outcome, and no answer came");
  const auto& strangers = request.result.unexpected;
  const bool expected =
      std::find(request.expected.begin(), request.expected.end(), name) != request.expected.end();
  const bool named = std::find(strangers.begin(), strangers.end(), name) != strangers.end();
  if (!expected && (request.by_name || !named)) say(name + " has an outcome and was not asked");
}

void CallLook::look_at_told(const AskedRequest& request) {
  Names told;
  for (const auto& name : request.told)
    if (!told.insert(name).second) say(name + " was told twice");
  for (const auto& node : request.result.results) {
    const bool answered = node.outcome != client::Outcome::silent;
    if (answered != told.contains(node.identity))
      say(fmt::format("{} is {} at the end, and {}", node.identity, client::name_of(node.outcome),
                      answered ? "nobody was told" : "was told to have answered"));
  }
}

void CallLook::look_at(const AskedRequest& request) {
  const auto count = counted(request.result.results);
  for (const auto& [name, times] : count)
    if (times != 1) say(fmt::format("{} has {} outcomes of one request", name, times));
  for (const auto& name : request.expected)
    if (!count.contains(name)) say(name + " has no outcome");
  for (const auto& node : request.result.results) look_at_outcome(request, node);
  look_at_told(request);
}

// Of all requests together: what the operator reads.
void CallLook::look_at_all() {
  auto count = counted(story_.results);
  for (const auto& name : story_.not_asked)
    if (++count[name] > 1) say(name + " has an outcome and is said not to have been asked");
  for (const auto& name : story_.discovered)
    if (count[name] != 1) say(fmt::format("{} has {} outcomes", name, count[name]));
}

std::vector<std::string> CallLook::all() {
  for (const auto& request : story_.requests) look_at(request);
  if (story_.gave_up.empty()) look_at_all();
  return std::move(broken_);
}

}  // namespace

std::vector<std::string> broken_call_promises(const CommandStory& story) {
  return CallLook(story).all();
}

}  // namespace muster::sim
