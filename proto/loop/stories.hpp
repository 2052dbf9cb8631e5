// Stories that nobody waits for: each goes on by itself until it ends, or its owner does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>

#include "proto/base/result.hpp"
#include "proto/loop/task.hpp"

namespace muster::loop {

// On the loop's thread. With it end those that have not ended; how many there are is for whoever begins them to limit.
class Stories {
 public:
  // Runs it until it waits for the first time. What it gives is dropped: a story tells its failures itself.
  void begin(Task<Status> story);
  std::size_t size() const { return under_way_.size(); }
  bool idle() const { return under_way_.empty(); }
  // Called whenever one has ended.
  void on_end(std::function<void()> handler) { on_end_ = std::move(handler); }

 private:
  void ended(std::uint64_t number);

  std::uint64_t begun_ = 0;
  std::unordered_map<std::uint64_t, Task<Status>> under_way_;  // by number
  std::function<void()> on_end_;
};

}  // namespace muster::loop
