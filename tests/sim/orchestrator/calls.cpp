#include "tests/sim/orchestrator/calls.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/client/reply.hpp"
#include "proto/loop/attempt.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;
using client::CallResult;

namespace {

constexpr std::uint32_t kTtlS = 60;

}  // namespace

// In the coroutine's frame: a call that is dropped is known no more.
struct Calls::Asking {
  Asking(Calls& all, std::string request_id, loop::Wait::Stops stops)
      : calls(all), id(std::move(request_id)), wait(all.waits_, stops) {
    calls.under_way_[id] = this;
  }
  ~Asking() { calls.under_way_.erase(id); }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  void take(client::NodeResult result) {
    const auto identity = result.identity;
    if (!results.emplace(identity, std::move(result)).second) return;
    if (awaited.erase(identity) > 0 && awaited.empty()) wait.tell();
  }
  CallResult end() {
    CallResult all;
    all.request_id = id;
    for (const auto& identity : awaited) results[identity].identity = identity;  // silent
    for (auto& [identity, result] : results) all.results.push_back(std::move(result));
    return all;
  }

  Calls& calls;
  const std::string id;
  loop::Wait wait;
  std::optional<client::JoinAddress> join;
  std::set<std::string> awaited;
  std::map<std::string, client::NodeResult> results;
};

Calls::Calls(BusMember& bus, loop::Waits& waits, bool joining) : bus_(bus), waits_(waits) {
  bus.listen(topics::reply_prefix(bus.site().collective, bus.name(), bus.session()) + "/+",
             [this](const transport::Message& message) { hear_reply(message); });
  if (joining)
    bus.listen(topics::join_up("+"),
               [this](const transport::Message& message) { hear_join_reply(message); });
}

Result<std::string> Calls::sealed(const std::string& id, const std::vector<std::string>& targets,
                                  const provision::Question& question) const {
  messages::Request wire;
  wire.id = id;
  wire.collective = bus_.site().collective;
  wire.agent = question.agent;
  wire.action = question.action;
  wire.caller = bus_.name();
  wire.sent_at_ms = bus_.clock().unix_ms();
  wire.ttl_s = kTtlS;
  wire.targets = targets;
  if (!question.arguments.is_null()) wire.arguments = question.arguments;
  wire.reply_to = topics::reply_prefix(wire.collective, bus_.name(), bus_.session());
  MUSTER_ASSIGN(auto body, wire.encode());
  return bus_.sealer().seal(envelope::Kind::request, std::move(body));
}

loop::Task<Result<CallResult>> Calls::send(std::vector<std::string> topics,
                                           std::vector<std::string> expected, bool direct,
                                           std::optional<client::JoinAddress> join,
                                           provision::Question question) {
  const auto stops = question.in_leaving ? loop::Wait::Stops::no : loop::Wait::Stops::yes;
  Asking asking(*this, bus_.around().loop.id(), stops);
  asking.join = std::move(join);
  asking.awaited.insert(expected.begin(), expected.end());
  MUSTER_CO_ASSIGN(const auto payload,
                   sealed(asking.id, direct ? expected : std::vector<std::string>(), question));
  for (const auto& topic : topics) MUSTER_CO_TRY(bus_.publish(topic, payload, {.expiry_s = kTtlS}));
  if (!asking.awaited.empty()) co_await asking.wait.until(question.timeout);
  co_return asking.end();
}

loop::Task<Result<CallResult>> Calls::ask(std::vector<std::string> identities,
                                          std::optional<client::JoinAddress> join,
                                          provision::Question question) {
  std::vector<std::string> where;
  if (join) where.push_back(topics::join_down(join->client_id));
  if (!join)
    for (const auto& identity : identities)
      where.push_back(topics::request_to_node(bus_.site().collective, identity, bus_.name()));
  return send(std::move(where), std::move(identities), true, std::move(join), std::move(question));
}

loop::Task<Result<CallResult>> Calls::ask_all(std::vector<std::string> expected,
                                              provision::Question question) {
  auto where = topics::request_to_agent(bus_.site().collective, question.agent, bus_.name());
  return send({std::move(where)}, std::move(expected), false, std::nullopt, std::move(question));
}

loop::Task<std::vector<Result<Value>>> Calls::ask_each(std::vector<std::string> identities,
                                                       std::optional<client::JoinAddress> join,
                                                       provision::Question question) {
  if (identities.empty()) co_return std::vector<Result<Value>>();
  const auto patience = question.timeout;
  const auto what = fmt::format("{}#{}", question.agent, question.action);
  const bool leaving = question.in_leaving;
  auto asked = ask(identities, std::move(join), std::move(question));
  const auto result = co_await asked;
  if (waits_.stopping() && !leaving)
    co_return std::vector<Result<Value>>(
        identities.size(), Result<Value>(fail(Errc::unavailable, "the orchestrator is stopping")));
  if (!result)
    co_return std::vector<Result<Value>>(identities.size(), Result<Value>(fail(result.error())));
  co_return client::Caller::values_of(identities, *result, what, patience);
}

void Calls::hear_reply(const transport::Message& message) {
  const auto opened = security::open(message.payload, envelope::Kind::reply, bus_.nodes());
  if (!opened) return;
  auto answer = client::read_reply_body(opened->body);
  if (!answer || answer->result.identity != opened->signer) return;
  const auto found = under_way_.find(answer->request_id);
  if (found != under_way_.end() && !found->second->join)
    found->second->take(std::move(answer->result));
}

void Calls::hear_join_reply(const transport::Message& message) {
  const auto client_id = topics::level(message.topic, 3).value_or("");
  for (const auto& [id, asking] : under_way_) {
    if (!asking->join || asking->join->client_id != client_id) continue;
    auto answer =
        client::read_join_reply(message.payload, asking->join->public_key, bus_.operators());
    if (answer && answer->request_id == id) return asking->take(std::move(answer->result));
  }
}

}  // namespace muster::sim
