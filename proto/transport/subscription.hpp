// A subscription lasts for as long as somebody holds it.
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "proto/base/result.hpp"

namespace muster::transport {

struct Message;

// The handler of one subscription. Thread-safe. For buses.
class Taker {
 public:
  explicit Taker(std::function<void(Message)> handler) : handler_(std::move(handler)) {}
  // Calls the handler, unless end() was called.
  void take(const Message& message);
  // Once it returns, the handler runs on no other thread, and is not called again.
  void end();

 private:
  std::recursive_mutex running_;  // held while the handler runs, which may end its own subscription
  bool ended_ = false;
  const std::function<void(Message)> handler_;
};

// What Bus::subscribe() gives. When it goes, or is given another, its handler runs on no other thread and is not called
// again, and the broker is told unless somebody else of this client wants the same topics. May outlive the bus. Not
// thread-safe. To be ended on no bus's thread: the broker's answer is waited for.
class [[nodiscard]] Subscription {
 public:
  Subscription() = default;  // of nothing
  Subscription(std::shared_ptr<Taker> taker, std::function<void()> leave)
      : taker_(std::move(taker)), leave_(std::move(leave)) {}
  Subscription(Subscription&& other) noexcept;
  Subscription& operator=(Subscription&& other) noexcept;
  ~Subscription() { end(); }

  void end();
  explicit operator bool() const { return taker_ != nullptr; }

 private:
  std::shared_ptr<Taker> taker_;
  std::function<void()> leave_;
};

}  // namespace muster::transport

namespace muster::base {
template <>
inline constexpr bool kEndsWhenDropped<transport::Subscription> = true;
}  // namespace muster::base
