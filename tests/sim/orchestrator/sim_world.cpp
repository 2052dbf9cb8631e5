#include "tests/sim/orchestrator/sim_world.hpp"

#include "orchestrator/client/reply_fields.hpp"
#include "proto/messages/event.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;

SimWorld::SimWorld(BusMember& bus, Presences& presences, Calls& calls, SimMasters& masters,
                   loop::Waits& waits, Notify notify)
    : bus_(bus),
      presences_(presences),
      calls_(calls),
      masters_(masters),
      waits_(waits),
      notify_(std::move(notify)),
      members_(waits),
      jobs_(waits) {
  bus.listen(topics::event(bus.site().collective, "job", "+"),
             [this](const transport::Message& message) { hear_event(message); });
}

void SimWorld::hear_event(const transport::Message& message) {
  const auto opened = security::open(message.payload, envelope::Kind::event, bus_.nodes());
  if (!opened) return;
  const auto event = messages::Event::decode(opened->body);
  if (!event) return;
  const auto name = opened->signer + "/" + client::text_at(event->data, "job");
  ended_.insert(name);
  jobs_.ring(name);
}

loop::Task<Result<Value>> SimWorld::call(std::string identity,
                                         std::optional<client::JoinAddress> join,
                                         provision::Question question) {
  auto asked = calls_.ask_each({std::move(identity)}, std::move(join), std::move(question));
  auto replies = co_await asked;
  co_return std::move(replies.front());
}

loop::Task<std::vector<Result<Value>>> SimWorld::call_masters(std::vector<std::string> identities,
                                                              provision::Question question) {
  return calls_.ask_each(std::move(identities), std::nullopt, std::move(question));
}

loop::Task<Status> SimWorld::owe_clean(std::string master, std::string certname) {
  bus_.around().trace.line(bus_.name(), master + " owes a clean of " + certname);
  co_return Status{};
}

std::string SimWorld::member_ca(const std::string& identity) {
  const auto* member = presences_.find(identity);
  return member == nullptr ? "" : member->ca_fingerprint;
}

loop::Task<Status> SimWorld::wait_member(std::string identity, std::chrono::milliseconds timeout) {
  const auto& clock = bus_.clock();
  const auto until = clock.steady() + timeout;
  for (auto now = clock.steady(); now < until; now = clock.steady()) {
    if (presences_.find(identity) != nullptr) co_return Status{};
    auto came = members_.heard(identity, std::chrono::ceil<std::chrono::milliseconds>(until - now));
    const auto woken = co_await came;
    if (woken == loop::Woken::stopped)
      co_return fail(Errc::unavailable, "the orchestrator is stopping");
  }
  co_return fail(Errc::timeout, identity + " did not come back with its certificate");
}

loop::Task<bool> SimWorld::wait_job(std::string identity, std::string job,
                                    std::chrono::milliseconds patience) {
  const auto name = identity + "/" + job;
  bool stopped = waits_.stopping();
  if (!stopped && !ended_.contains(name)) {
    auto ended = jobs_.heard(name, patience);
    stopped = co_await ended == loop::Woken::stopped;
  }
  ended_.erase(name);
  co_return !stopped;
}

loop::Task<bool> SimWorld::sleep(std::chrono::milliseconds time) {
  loop::Wait wait(waits_);
  co_return co_await wait.until(time) != loop::Woken::stopped;
}

loop::Task<Status> SimWorld::notify(client::Record record) {
  notify_(record);
  co_return Status{};
}

}  // namespace muster::sim
