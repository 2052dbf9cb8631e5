#include "orchestrator/client/control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/reply.hpp"
#include "orchestrator/client/request.hpp"
#include "proto/base/bounded_queue.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;
using Steady = std::chrono::steady_clock;

// One question, and the answers to it. The session is its own, so that no other reader of ours
// hears them.
class ControlInquiry {
 public:
  ControlInquiry(Link& link, const ControlRequest& asked)
      : link_(link),
        asked_(asked),
        prefix_(topics::reply_prefix(link.collective(), link.caller(), base::random_id())) {}
  ~ControlInquiry() = default;
  ControlInquiry(const ControlInquiry&) = delete;
  ControlInquiry& operator=(const ControlInquiry&) = delete;

  Status send() {
    MUSTER_ASSIGN(heard_,
                  link_.bus().subscribe(prefix_ + "/+", transport::Qos::at_least_once,
                                        [answers = answers_](transport::Message message) {
                                          static_cast<void>(answers->try_push(std::move(message)));
                                        }));
    MUSTER_ASSIGN(auto sealed, seal());
    const auto topic =
        asked_.orchestrator.empty()
            ? topics::control_request(link_.collective(), link_.caller())
            : topics::control_request_to(link_.collective(), asked_.orchestrator, link_.caller());
    return link_.bus().publish(topic, std::move(sealed),
                               {.expiry_s = static_cast<std::uint32_t>(kControlTtl.count())});
  }

  Result<std::vector<ControlAnswer>> all() {
    auto deadline = Steady::now() + asked_.timeout;
    std::vector<ControlAnswer> heard;
    while (const auto message = answers_->pop_for(left(deadline))) {
      auto answer = believed(*message);
      if (!answer) continue;
      if (heard.empty()) deadline = std::min(deadline, Steady::now() + asked_.listen);
      heard.push_back(*std::move(answer));
      if (asked_.enough && asked_.enough(heard)) break;
    }
    if (heard.empty()) return fail(nobody_answered());
    return heard;
  }

  Result<ControlAnswer> best() {
    auto deadline = Steady::now() + asked_.timeout;
    std::optional<ControlAnswer> refusal;
    while (const auto message = answers_->pop_for(left(deadline))) {
      auto answer = believed(*message);
      if (!answer) continue;
      if (answer->outcome == Outcome::ok || !asked_.orchestrator.empty()) return *answer;
      if (refusal) continue;
      refusal = *std::move(answer);
      deadline = std::min(deadline, Steady::now() + kControlSecondOpinion);
    }
    if (refusal) return *std::move(refusal);
    return fail(nobody_answered());
  }

 private:
  static std::chrono::milliseconds left(Steady::time_point deadline) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Steady::now());
    return std::max(left, std::chrono::milliseconds(0));
  }

  Result<std::string> seal() {
    messages::Request wire;
    id_ = base::random_id();
    wire.id = id_;
    wire.collective = link_.collective();
    wire.agent = "orchestrator";
    wire.action = asked_.action;
    wire.caller = link_.caller();
    wire.sent_at_ms = link_.clock().unix_ms();
    wire.ttl_s = static_cast<std::uint32_t>(kControlTtl.count());
    if (!asked_.orchestrator.empty()) wire.targets.push_back(asked_.orchestrator);
    wire.arguments = asked_.arguments;
    wire.confirmed = asked_.confirmed;
    wire.reply_to = prefix_;
    attach(asked_.approved, wire);
    MUSTER_ASSIGN(auto body, wire.encode());
    return link_.signer().seal(envelope::Kind::control_request, std::move(body));
  }

  // Nothing for one that does not verify: it is counted.
  std::optional<ControlAnswer> believed(const transport::Message& message) {
    auto answer = read(message);
    if (answer) return *std::move(answer);
    ++unverified_;
    last_unverified_ = answer.error().message;
    return std::nullopt;
  }

  Result<ControlAnswer> read(const transport::Message& message) const {
    link_.catch_up();
    MUSTER_ASSIGN(auto opened,
                  security::open_from_orchestrator(message.payload, envelope::Kind::control_reply,
                                                   link_.operators()));
    MUSTER_ASSIGN(auto answer, read_reply_body(opened.body));
    if (opened.signer != topics::last_level(message.topic) ||
        opened.signer != answer.result.identity)
      return fail(Errc::refused,
                  fmt::format("{} is signed by {}, in the name of {}", message.topic,
                              base::quoted(opened.signer), base::quoted(answer.result.identity)));
    if (answer.request_id != id_ || answer.action != asked_.action)
      return fail(Errc::refused, "an answer to another request");
    auto& result = answer.result;
    return ControlAnswer{
        std::move(result.identity), result.outcome,         result.status,
        std::move(result.message),  std::move(result.data), std::move(opened.certificate)};
  }

  Error nobody_answered() const {
    const auto who = asked_.orchestrator.empty() ? std::string("no orchestrator")
                                                 : "the orchestrator " + asked_.orchestrator;
    const auto waited =
        fmt::format("{} answered in the collective '{}' within {} s",
                    asked_.orchestrator.empty() ? who : who + " has not", link_.collective(),
                    std::chrono::duration_cast<std::chrono::seconds>(asked_.timeout).count());
    if (unverified_ > 0)
      return {Errc::refused, fmt::format("{}; {} answers did not verify, the last: {}", waited,
                                         unverified_, last_unverified_)};
    return {Errc::timeout,
            waited +
                ". Is muster-orchestrator running, and do the broker's access lists come from "
                "this version of `muster broker config`?"};
  }

  using Answers = base::BoundedQueue<transport::Message>;
  Link& link_;
  const ControlRequest& asked_;
  const std::string prefix_;
  std::string id_;
  // The bus's handler shares it, as it lives as long as the bus.
  const std::shared_ptr<Answers> answers_ = std::make_shared<Answers>(kControlAnswersMax);
  std::size_t unverified_ = 0;
  transport::Subscription heard_;
  std::string last_unverified_;
};

}  // namespace

Result<ControlAnswer> ask_orchestrators(Link& link, const ControlRequest& request) {
  if (!request.orchestrator.empty()) MUSTER_TRY(base::check_caller(request.orchestrator));
  ControlInquiry inquiry(link, request);
  MUSTER_TRY(inquiry.send());
  return inquiry.best();
}

Result<std::vector<ControlAnswer>> ask_all_orchestrators(Link& link,
                                                         const ControlRequest& request) {
  ControlInquiry inquiry(link, request);
  MUSTER_TRY(inquiry.send());
  return inquiry.all();
}

}  // namespace muster::client
