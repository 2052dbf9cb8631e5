#include "proto/transport/directory/loop_bus.hpp"

#include <utility>

#include "proto/base/log.hpp"

namespace muster::transport {

LoopSubscription::LoopSubscription(const LoopBus& on, const std::vector<std::string>& filters,
                                   Qos qos, Heard on_message, Answer answer)
    : executor_(on.executor) {
  state_->on_message = std::move(on_message);
  state_->answer = std::move(answer);
  const auto hear = [state = state_, post = on.post](Message message) {
    const bool posted = post([state, message = std::move(message)] {
      if (!state->ended) state->on_message(message);
    });
    if (!posted) log::error("the loop has too much to do; a message is lost");
  };
  auto asked = on.executor.run([&bus = on.bus, &executor = on.executor, filters, qos, hear,
                                state = state_]() -> loop::Executor::Then {
    auto answered =
        std::make_shared<Result<std::vector<Subscription>>>(bus.subscribe_all(filters, qos, hear));
    return [state, answered, &executor] { take(state, answered, executor); };
  });
  if (!asked)
    static_cast<void>(on.post([state = state_, why = std::move(asked)] {
      if (!state->ended) state->answer(why);
    }));
}

LoopSubscription::~LoopSubscription() {
  state_->ended = true;
  end(std::move(state_->held), executor_);
}

void LoopSubscription::take(const StatePtr& state, const Answered& answered,
                            loop::Executor& executor) {
  if (!*answered) {
    if (!state->ended) state->answer(fail(answered->error()));
    return;
  }
  if (state->ended) return end(std::move(**answered), executor);
  state->held = std::move(**answered);
  state->answer({});
}

void LoopSubscription::end(std::vector<Subscription> held, loop::Executor& executor) {
  if (held.empty()) return;
  const auto shared = std::make_shared<std::vector<Subscription>>(std::move(held));
  // Refused or dropped, they end where the last of it is let go.
  static_cast<void>(executor.run([shared]() -> loop::Executor::Then {
    shared->clear();
    return {};
  }));
}

}  // namespace muster::transport
