// The progress line on stderr, drawn by a thread of its own: while a node is silent, nothing else moves.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <thread>

#include "orchestrator/cli/present/progress.hpp"
#include "proto/base/guarded.hpp"

namespace muster::cli {

// Thread-safe.
class Foot {
 public:
  Foot(std::size_t all, std::size_t columns);
  ~Foot();  // clears the line
  void count_one() { ++done_; }
  // Runs `print` while the line is off the screen.
  void above(const std::function<void()>& print);

 private:
  struct State {
    Progress progress;
    bool ended = false;
  };
  void run();

  std::atomic<std::size_t> done_{0};
  base::Guarded<State> state_;
  std::condition_variable ending_;
  std::thread thread_;
};

}  // namespace muster::cli
