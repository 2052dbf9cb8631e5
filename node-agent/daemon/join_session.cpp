#include "node-agent/daemon/join_session.hpp"

#include "node-agent/daemon/bus_options.hpp"
#include "proto/base/log.hpp"
#include "proto/messages/request.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {
namespace {

namespace topics = transport::topics;

}  // namespace

JoinSession::JoinSession(std::unique_ptr<transport::Bus> link, JoinIdentity join)
    : join_(std::move(join)), bus_(std::move(link)) {}

Result<std::unique_ptr<JoinSession>> JoinSession::open(const BusSettings& bus,
                                                       const JoinIdentity& join, Signals& signals,
                                                       RevocationWatch& revocations) {
  MUSTER_ASSIGN(auto link, transport::mqtt::connect(join_options(bus, join), tell(signals)));
  return over(std::move(link), bus.token->claims.collective, join, signals, revocations);
}

Result<std::unique_ptr<JoinSession>> JoinSession::over(std::unique_ptr<transport::Bus> link,
                                                       const std::string& collective,
                                                       const JoinIdentity& join, Signals& signals,
                                                       RevocationWatch& revocations) {
  std::unique_ptr<JoinSession> session(new JoinSession(std::move(link), join));
  auto channel = std::make_shared<Channel>();
  channel->signer = std::make_shared<const security::Signer>(security::Signer::with_key(join.key));
  channel->reply = [bus = std::weak_ptr(session->bus_), up = topics::join_up(join.client_id)](
                       const messages::Request& request, std::string sealed) {
    if (const auto to = bus.lock())
      if (auto sent = to->publish(up, std::move(sealed), {.keep = true}); !sent)
        log::warning("cannot send a reply",
                     {{"request", request.id}, {"why", sent.error().message}});
  };
  session->channel_ = std::move(channel);
  MUSTER_ASSIGN(
      session->lists_heard_,
      session->bus_->subscribe(
          topics::revocations(collective, "+"), transport::Qos::at_least_once,
          [&revocations](transport::Message message) { revocations.hear(std::move(message)); }));
  MUSTER_ASSIGN(
      session->heard_,
      session->bus_->subscribe(
          topics::join_down(join.client_id), transport::Qos::at_least_once,
          [&signals](transport::Message message) {
            if (message.retained) return;  // neither answers nor requests are
            if (!signals.try_push({Signal::Kind::join_message, std::move(message.payload)}))
              log::error("the join zone's queue is full; a message was dropped");
          }));
  // Nothing is said to us before we announce ourselves, and the broker answers in order: all lists that it
  // retains have been heard.
  if (!revocations.drain(kListsPatience))
    return fail(Errc::timeout, "the revocation lists of the bus were not verified in time");
  return session;
}

JoinSession::~JoinSession() {
  (void)bus_->publish(topics::join_announce(join_.client_id), "", {.retain = true});
  (void)bus_->flush(kLeavePatience);
  bus_->disconnect();
}

Status JoinSession::announce(const AnnouncementContent& content, const x509::Key& token_key,
                             const plugins::PuppetPaths& puppet) {
  MUSTER_ASSIGN(auto sealed, announcement(content, join_, token_key, puppet));
  return bus_->publish(topics::join_announce(join_.client_id), std::move(sealed),
                       {.retain = true, .expiry_s = kAnnouncementExpiryS});
}

void JoinSession::take(std::string message, Dispatcher& dispatcher) {
  dispatcher.submit(std::move(message), true, channel_);
}

}  // namespace muster::agent
