#include "node-agent/daemon/member_session.hpp"

#include <fmt/format.h>

#include "node-agent/dispatch/reply.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/log.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {
namespace {

namespace topics = transport::topics;
using transport::mqtt::Version;

constexpr std::chrono::milliseconds kLeavePatience{2'000};

transport::mqtt::Options member_options(const AgentConfig& config, const BusSettings& bus,
                                        const std::string& identity) {
  transport::mqtt::Options options;
  options.brokers = bus.node_brokers;
  options.client_id = identity;
  options.version = config.mqtt_version == "5"       ? Version::v5
                    : config.mqtt_version == "3.1.1" ? Version::v311
                                                     : Version::automatic;
  options.ca_file = bus.operator_root_file;
  options.certificate_file = config.puppet.ssldir / "certs" / (identity + ".pem");
  options.key_file = config.puppet.ssldir / "private_keys" / (identity + ".pem");
  // An empty retained message: whoever looks after us finds nobody.
  options.will = transport::mqtt::LastWill{topics::presence(bus.collectives.front(), identity), ""};
  return options;
}

transport::Bus::LinkHandler tell(Signals& signals) {
  return [&signals](transport::LinkState state, const std::string& why) {
    const auto kind = state == transport::LinkState::connected    ? Signal::Kind::connected
                      : state == transport::LinkState::taken_over ? Signal::Kind::taken_over
                                                                  : Signal::Kind::lost;
    // A full queue means the main loop is far behind; the state is asked again with the next
    // signal.
    (void)signals.try_push({kind, why});
  };
}

}  // namespace

Result<security::Signer> node_signer(const plugins::PuppetPaths& puppet,
                                     const std::string& identity, std::int64_t now_ms) {
  const auto cert_file = puppet.ssldir / "certs" / (identity + ".pem");
  MUSTER_ASSIGN(auto certificate, x509::Certificate::from_file(cert_file));
  MUSTER_ASSIGN(auto key,
                x509::Key::private_from_file(puppet.ssldir / "private_keys" / (identity + ".pem")));
  if (certificate.common_name() != identity)
    return fail(Errc::config, fmt::format("{} is for '{}', not for this node", cert_file.string(),
                                          certificate.common_name()));
  if (certificate.not_after_ms() < now_ms)
    return fail(Errc::expired, fmt::format("{} has expired on {}", cert_file.string(),
                                           base::iso8601(certificate.not_after_ms())));
  return security::Signer::with_certificate(std::move(key), {std::move(certificate)});
}

MemberSession::MemberSession(const BusSettings& bus, std::string identity,
                             std::shared_ptr<const security::Signer> signer)
    : collectives_(bus.collectives), identity_(std::move(identity)), signer_(std::move(signer)) {}

Result<std::unique_ptr<MemberSession>> MemberSession::open(const AgentConfig& config,
                                                           const BusSettings& bus,
                                                           const std::string& identity,
                                                           Signals& signals, Dispatcher& dispatcher,
                                                           const std::vector<std::string>& agents) {
  MUSTER_ASSIGN(auto signer, node_signer(config.puppet, identity, base::SystemClock().unix_ms()));
  std::unique_ptr<MemberSession> session(new MemberSession(
      bus, identity, std::make_shared<const security::Signer>(std::move(signer))));
  MUSTER_ASSIGN(session->bus_,
                transport::mqtt::connect(member_options(config, bus, identity), tell(signals)));
  MUSTER_TRY(session->subscribe(dispatcher, agents));
  return session;
}

Status MemberSession::subscribe(Dispatcher& dispatcher, const std::vector<std::string>& agents) {
  auto channel = std::make_shared<Channel>();
  channel->signer = signer_;
  // Weak: a reply that comes after the session is gone has nowhere to go.
  channel->reply = [bus = std::weak_ptr(bus_), identity = identity_](const v1::Request& request,
                                                                     std::string sealed) {
    const auto topic = reply_topic(request, identity);
    const auto link = bus.lock();
    if (!topic || topic->empty() || link == nullptr) return;
    transport::PublishOptions options;
    options.expiry_s = request.ttl_s();
    if (request.agent() == "rpcutil") options.qos = transport::Qos::at_most_once;
    if (auto sent = link->publish(*topic, std::move(sealed), options); !sent)
      log::warning("cannot send a reply",
                   {{"request", request.id()}, {"why", sent.error().message}});
  };
  const std::shared_ptr<const Channel> shared = channel;
  for (const auto& collective : collectives_) {
    for (const auto& agent : agents)
      MUSTER_TRY(bus_->subscribe(topics::request_to_agent(collective, agent),
                                 transport::Qos::at_least_once,
                                 [&dispatcher, shared](transport::Message message) {
                                   dispatcher.submit(std::move(message.payload), false, shared);
                                 }));
    MUSTER_TRY(bus_->subscribe(topics::request_to_node(collective, identity_),
                               transport::Qos::at_least_once,
                               [&dispatcher, shared](transport::Message message) {
                                 dispatcher.submit(std::move(message.payload), true, shared);
                               }));
  }
  return {};
}

MemberSession::~MemberSession() {
  if (!bus_) return;
  for (const auto& collective : collectives_)
    (void)bus_->publish(topics::presence(collective, identity_), "", {.retain = true});
  (void)bus_->flush(kLeavePatience);
  bus_->disconnect();
}

void MemberSession::show_presence(const std::string& body) {
  const bool stale = std::chrono::steady_clock::now() - shown_at_ > kPresenceAgain;
  if (body == shown_ && !stale) return;
  shown_ = body;
  show_presence_again();
}

void MemberSession::show_presence_again() {
  shown_at_ = std::chrono::steady_clock::now();
  auto sealed = signer_->seal(envelope::Kind::presence, shown_);
  if (!sealed) return log::error("cannot sign presence", {{"why", sealed.error().message}});
  for (const auto& collective : collectives_)
    if (auto sent = bus_->publish(topics::presence(collective, identity_), *sealed,
                                  {.retain = true, .expiry_s = kPresenceExpiryS});
        !sent)
      log::warning("cannot show presence", {{"why", sent.error().message}});
}

Status MemberSession::publish_event(const std::string& type, const Value& data,
                                    std::int64_t now_ms) {
  v1::Event event;
  event.set_id(base::random_id());
  event.set_type(type);
  event.set_identity(identity_);
  event.set_at_ms(now_ms);
  MUSTER_TRY(envelope::encode_value(data, *event.mutable_data()));
  MUSTER_ASSIGN(auto sealed, signer_->seal(envelope::Kind::event, event.SerializeAsString()));
  return bus_->publish(topics::event(collectives_.front(), type, identity_), std::move(sealed), {});
}

}  // namespace muster::agent
