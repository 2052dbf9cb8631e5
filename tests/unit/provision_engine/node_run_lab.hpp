// One node's run in a played fleet, and what it left behind.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "orchestrator/provision/run/node_run.hpp"
#include "tests/unit/provision_engine/fake_world.hpp"

namespace muster::provision {

workflow::Workflow shipped_workflow();  // config/workflows/puppet.yaml

class NodeRunTest : public testing::Test {
 protected:
  RunInput node(std::optional<client::Record> before = std::nullopt, bool joining = true,
                bool anew = false, const std::string& identity = "web1") const {
    RunInput node{identity, std::nullopt, std::make_shared<const Value>(Value{{"country", "de"}}),
                  std::move(before), anew};
    if (joining) node.join = client::JoinAddress{"c1", "key"};
    node.grant = grant_;
    return node;
  }
  std::unique_ptr<NodeRun> run_of(RunInput node) {
    return std::make_unique<NodeRun>(workflow_, world_, "orch1", std::move(node),
                                     [this](const client::Record& record) {
                                       record_ = record;
                                       ++told_;
                                     });
  }
  // Until its end, however long that takes.
  Ending run(std::optional<client::Record> before = std::nullopt, bool joining = true,
             bool anew = false) {
    return run_to_end(node(std::move(before), joining, anew), std::chrono::hours(100));
  }
  Ending run_to_end(RunInput input, std::chrono::hours most = std::chrono::hours(1)) {
    const auto attempt = run_of(std::move(input));
    auto story = attempt->run();
    story.start([] {});
    EXPECT_TRUE(world_.loop.advance_until([&] { return story.ended(); }, most));
    return story.ended() ? story.take() : Ending{};
  }
  void node_did(const std::string& last, const std::string& master) {
    world_.node_did(workflow_, last, master);
  }
  static client::Record record_of(const std::string& state, std::uint32_t attempts) {
    client::Record record;
    record.run_id = "r";
    record.state = state;
    record.attempts = attempts;
    return record;
  }
  const client::Step& step(const std::string& name) const {
    for (const auto& each : record_.steps)
      if (each.name == name) return each;
    static const client::Step none;
    return none;
  }

  workflow::Workflow workflow_ = shipped_workflow();
  FakeWorld world_;
  CertificateGrant grant_;
  client::Record record_;
  int told_ = 0;
};

}  // namespace muster::provision
