#include "orchestrator/client/registry_query.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/registration.hpp"
#include "proto/base/bounded_queue.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/filter/filter.hpp"
#include "proto/messages/registry.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;
using Clock = std::chrono::steady_clock;
using Answers = base::BoundedQueue<transport::Message>;

constexpr std::uint32_t kTtlS = 60;

std::chrono::milliseconds left_until(Clock::time_point deadline) {
  return std::max(std::chrono::milliseconds(0),
                  std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()));
}

// One question, with a reply topic of its own.
class Inquiry {
 public:
  Inquiry(Link& link, const filter::Filter& filter, const RegistryQuestion& question)
      : link_(link),
        filter_(filter),
        question_(question),
        prefix_(topics::reply_prefix(link.collective(), link.caller(),
                                     link.session() + "-registry-" + base::random_id())) {}
  ~Inquiry() = default;
  Inquiry(const Inquiry&) = delete;
  Inquiry& operator=(const Inquiry&) = delete;

  Status listen() {
    MUSTER_ASSIGN(heard_,
                  link_.bus().subscribe(prefix_ + "/+", transport::Qos::at_least_once,
                                        [answers = answers_](transport::Message message) {
                                          // More orchestrators than that: others have answered.
                                          static_cast<void>(answers->try_push(std::move(message)));
                                        }));
    return {};
  }

  // The first answer of an orchestrator that has heard every node, else the one that knows most.
  Result<messages::RegistryReply> first_page() {
    MUSTER_TRY(send("", ""));
    auto deadline = Clock::now() + question_.timeout;
    std::optional<messages::RegistryReply> best;
    while (auto reply = next(deadline)) {
      if (reply->status == 0 && reply->heard_all) return std::move(*reply);
      if (better(*reply, best)) best = std::move(*reply);
      deadline = std::min(
          deadline, Clock::now() + (question_.online ? kSnapshotSecondOpinion : kHeardAllPatience));
    }
    if (!best) return fail(nobody_answered("no orchestrator"));
    if (best->status != 0) return fail(refusal(*best));
    return std::move(*best);
  }

  Result<messages::RegistryReply> page(const std::string& orchestrator, const std::string& after) {
    MUSTER_TRY(send(orchestrator, after));
    const auto deadline = Clock::now() + question_.timeout;
    while (auto reply = next(deadline)) {
      if (reply->orchestrator != orchestrator) continue;
      if (reply->status != 0) return fail(refusal(*reply));
      return std::move(*reply);
    }
    return fail(nobody_answered("the orchestrator " + orchestrator));
  }

  std::size_t unverified() const { return unverified_; }
  const std::string& last_unverified() const { return last_unverified_; }

 private:
  static bool better(const messages::RegistryReply& reply,
                     const std::optional<messages::RegistryReply>& best) {
    if (!best || (best->status != 0) != (reply.status != 0)) return !best || reply.status == 0;
    return reply.known > best->known;
  }

  Status send(const std::string& orchestrator, const std::string& after) {
    request_id_ = base::random_id();
    messages::RegistryRequest wire;
    wire.id = request_id_;
    wire.collective = link_.collective();
    wire.caller = link_.caller();
    wire.sent_at_ms = link_.clock().unix_ms();
    wire.ttl_s = kTtlS;
    wire.filter = filter_.text();
    wire.reply_to = prefix_;
    wire.orchestrator = orchestrator;
    wire.after = after;
    wire.max_age_s = static_cast<std::uint32_t>(question_.max_age.count());
    wire.with_content = question_.with_content;
    wire.confirmed = question_.confirmed;
    wire.online = question_.online;
    MUSTER_ASSIGN(auto sealed,
                  link_.signer().seal(envelope::Kind::registry_request, wire.encode()));
    transport::PublishOptions options{.expiry_s = kTtlS};
    // Presence is the faster way then; whoever asks for registrations waits for an orchestrator that may be on its way.
    if (question_.online) options.on_nobody = [answers = answers_] { answers->close(); };
    return link_.bus().publish(topics::registry_request(link_.collective(), link_.caller()),
                               std::move(sealed), std::move(options));
  }

  std::optional<messages::RegistryReply> next(Clock::time_point deadline) {
    while (const auto message = answers_->pop_for(left_until(deadline))) {
      auto reply = read(*message);
      if (reply && reply->request_id != request_id_) continue;  // a late one, to the page before
      if (reply) return std::move(*reply);
      ++unverified_;
      last_unverified_ = reply.error().message;
    }
    return std::nullopt;
  }

  Result<messages::RegistryReply> read(const transport::Message& message) const {
    link_.catch_up();
    MUSTER_ASSIGN(const auto opened,
                  security::open_from_orchestrator(message.payload, envelope::Kind::registry_reply,
                                                   link_.operators()));
    MUSTER_ASSIGN(auto reply, messages::RegistryReply::decode(opened.body));
    if (opened.signer != topics::last_level(message.topic) || opened.signer != reply.orchestrator)
      return fail(Errc::refused,
                  fmt::format("{} is signed by {}, in the name of {}", message.topic,
                              base::quoted(opened.signer), base::quoted(reply.orchestrator)));
    return reply;
  }

  static Error refusal(const messages::RegistryReply& reply) {
    return {reply.status == 4 ? Errc::invalid_data : Errc::aborted,
            fmt::format("the registry of {}: {}", reply.orchestrator, reply.message)};
  }

  Error nobody_answered(const std::string& who) const {
    const auto waited = fmt::format("{} answered in the collective '{}' within {} ms", who,
                                    link_.collective(), question_.timeout.count());
    if (unverified_ > 0)
      return {Errc::refused, fmt::format("{}; {} answers did not verify, the last: {}", waited,
                                         unverified_, last_unverified_)};
    if (answers_->closed())
      return {Errc::timeout, "the broker says that no orchestrator hears such questions"};
    return {Errc::timeout,
            waited +
                ". Is muster-orchestrator running, does its 'registry' serve this collective, "
                "and do the broker's access lists come from this version of `muster broker "
                "config`?"};
  }

  Link& link_;
  const filter::Filter& filter_;
  const RegistryQuestion& question_;
  const std::string prefix_;
  const std::shared_ptr<Answers> answers_ = std::make_shared<Answers>(kRegistryAnswersMax);
  transport::Subscription heard_;
  std::string request_id_;
  std::size_t unverified_ = 0;
  std::string last_unverified_;
};

// Each page goes on behind the one before: an orchestrator must not make us ask for ever.
Status append(const messages::RegistryReply& page, std::string& after, RegistryAnswer& answer) {
  for (const auto& entry : page.entries) {
    MUSTER_TRY(base::check_identity(entry.identity));
    if (entry.identity <= after)
      return fail(Errc::invalid_data, fmt::format("the registry of {} gave {} after {}",
                                                  answer.orchestrator, entry.identity, after));
    after = entry.identity;
    if (entry.undecided) {
      answer.undecided.push_back(entry.identity);
      continue;
    }
    RegistryNode node;
    node.identity = entry.identity;
    node.registered = entry.seen_at_ms > 0;
    if (node.registered)
      node.age =
          std::chrono::milliseconds(std::max<std::int64_t>(0, page.sent_at_ms - entry.seen_at_ms));
    answer.oldest = std::max(answer.oldest, node.age);
    if (!entry.content.empty()) {
      MUSTER_ASSIGN(auto sent, messages::Registration::decode(entry.content));
      MUSTER_ASSIGN(auto content, registered_from(std::move(sent)));
      node.content = std::move(content.node);
    }
    answer.nodes.push_back(std::move(node));
  }
  return {};
}

}  // namespace

Result<RegistryAnswer> ask_registry(Link& link, const filter::Filter& filter,
                                    const RegistryQuestion& question) {
  const auto start = Clock::now();
  Inquiry inquiry(link, filter, question);
  MUSTER_TRY(inquiry.listen());
  MUSTER_ASSIGN(auto page, inquiry.first_page());
  RegistryAnswer answer;
  answer.orchestrator = page.orchestrator;
  answer.known = page.known;
  answer.heard_all = page.heard_all;
  std::string after;
  MUSTER_TRY(append(page, after, answer));
  for (std::size_t pages = 1; page.more && page.entries.size() > 0; ++pages) {
    if (pages == kRegistryPagesMax)
      return fail(Errc::limit, fmt::format("the registry of {} answered with more than {} pages",
                                           answer.orchestrator, kRegistryPagesMax));
    MUSTER_ASSIGN(page, inquiry.page(answer.orchestrator, after));
    MUSTER_TRY(append(page, after, answer));
  }
  answer.unverified = inquiry.unverified();
  answer.last_unverified = inquiry.last_unverified();
  answer.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
  return answer;
}

Result<RegistryAnswer> ask_registry(Link& link, const filter::Filter& filter,
                                    std::chrono::milliseconds timeout) {
  return ask_registry(link, filter, RegistryQuestion{.timeout = timeout});
}

}  // namespace muster::client
