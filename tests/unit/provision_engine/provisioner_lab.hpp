// An orchestrator's heart in a played world.
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "orchestrator/provision/orders.hpp"
#include "orchestrator/provision/provisioner.hpp"
#include "tests/unit/provision_engine/fake_collective.hpp"
#include "tests/unit/provision_engine/fake_world.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {

class ProvisionerTest : public testing::Test {
 protected:
  static Joiner joiner(const std::string& identity, const std::string& token = "token") {
    return {
        identity, {"c-" + identity, "key"}, {{"country", "de"}}, "fp-" + identity, "10.0.0.1", {},
        token};
  }
  void node_did(const std::string& last, const std::string& master) {
    world_.node_did(workflow_, last, master);
  }
  void advance(std::chrono::milliseconds by) { world_.loop.advance(by); }
  // As alice asks it.
  Orders::Outcome order(Order order, const std::string& identity) {
    auto task = orders_.carry_out(order, {identity}, "alice");
    task.start([] {});
    EXPECT_TRUE(world_.loop.advance_until([&] { return task.ended(); }, std::chrono::minutes(1)));
    return task.take().front();
  }
  Orders::Outcome again(const std::string& identity) { return order(Order::again, identity); }
  Orders::Outcome forget(const std::string& identity) { return order(Order::forget, identity); }
  // As another orchestrator's record of this moment says.
  void another_runs_web1() {
    client::Record running;
    running.identity = "web1";
    running.state = "running";
    running.orchestrator = "orch2";
    running.updated_at_ms = world_.unix_ms();
    collective_.records["web1"] = running;
  }
  std::string state(const std::string& identity) { return collective_.records[identity].state; }
  // Its Puppet runs end when the test says so.
  void runs_go_on() {
    world_.on("provision#job", [this](const Value&) {
      return Value{{"state", puppet_ends_ ? "finished" : "running"}, {"exit_code", 0}};
    });
  }

  const workflow::Workflow workflow_ = shipped_workflow();
  const workflow::Rules rules_{workflow_};
  FakeWorld world_;
  FakeCollective collective_;
  bool puppet_ends_ = false;
  Provisioner provisioner_{{rules_, world_, collective_, world_.waits}, "orch1", 2};
  Orders orders_{{provisioner_, world_, collective_, workflow_.lease}, "orch1"};
};

}  // namespace muster::provision
