#include "node-agent/daemon/member_session.hpp"

#include <fmt/format.h>

#include <set>

#include "node-agent/daemon/bus_options.hpp"
#include "node-agent/dispatch/reply.hpp"
#include "node-agent/presence/presence.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/log.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/event.hpp"
#include "proto/messages/presence.hpp"
#include "proto/messages/request.hpp"
#include "proto/request/signed_request.hpp"
#include "proto/security/client_id.hpp"
#include "proto/security/root_statement.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {
namespace {

namespace topics = transport::topics;

constexpr std::uint32_t kRegistrationExpiryS = 600;  // for a registry whose link is lost

}  // namespace

Result<security::Signer> node_signer(const plugins::PuppetPaths& puppet,
                                     const std::string& identity, std::int64_t now_ms) {
  const auto cert_file = puppet.certificate_of(identity);
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_file(cert_file));
  MUSTER_ASSIGN(auto key, x509::Key::private_from_file(puppet.private_key_of(identity),
                                                       puppet.private_key_guard()));
  if (certificate.common_name() != identity)
    return fail(Errc::config, fmt::format("{} is for '{}', not for this node", cert_file.string(),
                                          certificate.common_name()));
  if (certificate.not_after_ms() < now_ms)
    return fail(Errc::expired, fmt::format("{} has expired on {}", cert_file.string(),
                                           base::iso8601(certificate.not_after_ms())));
  return security::Signer::with_certificate(std::move(key), {std::move(certificate)});
}

MemberSession::MemberSession(std::unique_ptr<transport::Bus> link,
                             std::vector<std::string> collectives, std::string identity,
                             security::Signer signer, Dispatcher& dispatcher,
                             const base::Clock& clock)
    : collectives_(std::move(collectives)),
      identity_(std::move(identity)),
      signer_(std::make_shared<const security::Signer>(std::move(signer))),
      bus_(std::move(link)),
      clock_(clock),
      dispatcher_(dispatcher) {}

Result<std::unique_ptr<MemberSession>> MemberSession::open(
    const AgentConfig& config, const BusSettings& bus, const std::string& identity,
    Signals& signals, Dispatcher& dispatcher, RevocationWatch& revocations,
    const std::vector<std::string>& agents, const base::Clock& clock) {
  // TLS judges by the machine's own clock.
  MUSTER_ASSIGN(auto signer, node_signer(config.puppet, identity, base::SystemClock().unix_ms()));
  MUSTER_ASSIGN(auto client_id, security::client_id(signer.key(), "member " + identity));
  MUSTER_ASSIGN(auto link,
                transport::mqtt::connect(
                    member_options(config, bus, identity, std::move(client_id)), tell(signals)));
  Hearers hearers;
  hearers.on_own_presence = [&signals] {
    (void)signals.try_push({Signal::Kind::own_presence, ""});
  };
  // Retained: what a full queue drops comes again with the next connection.
  hearers.on_root_statement = [&signals](std::string message) {
    (void)signals.try_push({Signal::Kind::root_statement, std::move(message)});
  };
  return over(std::move(link), bus.collectives, identity, std::move(signer), dispatcher,
              revocations, agents, clock, std::move(hearers));
}

Result<std::unique_ptr<MemberSession>> MemberSession::over(
    std::unique_ptr<transport::Bus> link, std::vector<std::string> collectives,
    std::string identity, security::Signer signer, Dispatcher& dispatcher,
    RevocationWatch& revocations, const std::vector<std::string>& agents, const base::Clock& clock,
    Hearers hearers) {
  std::unique_ptr<MemberSession> session(new MemberSession(std::move(link), std::move(collectives),
                                                           std::move(identity), std::move(signer),
                                                           dispatcher, clock));
  MUSTER_TRY(session->hear_revocations(revocations));
  if (hearers.on_root_statement)
    MUSTER_TRY(session->hear_roots(std::move(hearers.on_root_statement)));
  // The broker answers in order: once it has answered this, all lists that it retains have been heard.
  MUSTER_TRY(session->hear_own_presence(std::move(hearers.on_own_presence)));
  if (!revocations.drain(kListsPatience))
    return fail(Errc::timeout, "the revocation lists of the bus were not verified in time");
  MUSTER_TRY(session->subscribe(agents));
  return session;
}

Status MemberSession::subscribe(const std::vector<std::string>& agents) {
  auto channel = std::make_shared<Channel>();
  channel->signer = signer_;
  // Weak: a reply that comes after the session is gone has nowhere to go.
  channel->reply = [bus = std::weak_ptr(bus_), identity = identity_](
                       const messages::Request& request, std::string sealed) {
    const auto topic = request::reply_topic(request, identity);
    if (!topic)
      return log::warning("a request wants its reply where none may go",
                          {{"request", request.id}, {"why", topic.error().message}});
    const auto link = bus.lock();
    if (topic->empty() || link == nullptr) return;
    transport::PublishOptions options;
    options.expiry_s = request.ttl_s;
    options.keep = true;  // the action has been done: its caller shall hear of it
    if (request.agent == "rpcutil") options.qos = transport::Qos::at_most_once;
    if (auto sent = link->publish(*topic, std::move(sealed), options); !sent)
      log::warning("cannot send a reply", {{"request", request.id}, {"why", sent.error().message}});
  };
  channel_ = std::move(channel);
  for (const auto& agent : agents) {
    MUSTER_ASSIGN(agents_[agent], subscribe_to_agent(agent));
  }
  return hear_in_each(
      [this](const auto& collective) {
        return topics::request_to_node(collective, identity_, topics::kEveryCaller);
      },
      hand_over(true));
}

Result<MemberSession::Subscriptions> MemberSession::subscribe_in_each(
    const std::function<std::string(const std::string& collective)>& topic,
    const transport::Bus::MessageHandler& handler) {
  std::vector<std::string> filters;
  for (const auto& collective : collectives_) filters.push_back(topic(collective));
  return bus_->subscribe_all(filters, transport::Qos::at_least_once, handler);
}

Status MemberSession::hear_in_each(
    const std::function<std::string(const std::string& collective)>& topic,
    const transport::Bus::MessageHandler& handler) {
  MUSTER_ASSIGN(auto heard, subscribe_in_each(topic, handler));
  std::move(heard.begin(), heard.end(), std::back_inserter(own_));
  return {};
}

// In the main collective, whose orchestrators tell it.
Status MemberSession::hear_roots(std::function<void(std::string)> on_root_statement) {
  MUSTER_ASSIGN(
      auto heard,
      bus_->subscribe(
          topics::root_statement(collectives_.front(), "+", "+"), transport::Qos::at_least_once,
          [on_root_statement = std::move(on_root_statement)](transport::Message message) {
            if (message.payload.size() <= security::kRootStatementMaxBytes)
              on_root_statement(std::move(message.payload));
          }));
  own_.push_back(std::move(heard));
  return {};
}

Status MemberSession::hear_revocations(RevocationWatch& revocations) {
  return hear_in_each(
      [](const auto& collective) { return topics::revocations(collective, "+"); },
      [&revocations](transport::Message message) { revocations.hear(std::move(message)); });
}

Status MemberSession::hear_own_presence(std::function<void()> on_own_presence) {
  return hear_in_each(
      [this](const auto& collective) { return topics::presence(collective, identity_); },
      [own = own_presence_,
       on_own_presence = std::move(on_own_presence)](const transport::Message& message) {
        if (own->hear(message) && on_own_presence) on_own_presence();
      });
}

std::optional<OtherPresence> MemberSession::restore_presence() {
  const auto now = clock_.steady();
  if (shown_.empty() || now - restored_at_ < kRestorePause) return std::nullopt;
  const auto message = own_presence_->take();
  if (!message) return std::nullopt;
  const auto ours = messages::Presence::decode(shown_);
  auto other = read_other(*message, *signer_, ours ? ours->session : "");
  if (!other) return std::nullopt;
  restored_at_ = now;
  show_presence_again();
  return other;
}

transport::Bus::MessageHandler MemberSession::hand_over(bool direct) const {
  return [&dispatcher = dispatcher_, channel = channel_, direct](transport::Message message) {
    if (message.retained) return;  // no request is: it would come again with every connection
    dispatcher.submit(std::move(message.payload), direct, channel,
                      std::string(topics::last_level(message.topic)));
  };
}

Result<MemberSession::Subscriptions> MemberSession::subscribe_to_agent(const std::string& agent) {
  return subscribe_in_each(
      [&agent](const auto& collective) {
        return topics::request_to_agent(collective, agent, topics::kEveryCaller);
      },
      hand_over(false));
}

void MemberSession::follow_agents(const std::vector<std::string>& agents) {
  const std::set<std::string> wanted(agents.begin(), agents.end());
  std::erase_if(agents_, [&](const auto& followed) { return !wanted.contains(followed.first); });
  for (const auto& agent : wanted) {
    if (agents_.contains(agent)) continue;
    if (auto taken = subscribe_to_agent(agent); taken)
      agents_.emplace(agent, std::move(*taken));
    else  // left out, so that the next call tries again
      log::warning("cannot take requests to an agent",
                   {{"agent", agent}, {"why", taken.error().message}});
  }
}

MemberSession::~MemberSession() {
  own_presence_->close();
  for (const auto& collective : collectives_)
    (void)bus_->publish(topics::presence(collective, identity_), "", {.retain = true});
  (void)bus_->flush(kLeavePatience);
  bus_->disconnect();
}

void MemberSession::show_presence(const std::string& body) {
  const bool fresh = !shown_.empty() && clock_.steady() - shown_at_ <= kPresenceAgain;
  if (body.empty() || (body == shown_ && fresh)) return;
  shown_ = body;
  show_presence_again();
}

void MemberSession::show_presence_again() {
  if (shown_.empty()) return;
  shown_at_ = clock_.steady();
  auto sealed = signer_->seal(envelope::Kind::presence,
                              messages::Presence::stamped(shown_, clock_.unix_ms()));
  if (!sealed) return log::error("cannot sign presence", {{"why", sealed.error().message}});
  own_presence_->shown(*sealed);
  for (const auto& collective : collectives_)
    if (auto sent = bus_->publish(topics::presence(collective, identity_), *sealed,
                                  {.retain = true, .expiry_s = kPresenceExpiryS});
        !sent)
      log::warning("cannot show presence", {{"why", sent.error().message}});
}

Status MemberSession::publish_event(const std::string& type, const Value& data,
                                    std::int64_t now_ms) {
  messages::Event event;
  event.id = base::random_id();
  event.type = type;
  event.identity = identity_;
  event.at_ms = now_ms;
  event.data = data;
  MUSTER_ASSIGN(auto body, event.encode());
  MUSTER_ASSIGN(const auto sealed, signer_->seal(envelope::Kind::event, std::move(body)));
  for (const auto& collective : collectives_)
    MUSTER_TRY(bus_->publish(topics::event(collective, type, identity_), sealed, {}));
  return {};
}

bool MemberSession::renewed(const plugins::PuppetPaths& puppet) {
  std::error_code unreadable;
  const auto changed =
      std::filesystem::last_write_time(puppet.certificate_of(identity_), unreadable);
  if (unreadable || changed == certificate_seen_) return false;
  const auto now = node_signer(puppet, identity_, base::SystemClock().unix_ms());
  if (!now || signer_->chain().empty()) return false;  // half-way through being written, perhaps
  certificate_seen_ = changed;
  return now->chain().front().fingerprint() != signer_->chain().front().fingerprint();
}

Status MemberSession::register_node(std::string body) {
  MUSTER_ASSIGN(auto sealed, signer_->seal(envelope::Kind::registration, std::move(body)));
  return bus_->publish(topics::registration(collectives_.front(), identity_), std::move(sealed),
                       {.expiry_s = kRegistrationExpiryS});
}

}  // namespace muster::agent
