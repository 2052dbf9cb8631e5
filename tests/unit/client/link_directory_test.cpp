#include "orchestrator/client/link_directory.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/link_threads.hpp"
#include "tests/support/loop_bus/loop_broker.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/unit/client/virtual_driver.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;
using transport::Directory;

const std::string kTopic = "muster/v1/main/provision/n1";

class LinkDirectoryTest : public testing::Test {
 protected:
  LinkDirectoryTest() {
    bus_ = broker_.connect([this](transport::LinkState state, const std::string&) {
      if (directory_) directory_->hear(state);
    });
    directory_.emplace(*bus_, VirtualDriver(loop_).directory(), "self/1");
  }

  fakes::VirtualLoop loop_;
  test::LoopBroker broker_{loop_};
  std::unique_ptr<transport::Bus> bus_;
  std::optional<LinkDirectory> directory_;
};

TEST_F(LinkDirectoryTest, OnItsOwnLoopIsDoneAtOnceWhatElseIsWaitedFor) {
  ASSERT_TRUE(directory_->put({.topic = kTopic, .payload = "ours"}));
  EXPECT_EQ(broker_.kept(kTopic), "ours");
  ASSERT_TRUE(directory_->remove(kTopic));
  EXPECT_EQ(broker_.kept(kTopic), std::nullopt);
}

TEST_F(LinkDirectoryTest, WhatIsPostedIsDoneInItsTurn) {
  std::vector<int> done;
  directory_->post([&done](Directory&) { done.push_back(1); });
  directory_->post([&done](Directory&) { done.push_back(2); });
  EXPECT_TRUE(done.empty());
  loop_.run_due();
  EXPECT_THAT(done, testing::ElementsAre(1, 2));
}

TEST_F(LinkDirectoryTest, OnALoopThatGoesOnNothingIsDoneForOneThatIsGone) {
  int done = 0;
  directory_->post([&done](Directory&) { ++done; });
  directory_->hear(transport::LinkState::lost);
  directory_.reset();
  loop_.advance(1min);
  EXPECT_EQ(done, 0);
}

TEST_F(LinkDirectoryTest, AnEntryIsShownAgainByABrokerThatForgot) {
  ASSERT_TRUE(directory_->put({.topic = kTopic, .payload = "ours"}));
  broker_.drop();
  broker_.restore(true);
  loop_.advance(1s);
  EXPECT_EQ(broker_.kept(kTopic), "ours");
}

TEST(LinkThreadsTest, NobodyWaitsForADirectoryWhoseThreadHasEnded) {
  test::MemoryBroker broker;
  const auto bus = broker.connect("o");
  LinkThreads threads;
  LinkDirectory directory(*bus, threads.directory(), "self/1");
  threads.stop();
  const auto shown = directory.put({.topic = kTopic, .payload = "ours"});
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().code, Errc::limit);
  directory.leave(kTopic);
}

TEST(LinkThreadsTest, WhoIsOnTheDirectorysThreadDoesNotWaitForIt) {
  test::MemoryBroker broker;
  const auto bus = broker.connect("o");
  LinkThreads threads;
  LinkDirectory directory(*bus, threads.directory(), "self/1");
  Status shown = fail(Errc::timeout, "not asked");
  directory.run([&](Directory&) { shown = directory.put({.topic = kTopic, .payload = "ours"}); });
  EXPECT_TRUE(shown);
  EXPECT_FALSE(threads.directory().is_here());
  threads.stop();
}

}  // namespace
}  // namespace muster::client
