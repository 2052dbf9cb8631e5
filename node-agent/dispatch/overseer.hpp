// Sees to it that a caller hears of an action that overruns its deadline: no thread can be ended
// from outside, but nobody need wait for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "proto/base/clock.hpp"

namespace muster::agent {

// An action that keeps its deadline needs a moment to kill its children and to say so in its own
// words.
inline constexpr std::chrono::milliseconds kOverdueGrace{1'000};

// Why nobody waits any longer.
enum class Overdue { deadline, stopping };

// Thread-safe. At most as many are watched as there are workers.
class Overseer {
 public:
  explicit Overseer(const base::Clock& clock);
  ~Overseer();
  Overseer(const Overseer&) = delete;
  Overseer& operator=(const Overseer&) = delete;

  // `overdue` is called once, on the overseer's thread, unless end() comes within kOverdueGrace
  // after `deadline`.
  std::uint64_t watch(std::chrono::steady_clock::time_point deadline,
                      std::function<void(Overdue)> overdue);
  // The agent stops: calls every `overdue` now, on the caller's thread.
  void give_up();
  // True when `overdue` has not been called, and never will be.
  bool end(std::uint64_t watched);

 private:
  struct Watched {
    std::chrono::steady_clock::time_point until;
    std::function<void(Overdue)> overdue;
  };
  void oversee();

  const base::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint64_t, Watched> watched_;
  std::uint64_t last_ = 0;
  // When the thread looks next; later ones need not wake it.
  std::chrono::steady_clock::time_point looks_at_ = std::chrono::steady_clock::time_point::max();
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace muster::agent
