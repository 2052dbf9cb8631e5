#include "orchestrator/client/echoes.hpp"

#include <fmt/format.h>

namespace muster::client {

Echoes::Echoes(transport::Bus& bus, std::string topic, loop::Random& random)
    : bus_(bus), topic_(std::move(topic)), random_(random) {}

Status Echoes::subscribe_once() {
  const base::Locked heard(heard_);
  if (*heard) return {};
  const auto hear = [waiting = waiting_](const transport::Message& message) {
    std::function<void()> passed;
    {
      const base::Locked tokens(waiting->tokens);
      const auto found = tokens->find(message.payload);
      if (found == tokens->end()) return;
      passed = std::move(found->second);
      tokens->erase(found);
      waiting->arrived.notify_all();
    }
    if (passed) passed();
  };
  MUSTER_ASSIGN(*heard, bus_.subscribe(topic_, transport::Qos::at_least_once, hear));
  return {};
}

Status Echoes::send(const std::string& token, std::function<void()> passed) {
  MUSTER_TRY(subscribe_once());
  base::Locked(waiting_->tokens)->emplace(token, std::move(passed));
  // At least once, as the subscriptions it marks: brokers keep the order within a quality of
  // service only.
  auto sent = bus_.publish(topic_, token, {.qos = transport::Qos::at_least_once});
  if (sent) return sent;
  base::Locked(waiting_->tokens)->erase(token);
  return sent;
}

Status Echoes::wait(std::chrono::milliseconds patience) {
  const std::string token = random_.id();
  MUSTER_TRY(send(token, {}));
  base::Locked tokens(waiting_->tokens);
  if (tokens.wait_for(waiting_->arrived, patience, [&] { return !tokens->contains(token); }))
    return {};
  tokens->erase(token);
  return fail(Errc::timeout,
              fmt::format("the broker did not give back a message to ourselves on {} within {} ms; "
                          "does its access list let us publish there?",
                          topic_, patience.count()));
}

Status Echoes::mark(std::function<void()> passed) {
  return send(random_.id(), std::move(passed));
}

void Echoes::forget_marks() {
  const base::Locked tokens(waiting_->tokens);
  std::erase_if(*tokens, [](const auto& token) { return token.second != nullptr; });
}

}  // namespace muster::client
