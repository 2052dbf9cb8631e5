#include "tests/bench/intake/peer.hpp"

#include "proto/base/clock.hpp"
#include "proto/messages/presence.hpp"
#include "proto/messages/reply.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/body_of.hpp"

namespace muster::bench {

namespace topics = transport::topics;

transport::Message Peer::presence() const {
  messages::Presence wire;
  wire.identity = identity_;
  wire.version = "1.2.3";
  wire.collectives = {kCollective};
  wire.agents = {"discovery", "facts", "package", "puppet", "rpcutil", "service", "shell"};
  wire.classes = {"profile::base", "profile::web", "role::web", "settings"};
  wire.session = "0123456789abcdef0123456789abcdef";
  wire.sent_at_ms = base::SystemClock().unix_ms();
  wire.facts = {{"country", "de"},
                {"datacenter", "fra1"},
                {"kernel", "Linux"},
                {"os", {{"family", "Debian"}, {"name", "Debian"}}},
                {"processors", {{"count", 8}}},
                {"virtual", "kvm"}};
  return {topics::presence(kCollective, identity_),
          seal(envelope::Kind::presence, test::body_of(wire)), true};
}

transport::Message Peer::reply_to(const messages::Request& request) const {
  messages::Reply reply;
  reply.request_id = request.id;
  reply.identity = identity_;
  reply.agent = request.agent;
  reply.action = request.action;
  reply.data = {{"pong", 1'764'450'000}};
  return {request.reply_to + "/" + identity_, seal(envelope::Kind::reply, test::body_of(reply)),
          false};
}

std::string Peer::seal(envelope::Kind kind, std::string body) const {
  return signer_.seal(kind, std::move(body)).value();
}

}  // namespace muster::bench
