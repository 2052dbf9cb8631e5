#include "orchestrator/client/lifecycle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "proto/messages/event.hpp"
#include "proto/transport/event_types.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LifecycleTest : public testing::Test {
 protected:
  LifecycleTest() { lab_.trust_nodes(); }

  static std::string sealed(const test::Holder& signer, const std::string& type,
                            const std::string& identity) {
    messages::Event event;
    event.id = "e1";
    event.type = type;
    event.identity = identity;
    event.at_ms = 4'711;
    event.data = {{"job", "j1"}};
    return *signer.signer().seal(envelope::Kind::event, test::body_of(event));
  }
  Result<LifecycleEvent> read(const std::string& payload, const std::string& type = "job",
                              const std::string& identity = "n1") {
    return read_event(lab_.link(), transport::topics::event("main", type, identity), payload);
  }

  ClientLab lab_;
};

TEST_F(LifecycleTest, ANodeTellsOfItselfAndAnOrchestratorOfAnybody) {
  const auto own = read(sealed(lab_.pki().node("n1"), "job", "n1"));
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_TRUE(own->from_node);
  EXPECT_EQ(own->signer, "n1");
  EXPECT_EQ(own->at_ms, 4'711);
  EXPECT_EQ(own->data, (Value{{"job", "j1"}}));
  const auto told = read(sealed(lab_.pki().orchestrator(), "job", "n1"));
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_FALSE(told->from_node);
  EXPECT_EQ(told->signer, "orchestrator1");
}

TEST_F(LifecycleTest, NobodyElseIsBelieved) {
  EXPECT_FALSE(read(sealed(lab_.pki().node("n2"), "job", "n1")));
  EXPECT_FALSE(read(sealed(lab_.pki().broker(), "job", "n1")));
  const auto of_operator = read(sealed(lab_.pki().operator_(), "job", "n1"));
  ASSERT_FALSE(of_operator);
  EXPECT_THAT(of_operator.error().message, HasSubstr("has the role 'operator'"));
  EXPECT_FALSE(read(sealed(lab_.pki().operator_(), "provision-again", "n1"), "provision-again"));
}

TEST_F(LifecycleTest, ANodeTellsItsOwnKindsOfEventAlone) {
  for (const auto type : transport::kNodeEvents)
    EXPECT_TRUE(read(sealed(lab_.pki().node("n1"), std::string(type), "n1"), std::string(type)));
  for (const auto* type :
       {"provisioned", "failed", "orchestrator-left", "provision-again", "other"}) {
    const auto told = read(sealed(lab_.pki().node("n1"), type, "n1"), type);
    ASSERT_FALSE(told) << type;
    EXPECT_EQ(told.error().code, Errc::refused);
    EXPECT_THAT(told.error().message, HasSubstr("'n1' is a node, which cannot tell"));
  }
}

TEST_F(LifecycleTest, ARetainedEventIsRefused) {
  const auto bus = lab_.broker().connect("n1");
  must(bus->publish(transport::topics::event("main", "left", "n1"),
                    sealed(lab_.pki().node("n1"), "left", "n1"), {.retain = true}));
  std::atomic<int> heard{0};
  const auto events =
      Events::watch(lab_.link(), [&heard](const LifecycleEvent&) { ++heard; }).value();
  ASSERT_TRUE(fakes::wait_until([&] { return events->refused() == 1; }));
  EXPECT_THAT(events->last_refusal(), HasSubstr("retained"));
  EXPECT_EQ(heard, 0);
}

TEST_F(LifecycleTest, TheTopicMustSayTheSame) {
  const auto node = lab_.pki().node("n1");
  EXPECT_FALSE(read(sealed(node, "joined", "n1"), "left"));
  EXPECT_FALSE(read(sealed(lab_.pki().orchestrator(), "job", "n1"), "job", "n2"));
  EXPECT_FALSE(read(sealed(node, "Job", "n1"), "Job")) << "no word";
}

TEST_F(LifecycleTest, WhoWatchesHearsWhatVerifiesAndCountsTheRest) {
  std::mutex mutex;
  std::vector<std::string> heard;
  const auto events = Events::watch(lab_.link(), [&](const LifecycleEvent& event) {
    const std::lock_guard lock(mutex);
    heard.push_back(event.type);
  });
  ASSERT_TRUE(events) << events.error().message;
  const auto bus = lab_.broker().connect("n1");
  const auto node = lab_.pki().node("n1");
  for (const auto* type : {"joined", "left"})
    must(bus->publish(transport::topics::event("main", type, "n1"), sealed(node, type, "n1"), {}));
  must(bus->publish(transport::topics::event("main", "joined", "n1"), "rubbish", {}));
  ASSERT_TRUE(fakes::wait_until([&] { return (*events)->refused() == 1; }));
  EXPECT_THAT((*events)->last_refusal(), HasSubstr("n1"));
  const std::lock_guard lock(mutex);
  EXPECT_THAT(heard, ElementsAre("joined", "left"));
}

}  // namespace
}  // namespace muster::client
