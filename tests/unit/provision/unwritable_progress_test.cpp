// A node whose disk takes nothing any more: it says so, knows what it knew, and goes on when there is room.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "plugins/agents/provision/provision_agent.hpp"
#include "proto/ddl/texts.hpp"
#include "proto/progress/progress.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/full_disk.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::provision {
namespace {

using test::request_of;
using testing::HasSubstr;

class UnwritableProgressTest : public testing::Test {
 protected:
  UnwritableProgressTest() {
    const auto claimed = call("claim", {{"workflow", "puppet"}, {"lease_s", 60}});
    fence_ = claimed.data.at("fence");
  }
  ActionReply call(const std::string& action, Value data = Value::object()) {
    return agent_->handle(request_of(action, std::move(data)));
  }
  // With what is finished by now.
  ActionReply renew() {
    const muster::progress::Progress done{
        "puppet", std::string(64, 'a'), {"production-run"}, "m1", "run-1",
        fence_,   clock_.unix_ms()};
    return call("renew", {{"fence", fence_}, {"lease_s", 60}, {"progress", done.to_value()}});
  }
  Value status() { return call("status").data; }
  void restart() { agent_.emplace(ddl::built_in("provision").value(), node_); }

  fakes::FakeClock clock_;
  test::TestNode node_{"n1.example", clock_};
  std::optional<ProvisionAgent> agent_{std::in_place, ddl::built_in("provision").value(), node_};
  std::int64_t fence_ = 0;
};

TEST_F(UnwritableProgressTest, WhatCannotBeWrittenDownIsRefusedAndTheFileIsNamed) {
  const fakes::FullDisk full;
  for (const auto& refused : {renew(), call("finish", {{"fence", fence_}}),
                              call("release", {{"fence", fence_}, {"state", "failed"}}),
                              call("claim", {{"workflow", "puppet"}, {"lease_s", 60}})}) {
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.message, HasSubstr("provision.json"));
  }
}

TEST_F(UnwritableProgressTest, NothingCountsThatIsNotWritten) {
  const auto before = status();
  {
    const fakes::FullDisk full;
    EXPECT_NE(renew().status, 0);
    EXPECT_NE(call("finish", {{"fence", fence_}}).status, 0);
    EXPECT_EQ(status(), before) << "it answers all the same";
  }
  restart();
  EXPECT_EQ(status(), before) << "what was there is whole";
}

TEST_F(UnwritableProgressTest, OnceThereIsRoomTheSameRunEnds) {
  {
    const fakes::FullDisk full;
    EXPECT_NE(renew().status, 0);
  }
  EXPECT_EQ(renew().status, 0);
  EXPECT_EQ(status().at("progress").at("run_id"), "run-1");
  EXPECT_EQ(call("finish", {{"fence", fence_}}).status, 0);
  restart();
  EXPECT_EQ(status().at("state"), "finished");
}

}  // namespace
}  // namespace muster::plugins::provision
