// Whose requests a member asks the broker for, and what it makes of the answers.
#include "node-agent/core/request_feeds.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/core/silent_host.hpp"

namespace muster::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto kEcho = "muster/v1/main/req/agent/echo/+";
constexpr auto kParrot = "muster/v1/main/req/agent/parrot/+";

class RequestFeedsTest : public testing::Test {
 protected:
  RequestFeedsTest() {
    identity_.name = "n1";
    identity_.collectives = {"main"};
  }
  void open(const std::vector<std::string>& agents) {
    feeds_.open(agents, [this](const Status& status) { opened_.push_back(status); });
  }
  // Requests to echo are taken.
  void opened() {
    open({"echo"});
    for (const auto& one : host_.asked) feeds_.on_subscribed(one.ticket, {});
    host_.asked.clear();
  }
  bool granted(Ticket ticket) { return feeds_.on_subscribed(ticket, {}); }
  bool refused(Ticket ticket) {
    return feeds_.on_subscribed(ticket, fail(Errc::refused, "not allowed"));
  }

  fakes::VirtualLoop loop_;
  SilentHost host_{loop_};
  Identity identity_;
  Tickets tickets_;
  std::vector<Status> opened_;
  RequestFeeds feeds_{host_, identity_, tickets_};
};

TEST_F(RequestFeedsTest, BothKindsAreAskedForInEveryCollective) {
  identity_.collectives = {"main", "de"};
  open({"echo", "parrot"});
  ASSERT_THAT(host_.asked, SizeIs(2));
  EXPECT_EQ(host_.asked[0].feed, Feed::agents);
  EXPECT_THAT(host_.asked[0].filters, ElementsAre(kEcho, "muster/v1/de/req/agent/echo/+", kParrot,
                                                  "muster/v1/de/req/agent/parrot/+"));
  EXPECT_EQ(host_.asked[1].feed, Feed::node);
  EXPECT_THAT(host_.asked[1].filters,
              ElementsAre("muster/v1/main/req/node/n1/+", "muster/v1/de/req/node/n1/+"));
}

TEST_F(RequestFeedsTest, TheyAreOpenOnceTheBrokerHasGrantedBoth) {
  open({"echo"});
  EXPECT_TRUE(granted(host_.asked[1].ticket));
  EXPECT_THAT(opened_, IsEmpty());
  EXPECT_TRUE(granted(host_.asked[0].ticket));
  ASSERT_THAT(opened_, SizeIs(1));
  EXPECT_TRUE(opened_.front());
}

TEST_F(RequestFeedsTest, WhoOffersNoAgentAsksForItsOwnTopicAlone) {
  open({});
  ASSERT_THAT(host_.asked, SizeIs(1));
  EXPECT_EQ(host_.asked[0].feed, Feed::node);
  granted(host_.asked[0].ticket);
  EXPECT_THAT(opened_, SizeIs(1));
}

TEST_F(RequestFeedsTest, OneRefusalIsTheAnswerAndIsGivenOnce) {
  open({"echo"});
  EXPECT_TRUE(refused(host_.asked[0].ticket));
  ASSERT_THAT(opened_, SizeIs(1));
  EXPECT_EQ(opened_.front().error().code, Errc::refused);
  granted(host_.asked[1].ticket);
  EXPECT_THAT(opened_, SizeIs(1));
}

TEST_F(RequestFeedsTest, AnotherFeedsAnswerIsNotTheirs) {
  open({"echo"});
  EXPECT_FALSE(granted(tickets_.next()));
}

TEST_F(RequestFeedsTest, AnAgentThatComesIsAskedForOnceAndOneThatGoesIsLeft) {
  opened();
  feeds_.follow({"echo", "parrot"});
  feeds_.follow({"echo", "parrot"});
  ASSERT_THAT(host_.asked, SizeIs(1));
  EXPECT_EQ(host_.asked[0].feed, Feed::agents);
  EXPECT_THAT(host_.asked[0].filters, ElementsAre(kParrot));
  EXPECT_TRUE(granted(host_.asked[0].ticket));
  EXPECT_THAT(host_.left, IsEmpty());
  feeds_.follow({"parrot"});
  EXPECT_THAT(host_.left, ElementsAre(kEcho));
  EXPECT_THAT(host_.asked, SizeIs(1));
  EXPECT_THAT(opened_, SizeIs(1)) << "what comes later opens nothing";
}

TEST_F(RequestFeedsTest, AnAgentThatWasRefusedIsAskedForAgain) {
  opened();
  feeds_.follow({"echo", "parrot"});
  EXPECT_TRUE(refused(host_.asked[0].ticket));
  EXPECT_THAT(opened_, SizeIs(1)) << "the link is of use without it";
  feeds_.follow({"echo", "parrot"});
  EXPECT_THAT(host_.asked, SizeIs(2));
}

TEST_F(RequestFeedsTest, AnAgentThatCameBackIsJudgedByTheAnswerToTheLastAsking) {
  opened();
  feeds_.follow({"echo", "parrot"});
  feeds_.follow({"echo"});
  feeds_.follow({"echo", "parrot"});
  ASSERT_THAT(host_.asked, SizeIs(2));
  host_.left.clear();
  refused(host_.asked[0].ticket);
  granted(host_.asked[1].ticket);
  feeds_.follow({"echo"});
  EXPECT_THAT(host_.left, ElementsAre(kParrot)) << "or its requests would come for ever";
}

}  // namespace
}  // namespace muster::agent
