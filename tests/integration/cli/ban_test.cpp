// A banned node at a real broker, which its watcher tells.
#include <gmock/gmock.h>

#include <csignal>
#include <mutex>
#include <set>

#include "tests/integration/cli/banned.hpp"

namespace muster::test {
namespace {

TEST_F(BanAtTheBrokerTest, ItReachesNothingAlsoOverAConnectionThatStandsAndUnbannedAllAgain) {
  const auto orchestrator = fleet().start_orchestrator();
  const auto listening = operator_->subscribe(topic_, transport::Qos::at_least_once,
                                              [this](const transport::Message&) { ++heard_; });
  ASSERT_TRUE(listening) << listening.error().message;
  const auto standing = node_link();
  ASSERT_NE(standing, nullptr);
  ASSERT_TRUE(fakes::wait_until([&] { return is_heard(*standing); }));

  ASSERT_EQ(muster({"node", "ban", kTwo, "--reason", "it was stolen"}).exit_code, 0);
  EXPECT_TRUE(fakes::wait_until([&] { return !is_heard(*standing); }));
  const auto next = node_link();
  ASSERT_NE(next, nullptr) << "its certificate is its CA's matter";
  EXPECT_FALSE(is_heard(*next));
  std::atomic<int> asked{0};
  const auto requests = next->subscribe(transport::topics::request_to_node("main", kTwo, "+"),
                                        transport::Qos::at_least_once,
                                        [&asked](const transport::Message&) { ++asked; });
  ASSERT_TRUE(requests) << "the broker refuses no subscription; it delivers nothing";
  const auto is_asked = [&] {
    const auto before = asked.load();
    const auto topic = transport::topics::request_to_node("main", kTwo, "operator");
    return operator_->publish(topic, "asked", {}) &&
           fakes::wait_until([&] { return asked > before; }, std::chrono::milliseconds(200));
  };
  EXPECT_FALSE(is_asked());

  ASSERT_EQ(muster({"node", "unban", kTwo}).exit_code, 0);
  EXPECT_TRUE(fakes::wait_until([&] { return is_heard(*standing); }));
  EXPECT_TRUE(fakes::wait_until(is_asked));
  EXPECT_TRUE(fleet().all_online());
}

TEST_F(BanAtTheBrokerTest, ANameThatNobodyHasIsBannedAndSaidToBeNobodys) {
  const auto orchestrator = fleet().start_orchestrator();
  const std::string name(kTwo);
  const auto mistyped = muster({"node", "ban", name.substr(0, name.find('.'))});
  EXPECT_EQ(mistyped.exit_code, 0) << mistyped.err;
  EXPECT_THAT(mistyped.err, testing::HasSubstr("is on the bus; did you mean '" + name + "'?"));
  EXPECT_THAT(muster({"node", "ban", kTwo}).err, testing::IsEmpty());
  EXPECT_THAT(muster({"node", "ban", kTwo}).err, testing::IsEmpty()) << "it is banned already";
}

// Of a node that goes without a word its will would be the last one.
TEST_F(BanAtTheBrokerTest, ItsLastWillIsNotPublished) {
  constexpr auto kThree = "n3.example.test";
  const auto orchestrator = fleet().start_orchestrator();
  std::mutex mutex;
  std::set<std::string> gone;  // whose presence was cleared
  const auto listening =
      operator_->subscribe(transport::topics::presence("main", "+"), transport::Qos::at_least_once,
                           [&](const transport::Message& message) {
                             const std::lock_guard lock(mutex);
                             if (message.payload.empty())
                               gone.emplace(transport::topics::last_level(message.topic));
                           });
  ASSERT_TRUE(listening) << listening.error().message;
  const auto is_gone = [&](const char* node) {
    const std::lock_guard lock(mutex);
    return gone.contains(node);
  };
  const auto standing = node_link();
  const auto heard = operator_->subscribe(topic_, transport::Qos::at_least_once,
                                          [this](const transport::Message&) { ++heard_; });
  ASSERT_TRUE(standing != nullptr && heard);
  ASSERT_EQ(muster({"node", "ban", kTwo}).exit_code, 0);
  ASSERT_TRUE(fakes::wait_until([&] { return !is_heard(*standing); }));

  for (const auto* name : {kTwo, kThree}) {
    fleet().node(name).agent().signal(SIGKILL);
    ASSERT_TRUE(fleet().node(name).agent().wait());
  }
  EXPECT_TRUE(fakes::wait_until([&] { return is_gone(kThree); }));
  EXPECT_FALSE(is_gone(kTwo));

  ASSERT_EQ(muster({"node", "unban", kTwo}).exit_code, 0);
  for (const auto* name : {kTwo, kThree}) fleet().node(name).start();
  EXPECT_TRUE(fleet().all_online());
}

}  // namespace
}  // namespace muster::test
