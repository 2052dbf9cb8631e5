// A story that waits: a coroutine that reads from top to bottom and needs no thread of its own.
//
//   Task<Status> provision(World& world) {
//     const auto granted = co_await world.call(…);
//     if (!granted) co_return fail(granted.error());
//     …
//   }
//
// It begins when it is awaited, or given to start(). Destroying it before its end destroys its frame and those that it
// waits for, so that what they hold is let go: that is how a run is abandoned.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

namespace muster::loop {

namespace detail {

struct Ending {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
    auto& promise = ended.promise();
    if (promise.waiting) return promise.waiting;
    const auto on_end = std::move(promise.on_end);
    if (on_end) on_end();  // may destroy this frame: nothing of it is used below
    return std::noop_coroutine();
  }
  void await_resume() const noexcept {}
};

struct PromiseBase {
  std::coroutine_handle<> waiting;  // who awaits the task
  std::function<void()> on_end;     // of one that was started instead
  std::exception_ptr thrown;

  std::suspend_always initial_suspend() const noexcept { return {}; }
  Ending final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { thrown = std::current_exception(); }
};

}  // namespace detail

// Movable; owns the coroutine. On the loop's thread.
template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type : detail::PromiseBase {
    std::optional<T> value;
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    template <class Value>
    void return_value(Value&& given) {
      value.emplace(std::forward<Value>(given));
    }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;  // of nothing
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      drop();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() { drop(); }

  // Runs until it waits for the first time. `on_end` is called once, when it has ended: then take() has its result. It may
  // destroy the task.
  void start(std::function<void()> on_end) {
    handle_.promise().on_end = std::move(on_end);
    handle_.resume();
  }
  bool ended() const { return handle_ && handle_.done(); }
  // Of an ended one, once. Throws what the coroutine threw.
  T take() {
    auto& promise = handle_.promise();
    if (promise.thrown) std::rethrow_exception(promise.thrown);
    return std::move(*promise.value);
  }

  // co_await: the task begins, and who awaits goes on with its result.
  bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) noexcept {
    handle_.promise().waiting = waiting;
    return handle_;
  }
  T await_resume() { return take(); }

 private:
  explicit Task(Handle handle) : handle_(handle) {}
  void drop() {
    if (handle_) std::exchange(handle_, {}).destroy();
  }

  Handle handle_;
};

}  // namespace muster::loop
