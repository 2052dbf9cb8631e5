// What a coroutine waits for when a callback brings it.
#pragma once

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace muster::loop {

// co_await Answer<Reply>([&](auto give) { ask(…, give); }): calls the function with a callback, and goes on with what that is
// given. Only the first call of the callback counts. A callback that outlives the coroutine does nothing. All on the loop's
// thread.
template <class T>
class [[nodiscard]] Answer {
 public:
  using Give = std::function<void(T)>;

  explicit Answer(std::function<void(Give)> ask) : ask_(std::move(ask)) {}
  ~Answer() {
    if (state_) state_->waiting = {};
  }
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  bool await_ready() const noexcept { return false; }
  // False, so that it goes on at once, when the answer was there before `ask_` returned.
  bool await_suspend(std::coroutine_handle<> waiting) {
    state_ = std::make_shared<State>();
    std::exchange(ask_, {})([state = state_](T value) {
      if (state->value) return;
      state->value.emplace(std::move(value));
      if (auto who = std::exchange(state->waiting, {})) who.resume();
    });
    if (state_->value) return false;
    state_->waiting = waiting;
    return true;
  }
  T await_resume() { return std::move(*state_->value); }

 private:
  struct State {
    std::optional<T> value;
    std::coroutine_handle<> waiting;  // empty: nobody waits yet, or any more
  };
  std::function<void(Give)> ask_;
  std::shared_ptr<State> state_;
};

}  // namespace muster::loop
