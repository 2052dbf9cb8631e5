// A bus as a loop uses it: what it tells comes on the loop, and the loop waits for none of its answers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proto/loop/executor.hpp"
#include "proto/transport/bus.hpp"

namespace muster::transport {

struct LoopBus {
  Bus& bus;
  // Runs a task on the loop, from any thread; false when it is full.
  std::function<bool(std::function<void()>)> post;
  loop::Executor& executor;  // waits for the broker's answers
};

// A subscription that is made and ended beside the loop. On the loop's thread; once it is gone, nothing of it is heard.
class LoopSubscription {
 public:
  using Heard = std::function<void(const Message&)>;
  using Answer = std::function<void(const Status&)>;

  // `on_message` may be called before `answer`. What `on` refers to must outlive it.
  LoopSubscription(const LoopBus& on, const std::vector<std::string>& filters, Qos qos,
                   Heard on_message, Answer answer);
  ~LoopSubscription();
  LoopSubscription(const LoopSubscription&) = delete;
  LoopSubscription& operator=(const LoopSubscription&) = delete;

 private:
  struct State {
    bool ended = false;  // on the loop
    Heard on_message;
    Answer answer;
    std::vector<Subscription> held;
  };
  using StatePtr = std::shared_ptr<State>;
  using Answered = std::shared_ptr<Result<std::vector<Subscription>>>;

  static void take(const StatePtr& state, const Answered& answered, loop::Executor& executor);
  static void end(std::vector<Subscription> held, loop::Executor& executor);

  loop::Executor& executor_;
  const StatePtr state_ = std::make_shared<State>();
};

}  // namespace muster::transport
