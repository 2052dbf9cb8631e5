// Where a core has done what blocks or takes long: actions, programs, files, other people's servers.
#pragma once

#include <functional>

#include "proto/base/result.hpp"

namespace muster::loop {

class Executor {
 public:
  using Then = std::function<void()>;  // runs on the loop
  using Work = std::function<Then()>;  // runs elsewhere

  virtual ~Executor() = default;

  // Runs `work` beside the loop, and what it gives back on the loop. In no order. Errc::limit when as much waits as may:
  // then neither is called. What `work` uses must be safe beside the loop.
  virtual Status run(Work work) = 0;
};

}  // namespace muster::loop
