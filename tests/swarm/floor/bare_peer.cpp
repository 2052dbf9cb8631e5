#include "tests/swarm/floor/bare_peer.hpp"

#include "proto/base/log.hpp"

namespace muster::swarm {
namespace {

constexpr auto kQos = transport::Qos::at_least_once;  // as Muster's requests and replies

Result<std::unique_ptr<SwarmLink>> connected(SwarmLinks& links, LinkSettings settings,
                                             LinkUser& user) {
  settings.insists = true;
  MUSTER_ASSIGN(auto link, links.add(std::move(settings), user));
  link->connect();
  return link;
}

}  // namespace

Status BarePeer::begin(SwarmLinks& links, LinkSettings settings) {
  MUSTER_ASSIGN(link_, connected(links, std::move(settings), *this));
  return {};
}

void BarePeer::on_link(transport::LinkState state, const std::string&) {
  // After a loss the link has subscribed again by itself.
  ready_ = subscribed_ && state == transport::LinkState::connected;
  if (!subscribed_ && state == transport::LinkState::connected)
    subscribed_ = link_->subscribe({talk_.call}, kQos).has_value();
}

void BarePeer::on_refused(const Error& why) {
  log::error("a bare peer is not let in: " + why.message);
}

void BarePeer::on_subscribed(int, bool wholly) {
  ready_ = wholly;
}

void BarePeer::on_message(transport::Message) {
  static_cast<void>(link_->publish(talk_.reply_prefix + name_, talk_.reply, {.qos = kQos}));
}

Status BareCaller::begin(SwarmLinks& links, LinkSettings settings) {
  MUSTER_ASSIGN(link_, connected(links, std::move(settings), *this));
  return {};
}

void BareCaller::on_link(transport::LinkState state, const std::string&) {
  const bool up = state == transport::LinkState::connected;
  ready_ = subscribed_ && up;
  if (!subscribed_ && up)
    subscribed_ = link_->subscribe({talk_.reply_prefix + "+"}, kQos).has_value();
}

Status BareCaller::call(const std::string& payload) {
  answers_ = 0;
  return link_->publish("muster/v1/main/req/agent/rpcutil/alice", payload, {.qos = kQos});
}

}  // namespace muster::swarm
