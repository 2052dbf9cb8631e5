#include "proto/loop/waits.hpp"

#include <utility>

namespace muster::loop {

using std::chrono::milliseconds;

void Waits::stop() {
  stopping_ = true;
  for (auto* wait : std::exchange(waits_, {})) wait->end(Woken::stopped);
}

Wait::Wait(Waits& waits, Stops stops) : waits_(waits), timer_(waits.timers_) {
  if (stops == Stops::no) return;
  if (waits.stopping_)
    woken_ = Woken::stopped;
  else
    waits.waits_.insert(this);
}

Wait::~Wait() {
  waits_.waits_.erase(this);
}

void Wait::end(Woken how) {
  if (woken_) return;
  woken_ = how;
  if (give_) timer_.set(milliseconds(0), [this] { wake(); });
}

// Who goes on may destroy this.
void Wait::wake() {
  const auto give = std::exchange(give_, {});
  give(*woken_);
}

Answer<Woken> Wait::until(milliseconds patience) {
  return Answer<Woken>([this, patience](Answer<Woken>::Give give) {
    if (woken_) return give(*woken_);
    give_ = std::move(give);
    timer_.set(patience, [this] {
      woken_ = Woken::late;
      wake();
    });
  });
}

}  // namespace muster::loop
