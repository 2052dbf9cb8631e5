// How many of a swarm are on the bus, and how long it took until all were.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "proto/base/clock.hpp"

namespace muster::swarm {

// On the loop's thread.
class Headcount {
 public:
  struct Complete {
    bool again = false;                 // they had all been there before
    std::chrono::milliseconds took{0};  // since the start, or since the first of them was lost
    std::size_t peak_in_a_second = 0;   // most that came within a second
  };
  // `on_complete` is called whenever all `nodes` are there.
  Headcount(const base::Clock& clock, std::size_t nodes,
            std::function<void(const Complete&)> on_complete)
      : clock_(clock),
        nodes_(nodes),
        on_complete_(std::move(on_complete)),
        since_(clock.steady()) {}

  // What is waited for begins now, and not when this was made.
  void begin() { since_ = clock_.steady(); }
  // A node is shown on the bus as a member, for the first time or over another link; or is not any more.
  void came();
  void went();
  std::size_t present() const { return present_; }

 private:
  const base::Clock& clock_;
  const std::size_t nodes_;
  const std::function<void(const Complete&)> on_complete_;
  std::size_t present_ = 0;
  bool complete_ = false;       // all are there
  bool ever_complete_ = false;  // all have been there
  std::chrono::steady_clock::time_point since_;
  std::vector<std::chrono::steady_clock::time_point> came_;  // since then
};

}  // namespace muster::swarm
