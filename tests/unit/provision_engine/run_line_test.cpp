#include "orchestrator/provision/run/node_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

class NodeLineTest : public testing::Test {
 protected:
  NodeLineTest() {
    record_.begin_under(7);
    record_->finished = {"one"};
    line_.has_news();
  }
  bool ask(std::string_view agent, std::string_view action) {
    auto task = line_.ask(agent, action, Value::object(), std::chrono::seconds(1));
    task.start([] {});
    EXPECT_TRUE(world_.loop.advance_until([&] { return task.ended(); }, std::chrono::minutes(1)));
    return task.take().has_value();
  }

  const workflow::Workflow workflow_ = shipped_workflow();
  FakeWorld world_;
  const RunInput node_{"web1", std::nullopt, std::make_shared<const Value>(Value::object()),
                       std::nullopt};
  RunRecord record_{workflow_, world_, "orch1", node_, [](const client::Record&) {}};
  NodeLine line_{workflow_, world_, record_, client::JoinAddress{"c1", "key"}};
};

TEST_F(NodeLineTest, AnActionGetsWhatItsDescriptionHas) {
  EXPECT_TRUE(ask("provision", "status"));
  EXPECT_TRUE(ask("rpcutil", "ping"));
  EXPECT_EQ(world_.fences, (std::vector<std::int64_t>{0, 0}));
  EXPECT_TRUE(world_.noted.empty());
  EXPECT_TRUE(ask("provision", "finish"));
  EXPECT_EQ(world_.fences.back(), 7);
  EXPECT_THAT(world_.noted, testing::ElementsAre("finish after one"));
}

TEST_F(NodeLineTest, NewsAreToldUntilOneAnswerCame) {
  world_.fails("provision#renew", Errc::timeout, "no answer");
  EXPECT_FALSE(ask("provision", "renew"));
  EXPECT_TRUE(ask("provision", "finish"));
  EXPECT_TRUE(ask("provision", "finish"));
  EXPECT_THAT(world_.noted, testing::ElementsAre("renew after one", "finish after "));
}

TEST_F(NodeLineTest, NewsThatComeWhileACallIsUnderWayAreToldByTheNext) {
  auto task = line_.ask("provision", "renew", Value::object(), std::chrono::seconds(1));
  task.start([] {});
  record_->finished.insert("two");
  line_.has_news();
  world_.loop.advance(world_.latency);
  ASSERT_TRUE(task.ended());
  EXPECT_TRUE(ask("provision", "finish"));
  EXPECT_THAT(world_.noted, testing::ElementsAre("renew after one", "finish after two"));
}

TEST_F(NodeLineTest, ANodeThatHasJoinedIsAskedInTheCollective) {
  EXPECT_TRUE(ask("provision", "status"));
  line_.joined();
  EXPECT_TRUE(ask("provision", "status"));
  EXPECT_THAT(world_.calls,
              testing::ElementsAre("web1 joining provision#status", "web1 provision#status"));
}

}  // namespace
}  // namespace muster::provision
