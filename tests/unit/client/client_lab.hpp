// An operator's link over a broker in memory, and nodes that answer as a test says.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/clock.hpp"
#include "proto/messages/presence.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::client {

// Ends the test by an exception: nothing sensible could follow.
inline void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

// Endorses the CA on the bus, by an orchestrator's link; what was published.
inline Endorsement endorse(Link& link, const x509::Certificate& ca,
                           std::vector<std::string> patterns = {"*"}, std::string master = "m1") {
  auto published = publish_trusted_ca(link, {.certificate = ca,
                                             .master = std::move(master),
                                             .patterns = std::move(patterns),
                                             .offered_by = "m1"});
  if (!published) throw std::runtime_error(published.error().message);
  return *published;
}

class ClientLab {
 public:
  ClientLab() : ClientLab(system_clock()) {}
  // `clock` must outlive the lab.
  explicit ClientLab(const base::Clock& clock) : clock_(clock) {
    link_ = std::make_unique<Link>(
        broker_.connect("alice", std::nullopt,
                        [this](transport::LinkState state, const std::string&) {
                          if (Link* link = hearing_) link->hear(state);
                        }),
        pki_.operator_().signer(), "main", clock_);
    pki_.trust(link_->operators());
    hearing_ = link_.get();
  }
  ~ClientLab() {
    hearing_ = nullptr;
    orchestrator_hearing_ = nullptr;
    link_.reset();
  }
  ClientLab(const ClientLab&) = delete;
  ClientLab& operator=(const ClientLab&) = delete;

  Link& link() { return *link_; }
  // An orchestrator's, of one that does nothing by itself.
  Link& orchestrator() {
    if (orchestrator_) return *orchestrator_;
    orchestrator_ = std::make_unique<Link>(
        broker_.connect("lab-orchestrator", std::nullopt,
                        [this](transport::LinkState state, const std::string&) {
                          if (Link* link = orchestrator_hearing_) link->hear(state);
                        }),
        pki_.orchestrator().signer(), "main", clock_);
    orchestrator_hearing_ = orchestrator_.get();
    pki_.trust(orchestrator_->operators());
    must(orchestrator_->learn_trust());  // it numbers what it endorses
    return *orchestrator_;
  }
  test::MemoryBroker& broker() { return broker_; }
  const test::TestPki& pki() const { return pki_; }
  void trust_nodes() { must(link_->nodes().add(pki_.puppet_ca().certificate())); }

 private:
  static const base::Clock& system_clock() {
    static const base::SystemClock clock;
    return clock;
  }

  test::TestPki pki_;
  const base::Clock& clock_;
  test::MemoryBroker broker_;
  std::atomic<Link*> hearing_{nullptr};
  std::atomic<Link*> orchestrator_hearing_{nullptr};
  std::unique_ptr<Link> link_;
  std::unique_ptr<Link> orchestrator_;
};

// A node on the bus. Hears requests to itself and to all agents.
class LabNode {
 public:
  // What becomes of a request; by default it is answered with {"from": identity}.
  using OnRequest = std::function<void(LabNode&, const messages::Request&)>;

  LabNode(ClientLab& lab, const std::string& identity, OnRequest on_request = {})
      : LabNode(lab, identity, lab.pki().node(identity), std::move(on_request)) {}
  LabNode(ClientLab& lab, std::string identity, test::Holder holder, OnRequest on_request = {})
      : identity_(std::move(identity)),
        holder_(std::move(holder)),
        on_request_(std::move(on_request)),
        bus_(lab.broker().connect(
            identity_, test::MemoryWill{transport::topics::presence("main", identity_), ""})) {
    listening_ =
        bus_->subscribe_all({transport::topics::request_to_node("main", identity_, "+"),
                             "muster/v1/main/req/agent/+/+"},
                            transport::Qos::at_least_once,
                            [this](const transport::Message& message) { hear(message.payload); })
            .value();
  }
  ~LabNode() { bus_->disconnect(); }
  LabNode(const LabNode&) = delete;
  LabNode& operator=(const LabNode&) = delete;

  messages::Reply reply_to(const messages::Request& request) const {
    messages::Reply reply;
    reply.request_id = request.id;
    reply.identity = identity_;
    reply.agent = request.agent;
    reply.action = request.action;
    reply.data = {{"from", identity_}};
    return reply;
  }
  void send(const messages::Request& request, const messages::Reply& reply) {
    send(request.reply_to + "/" + identity_, reply);
  }
  void send(const std::string& topic, const messages::Reply& reply) {
    must(bus_->publish(topic, seal(envelope::Kind::reply, test::body_of(reply)), {}));
  }
  void answer(const messages::Request& request) { send(request, reply_to(request)); }

  messages::Presence presence(const Value& facts = Value::object()) const {
    messages::Presence wire;
    wire.identity = identity_;
    wire.version = "1.2.3";
    wire.collectives.push_back("main");
    wire.agents.push_back("rpcutil");
    wire.classes.push_back("role::web");
    wire.session = "s1";
    wire.sent_at_ms = base::SystemClock().unix_ms();
    wire.facts = facts;
    return wire;
  }
  void show(const messages::Presence& wire) { show_at(identity_, wire); }
  void show_at(const std::string& name, const messages::Presence& wire) {
    must(bus_->publish(transport::topics::presence("main", name),
                       seal(envelope::Kind::presence, test::body_of(wire)), {.retain = true}));
  }
  void leave() {
    must(bus_->publish(transport::topics::presence("main", identity_), "", {.retain = true}));
  }
  int heard() const { return heard_; }

 private:
  std::string seal(envelope::Kind kind, const std::string& body) const {
    return holder_.signer().seal(kind, body).value();
  }
  void hear(const std::string& payload) {
    const auto sealed = envelope::decode(payload).value();
    const auto request = messages::Request::decode(sealed.body).value();
    ++heard_;
    if (on_request_)
      on_request_(*this, request);
    else
      answer(request);
  }

  const std::string identity_;
  const test::Holder holder_;
  const OnRequest on_request_;
  std::atomic<int> heard_{0};
  std::unique_ptr<transport::Bus> bus_;
  std::vector<transport::Subscription> listening_;
};

}  // namespace muster::client
