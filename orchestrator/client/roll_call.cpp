#include "orchestrator/client/roll_call.hpp"

#include <fmt/format.h>

#include <set>
#include <thread>

#include "orchestrator/client/control.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/host_name.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/roll_call.hpp"
#include "proto/security/role.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;

using WatcherAnswers = base::Guarded<std::vector<transport::Message>>;

// The watcher that the topic names, to this very call.
Result<OnDuty> read_answer(Link& link, const transport::Message& message, const std::string& call) {
  MUSTER_ASSIGN(auto opened,
                security::open(message.payload, envelope::Kind::roll_answer, link.operators()));
  if (opened.role != security::Role::broker || opened.signer != topics::last_level(message.topic))
    return fail(Errc::refused, fmt::format("{} is signed by {}, of the role {}", message.topic,
                                           base::quoted(opened.signer), name_of(opened.role)));
  MUSTER_ASSIGN(const auto wire, messages::RollAnswer::decode(opened.body));
  if (message.retained || wire.call != call)
    return fail(Errc::refused, "an answer to another roll call");
  if (wire.session.empty() || wire.session.size() > kRollSessionMaxBytes)
    return fail(Errc::refused, fmt::format("an answer whose session has {} bytes; 1 to {} may be",
                                           wire.session.size(), kRollSessionMaxBytes));
  return OnDuty{std::move(opened.signer), wire.host,   std::move(opened.certificate), true,
                wire.broker_roots,        wire.session};
}

std::vector<OnDuty> orchestrators_of(const std::vector<ControlAnswer>& answers) {
  std::vector<OnDuty> on_duty;
  for (const auto& answer : answers)
    if (answer.outcome == Outcome::ok && answer.certificate)
      on_duty.push_back(
          {answer.orchestrator, answer.data.value("host", std::string()), *answer.certificate});
  return on_duty;
}

}  // namespace

Result<std::vector<OnDuty>> call_roll(Link& link, std::chrono::milliseconds patience) {
  MUSTER_TRY(link.wait_trust());
  const auto answers = std::make_shared<WatcherAnswers>();
  MUSTER_ASSIGN(const auto heard, link.bus().subscribe(topics::roll_answer(link.collective(), "+"),
                                                       transport::Qos::at_least_once,
                                                       [answers](transport::Message message) {
                                                         const base::Locked messages(*answers);
                                                         if (messages->size() < kRollAnswersMax)
                                                           messages->push_back(std::move(message));
                                                       }));
  const auto call = base::random_id();
  MUSTER_ASSIGN(const auto told, ask_all_orchestrators(link, {.action = "roll_call",
                                                              .arguments = {{"call", call}},
                                                              .listen = patience}));
  auto on_duty = orchestrators_of(told);
  if (on_duty.empty()) return fail(Errc::refused, told.front().message);
  const base::Locked messages(*answers);
  std::set<std::string> seen;  // the broker may deliver one twice
  for (const auto& message : *messages) {
    if (!seen.insert(message.payload).second) continue;
    auto one = read_answer(link, message, call);
    if (one)
      on_duty.push_back(*std::move(one));
    else
      log::debug("an answer to a roll call is not believed", {{"why", one.error().message}});
  }
  return on_duty;
}

Status publish_roll_call(Link& link, const std::string& call) {
  messages::RollCall wire;
  wire.call = call;
  MUSTER_ASSIGN(auto sealed, link.signer().seal(envelope::Kind::roll_call, wire.encode()));
  return link.bus().publish(topics::roll_call(link.collective(), link.caller()), std::move(sealed),
                            {});
}

RollAnswerer::RollAnswerer(Link& link, std::string session, BrokerRoots broker_roots)
    : link_(link),
      session_(std::move(session)),
      broker_roots_(std::move(broker_roots)),
      rate_(link.clock(), kRollRate),
      worker_(std::make_shared<Worker<transport::Message>>(
          "roll call", kRollQueue, [this](const transport::Message& message) {
            if (const auto told = answer(message); !told)
              log::warning("a roll call is not answered", {{"why", told.error().message}});
          })) {}

RollAnswerer::~RollAnswerer() {
  heard_.end();
  worker_->stop();
}

Result<std::unique_ptr<RollAnswerer>> RollAnswerer::start(Link& link, std::string session,
                                                          BrokerRoots broker_roots) {
  std::unique_ptr<RollAnswerer> answerer(
      new RollAnswerer(link, std::move(session), std::move(broker_roots)));
  MUSTER_ASSIGN(
      answerer->heard_,
      link.bus().subscribe(topics::roll_call(link.collective(), "+"), transport::Qos::at_least_once,
                           [worker = answerer->worker_](transport::Message message) {
                             if (!message.retained) post_message(*worker, std::move(message));
                           }));
  return answerer;
}

Status RollAnswerer::answer(const transport::Message& message) {
  link_.catch_up();
  MUSTER_ASSIGN(const auto opened,
                security::open_from_orchestrator(message.payload, envelope::Kind::roll_call,
                                                 link_.operators()));
  MUSTER_ASSIGN(const auto call, messages::RollCall::decode(opened.body));
  if (call.call == last_call_ || !rate_.pass("")) return {};
  messages::RollAnswer wire;
  wire.call = call.call;
  wire.host = base::host_name();
  wire.session = session_;
  wire.broker_roots = broker_roots_();
  MUSTER_ASSIGN(auto sealed, link_.signer().seal(envelope::Kind::roll_answer, wire.encode()));
  MUSTER_TRY(link_.bus().publish(topics::roll_answer(link_.collective(), link_.caller()),
                                 std::move(sealed), {}));
  last_call_ = call.call;
  return {};
}

}  // namespace muster::client
