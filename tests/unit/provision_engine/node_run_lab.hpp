// One node's run in a played fleet, and what it left behind.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "orchestrator/provision/node_run.hpp"
#include "tests/unit/provision_engine/fake_world.hpp"

namespace muster::provision {

Workflow shipped_workflow();  // config/workflows/puppet.yaml

class NodeRunTest : public testing::Test {
 protected:
  Ending run(std::optional<client::Record> before = std::nullopt, bool joining = true,
             bool anew = false) {
    Candidature node{"web1", std::nullopt, {{"country", "de"}}, std::move(before), anew};
    if (joining) node.join = client::JoinAddress{"c1", "key"};
    node.grant = grant_;
    NodeRun attempt(
        workflow_, world_, "orch1", std::move(node),
        [this](const client::Record& record) { record_ = record, ++told_; },
        [this](const client::Record& record) -> Status {
          told_of_claim_ = record.claim.has_value();
          return ++notified_, Status{};
        });
    return attempt.run();
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

  Workflow workflow_ = shipped_workflow();
  FakeWorld world_;
  CertificateGrant grant_;
  client::Record record_;
  int told_ = 0;
  int notified_ = 0;
  bool told_of_claim_ = false;
};

}  // namespace muster::provision
