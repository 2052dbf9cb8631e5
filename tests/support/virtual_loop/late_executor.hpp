// What is done beside a virtual loop takes its time, in virtual time.
#pragma once

#include <chrono>
#include <utility>

#include "proto/loop/executor.hpp"
#include "proto/loop/timers.hpp"

namespace muster::fakes {

// On the loop's thread. What still runs ends with the timers.
class LateExecutor final : public loop::Executor {
 public:
  explicit LateExecutor(loop::Timers& timers) : timers_(timers) {}
  Status run(Work work) override {
    timers_.after(takes, [work = std::move(work)] {
      if (const auto then = work()) then();
    });
    return {};
  }

  std::chrono::milliseconds takes{0};  // of what begins from now on

 private:
  loop::Timers& timers_;
};

}  // namespace muster::fakes
