// Actions of a swarm's nodes run on its one thread: nodes that have a thread each could not be thousands.
#pragma once

#include <utility>

#include "proto/loop/executor.hpp"
#include "tests/swarm/loop/epoll_loop.hpp"

namespace muster::swarm {

// On the loop's thread. `loop` must outlive it.
class InlineExecutor final : public loop::Executor {
 public:
  explicit InlineExecutor(EpollLoop& loop) : loop_(loop) {}

  // In its turn on the loop, all of it: the work must not wait for anything.
  Status run(Work work) override {
    loop_.post([work = std::move(work)] {
      if (const auto then = work()) then();
    });
    return {};
  }

 private:
  EpollLoop& loop_;
};

}  // namespace muster::swarm
