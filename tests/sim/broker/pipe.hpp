// One direction of a TCP connection: what is sent arrives later, in order, or, when the connection dies, never.
#pragma once

#include <chrono>
#include <deque>
#include <functional>

#include "proto/loop/timer.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::sim {

// How long things are under way.
struct Weather {
  std::chrono::milliseconds delay{2};
  std::chrono::milliseconds jitter{3};  // more than that, at most, by chance
};

// What a link that is slow takes longer: a question and its answer pass two links, twice each, and the shortest time that they
// are given is 3 s, the next 5 s; a keep-alive waits for 10 s.
inline constexpr std::chrono::milliseconds kSlowLink{2'000};

// On the loop's thread.
class Pipe {
 public:
  Pipe(fakes::VirtualLoop& loop, const Weather& weather)
      : loop_(loop), weather_(weather), next_(loop) {}

  // `arrive` is called when it comes out.
  void send(std::function<void()> arrive);
  // While it is cut, nothing comes out: the sender's kernel tries again, so that all comes out, in order, once it is mended.
  void cut(bool is_cut);
  bool is_cut() const { return cut_; }
  // What is sent from now on takes longer; it overtakes nothing.
  void slow(bool is_slow) { slow_ = is_slow; }
  // The connection is dead: what is under way never arrives.
  void clear();

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  struct Sent {
    TimePoint due;
    std::function<void()> arrive;
  };
  void arm();
  void arrive_due();

  fakes::VirtualLoop& loop_;
  const Weather& weather_;
  loop::Timer next_;
  std::deque<Sent> under_way_;
  bool cut_ = false;
  bool slow_ = false;
};

}  // namespace muster::sim
