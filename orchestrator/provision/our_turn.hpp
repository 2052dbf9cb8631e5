// All orchestrators see the same, and one is to speak: when it is our turn to.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "proto/loop/stories.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// Each has its turn within this time, by its name and the node's, and says nothing when the record of another tells of it by then.
inline constexpr std::chrono::milliseconds kTurnsTake{2'000};

// Of the orchestrator `as` for that node.
std::chrono::milliseconds turn_of(const std::string& as, const std::string& identity);

// On the loop's thread. What it is given must outlive it; what waits for its turn goes with it, and when we stop.
class OurTurn {
 public:
  // `as`: this orchestrator's name in records.
  OurTurn(loop::Waits& waits, std::string as) : waits_(waits), as_(std::move(as)) {}

  // `speak` is called in our turn, and has to look whether that is still to be said. One of each node at a time about `what`, a
  // name of few: while it waits, another of the same is dropped.
  void wait(const std::string& identity, const std::string& what, std::function<void()> speak);

 private:
  using Key = std::pair<std::string, std::string>;  // node, and about what
  loop::Task<Status> until_it_comes(Key key, std::function<void()> speak);

  loop::Waits& waits_;
  const std::string as_;
  std::set<Key> waiting_;
  loop::Stories stories_;
};

}  // namespace muster::provision
