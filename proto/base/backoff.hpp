// Exponential back-off with full jitter, so that a restarted broker is not stormed.
// "Exponential Backoff And Jitter", M. Brooker, AWS Architecture Blog 2015.
#pragma once

#include <chrono>

namespace muster::base {

// Not thread-safe.
class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds most)
      : first_(first), most_(most), next_(first) {}

  // A random wait in [span/2, span]; the span doubles with each call up to `most`.
  std::chrono::milliseconds next();
  // The same by a chance that is given: from 0 up to, but not including, 1.
  std::chrono::milliseconds next(double share);
  void reset() { next_ = first_; }

 private:
  const std::chrono::milliseconds first_;
  const std::chrono::milliseconds most_;
  std::chrono::milliseconds next_;
};

}  // namespace muster::base
