// What a core's stories wait for: somebody's word, a time, or the end of everything.
//
//   Wait wait(waits);                         // in the coroutine's frame
//   remember_who_is_to_be_told(&wait);
//   if (co_await wait.until(5s) == Woken::told) …
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <unordered_set>

#include "proto/loop/answer.hpp"
#include "proto/loop/timer.hpp"
#include "proto/loop/timers.hpp"

namespace muster::loop {

enum class Woken {
  told,    // by tell()
  late,    // the time is over
  stopped  // nothing is waited for any more
};

class Wait;

// All waits of one core, so that a stop ends every one at once. On the loop's thread; must outlive its waits.
class Waits {
 public:
  explicit Waits(Timers& timers) : timers_(timers) {}

  // Ends those that wait, at this moment, and each that begins later.
  void stop();
  bool stopping() const { return stopping_; }
  std::size_t size() const { return waits_.size(); }  // that a stop would end
  Timers& timers() const { return timers_; }

 private:
  friend class Wait;
  Timers& timers_;
  std::unordered_set<Wait*> waits_;
  bool stopping_ = false;
};

// One wait. It ends with its owner: a coroutine that is dropped leaves no timer behind. On the loop's thread.
class Wait {
 public:
  enum class Stops {
    yes,
    no  // a stop does not concern it: what is said in leaving
  };
  explicit Wait(Waits& waits, Stops stops = Stops::yes);
  ~Wait();
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  // It has come. Who waits goes on in turn, not within this call; who does not wait yet will not have to.
  void tell() { end(Woken::told); }
  // Once.
  Answer<Woken> until(std::chrono::milliseconds patience);

 private:
  friend class Waits;
  void end(Woken how);
  void wake();

  Waits& waits_;
  Timer timer_;
  std::optional<Woken> woken_;
  Answer<Woken>::Give give_;  // empty: nobody waits
};

}  // namespace muster::loop
