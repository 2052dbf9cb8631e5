// As Answer, for a thread: what it waits for when a callback brings it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "proto/base/guarded.hpp"

namespace muster::loop {

// Thread-safe. The callback may outlive it.
template <class T>
class ThreadAnswer {
 public:
  // Only the first call counts.
  std::function<void(T)> give() const {
    return [state = state_](T value) {
      const base::Locked given(state->given);
      if (!*given) given->emplace(std::move(value));
      state->came.notify_all();
    };
  }
  // Nothing when it did not come within `patience`. Not on the thread that is to bring it.
  std::optional<T> wait(std::chrono::milliseconds patience) const {
    base::Locked given(state_->given);
    given.wait_for(state_->came, patience, [&] { return given->has_value(); });
    return *given;
  }

 private:
  struct State {
    base::Guarded<std::optional<T>> given;
    std::condition_variable came;
  };
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace muster::loop
