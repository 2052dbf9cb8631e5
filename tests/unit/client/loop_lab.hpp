// Links over a broker in virtual time: an operator's and an orchestrator's, and nodes that only show themselves.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "orchestrator/client/link.hpp"
#include "proto/base/clock.hpp"
#include "proto/messages/presence.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/loop_bus/loop_broker.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/unit/client/virtual_driver.hpp"

namespace muster::client {

// A link on the loop, which hears what becomes of its bus.
class LoopLink {
 public:
  LoopLink(fakes::VirtualLoop& loop, test::LoopBroker& broker, const test::TestPki& pki,
           const test::Holder& who)
      : link_(broker.connect([this](transport::LinkState state, const std::string&) {
          if (hears_) link_.hear(state);
        }),
              who.signer(), "main", loop.clock(), std::make_unique<VirtualDriver>(loop)) {
    pki.trust(link_.operators());
    hears_ = true;
  }
  Link& operator*() { return link_; }
  Link* operator->() { return &link_; }

 private:
  bool hears_ = false;
  Link link_;
};

class LoopLab {
 public:
  LoopLab() {
    loop.set_unix_ms(base::SystemClock().unix_ms());  // the certificates are made now
    const auto trusted = link->nodes().add(pki.puppet_ca().certificate());
    if (!trusted) throw std::runtime_error(trusted.error().message);
  }

  messages::Presence presence_of(const std::string& identity) const {
    messages::Presence wire;
    wire.identity = identity;
    wire.version = "1.2.3";
    wire.collectives.push_back("main");
    wire.session = "s1";
    wire.sent_at_ms = loop.clock().unix_ms();
    return wire;
  }
  void show(const std::string& identity) {
    const auto wire = presence_of(identity);
    broker.publish(
        transport::topics::presence("main", identity),
        pki.node(identity).signer().seal(envelope::Kind::presence, test::body_of(wire)).value());
  }

  test::TestPki pki;
  fakes::VirtualLoop loop;
  test::LoopBroker broker{loop};
  LoopLink link{loop, broker, pki, pki.operator_()};
};

// What was told, once.
class ToldOnce {
 public:
  std::function<void(const Status&)> teller() {
    return [this](const Status& status) {
      if (told_) throw std::runtime_error("told twice");
      told_ = status;
    };
  }
  bool came() const { return told_.has_value(); }
  bool well() const { return told_ && *told_; }
  Errc error() const { return told_.value().error().code; }

 private:
  std::optional<Status> told_;
};

}  // namespace muster::client
