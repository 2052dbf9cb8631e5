#include "proto/loop/timer.hpp"

#include <utility>

namespace muster::loop {

void Timer::set(std::chrono::milliseconds delay, std::function<void()> then) {
  stop();
  id_ = timers_.after(delay, [this, then = std::move(then)] {
    id_ = 0;
    then();
  });
}

void Timer::stop() {
  if (id_ != 0) timers_.cancel(id_);
  id_ = 0;
}

}  // namespace muster::loop
