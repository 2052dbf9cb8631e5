#include "node-agent/daemon/join_session.hpp"

#include "proto/base/log.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {
namespace {

namespace topics = transport::topics;

constexpr std::chrono::milliseconds kLeavePatience{2'000};

transport::mqtt::Options join_options(const BusSettings& bus, const JoinIdentity& join) {
  transport::mqtt::Options options;
  options.brokers = bus.token->join_brokers;
  options.client_id = join.client_id;
  options.ca_file = bus.operator_root_file;
  options.user = "join";
  options.password = bus.token->join_password;
  options.will = transport::mqtt::LastWill{topics::join_announce(join.client_id), ""};
  return options;
}

}  // namespace

JoinSession::JoinSession(JoinIdentity join) : join_(std::move(join)) {}

Result<std::unique_ptr<JoinSession>> JoinSession::open(const AgentConfig&, const BusSettings& bus,
                                                       const JoinIdentity& join, Signals& signals) {
  std::unique_ptr<JoinSession> session(new JoinSession(join));
  MUSTER_ASSIGN(
      session->bus_,
      transport::mqtt::connect(
          join_options(bus, join), [&signals](transport::LinkState state, const std::string& why) {
            const bool up = state == transport::LinkState::connected;
            (void)signals.try_push({up ? Signal::Kind::connected : Signal::Kind::lost, why});
          }));
  auto channel = std::make_shared<Channel>();
  channel->signer = std::make_shared<const security::Signer>(security::Signer::with_key(join.key));
  channel->reply = [bus = std::weak_ptr(session->bus_), up = topics::join_up(join.client_id)](
                       const v1::Request& request, std::string sealed) {
    if (const auto link = bus.lock())
      if (auto sent = link->publish(up, std::move(sealed), {}); !sent)
        log::warning("cannot send a reply",
                     {{"request", request.id()}, {"why", sent.error().message}});
  };
  session->channel_ = std::move(channel);
  MUSTER_TRY(session->bus_->subscribe(
      topics::join_down(join.client_id), transport::Qos::at_least_once,
      [&signals](transport::Message message) {
        if (!signals.try_push({Signal::Kind::join_message, std::move(message.payload)}))
          log::error("the join zone's queue is full; a message was dropped");
      }));
  return session;
}

JoinSession::~JoinSession() {
  if (!bus_) return;
  (void)bus_->publish(topics::join_announce(join_.client_id), "", {.retain = true});
  (void)bus_->flush(kLeavePatience);
  bus_->disconnect();
}

Status JoinSession::announce(const AnnouncementContent& content,
                             const plugins::PuppetPaths& puppet) {
  MUSTER_ASSIGN(auto sealed, announcement(content, join_, puppet));
  return bus_->publish(topics::join_announce(join_.client_id), std::move(sealed), {.retain = true});
}

void JoinSession::take(std::string message, Dispatcher& dispatcher) {
  dispatcher.submit(std::move(message), true, channel_);
}

}  // namespace muster::agent
