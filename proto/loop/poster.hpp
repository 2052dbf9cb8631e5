// The way onto a core's loop from other threads.
#pragma once

#include <functional>

namespace muster::loop {

class Poster {
 public:
  virtual ~Poster() = default;
  // Runs `task` on the loop, in the order of posting. False when as much waits as may: it is dropped, and the caller must
  // say what is lost. Thread-safe.
  [[nodiscard]] virtual bool post(std::function<void()> task) = 0;
};

}  // namespace muster::loop
