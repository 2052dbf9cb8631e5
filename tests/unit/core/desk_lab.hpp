// A desk in virtual time, whose executor runs what it is given when a test says so.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "node-agent/core/desk.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/node_host/fake_host.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"

namespace muster::agent {

class DeskLab : public testing::Test {
 protected:
  DeskLab() {
    EXPECT_TRUE(nodes_.add(around_.pki.puppet_ca().certificate()));
    auto channel = std::make_shared<Channel>();
    channel->sealer = std::make_shared<const security::Signer>(node_.signer());
    channel->reply = [this](const messages::Request&, const std::string& sealed) {
      const auto opened = security::open(sealed, envelope::Kind::reply, nodes_).value();
      auto reply = messages::Reply::decode(opened.body).value();
      replies_.insert({reply.request_id, reply});
    };
    channel_ = channel;
  }

  void open(std::unique_ptr<TestAgent> agent, const DataTable* data = nullptr,
            std::size_t queue = 10) {
    table_.emplace(agents_of(std::move(agent)));
    executor_.emplace(queue);
    auto context = around_.context(*table_, loop_.clock());
    context.data = data;
    open(std::move(context));
  }
  void open(GateContext context) {
    gate_.emplace(std::move(context), around_.statistics);
    desk_ = std::make_unique<Desk>(Desk::Parts{.identity = around_.identity,
                                               .gate = *gate_,
                                               .statistics = around_.statistics,
                                               .audit = around_.audit,
                                               .timers = loop_,
                                               .executor = *executor_},
                                   [this] { ++ended_; });
  }
  messages::Request request() {
    auto wire = around_.request();
    wire.sent_at_ms = loop_.clock().unix_ms();
    return wire;
  }
  // The id of the request.
  std::string take(const messages::Request& wire) {
    desk_->take({.payload = around_.sealed(wire),
                 .direct = false,
                 .sender = {},
                 .received = loop_.clock().steady()},
                channel_);
    return wire.id;
  }
  std::string take() { return take(request()); }
  // The same, carried out at once.
  messages::Reply call(const messages::Request& wire) {
    take(wire);
    executor_->run_all();
    return reply_to(wire.id);
  }
  messages::Reply call() { return call(request()); }

  std::size_t replies(const std::string& id) { return replies_.count(id); }
  messages::Reply reply_to(const std::string& id) {
    const auto found = replies_.find(id);
    EXPECT_NE(found, replies_.end()) << id << " was not answered";
    return found == replies_.end() ? messages::Reply() : found->second;
  }

  fakes::VirtualLoop loop_;
  GateSurroundings around_;
  test::Holder node_ = around_.pki.node("n1");
  security::TrustStore nodes_{around_.real_clock};
  std::multimap<std::string, messages::Reply> replies_;
  std::shared_ptr<const Channel> channel_;
  std::optional<AgentTable> table_;
  std::optional<fakes::HeldExecutor> executor_;
  std::optional<RequestGate> gate_;
  std::unique_ptr<Desk> desk_;
  int ended_ = 0;  // requests
};

}  // namespace muster::agent
