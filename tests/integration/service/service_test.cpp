// Against a real systemd (in-systemd), with the units of units/.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "plugins/agents/service/service_agent.hpp"
#include "plugins/data/service/service_data.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::service {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ServiceTest : public testing::Test {
 protected:
  ActionReply call(const std::string& action, const std::string& service,
                   std::chrono::seconds patience = std::chrono::seconds(60)) {
    return agent_.handle(test::request_of(action, {{"service", service}}, "cert=alice", patience));
  }
  void TearDown() override {
    for (const char* unit : {"muster-steady", "muster-slow"}) call("stop", unit);
  }

  base::SystemClock clock_;
  test::TestNode node_{"n1.example", clock_};
  ServiceAgent agent_{ddl::built_in("service").value(), node_};
};

TEST_F(ServiceTest, TheAgentIsOfferedWhereSystemdRuns) {
  EXPECT_TRUE(agent_.active());
}

TEST_F(ServiceTest, StartAndStopAndWhatTheStatusSaysOfBoth) {
  auto reply = call("status", "muster-steady");
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("status"), "stopped");
  EXPECT_EQ(reply.data.at("since"), 0);

  reply = call("start", "muster-steady");
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("status"), "running");
  EXPECT_EQ(reply.data.at("active_state"), "active");
  EXPECT_EQ(reply.data.at("sub_state"), "running");
  EXPECT_EQ(reply.data.at("unit"), "muster-steady.service");
  const pid_t pid = reply.data.at("pid");
  EXPECT_EQ(::kill(pid, 0), 0);
  EXPECT_NEAR(reply.data.at("since").get<double>(), clock_.unix_ms() / 1000.0, 60);
  EXPECT_EQ(call("start", "muster-steady").data.at("pid"), pid) << "it runs already";

  reply = call("stop", "muster-steady.service");
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("status"), "stopped");
  EXPECT_EQ(reply.data.at("pid"), 0);
  EXPECT_NE(::kill(pid, 0), 0);
}

TEST_F(ServiceTest, ARestartIsAnotherProcessAndAReloadTheSame) {
  const auto first = call("start", "muster-steady").data.at("pid");
  const auto again = call("restart", "muster-steady");
  EXPECT_EQ(again.status, 0) << again.message;
  EXPECT_NE(again.data.at("pid"), first);
  const auto reloaded = call("reload", "muster-steady");
  EXPECT_EQ(reloaded.status, 0) << reloaded.message;
  EXPECT_EQ(reloaded.data.at("pid"), again.data.at("pid"));
}

TEST_F(ServiceTest, WhatCannotBeReloadedSaysSo) {
  EXPECT_THAT(call("reload", "muster-steady").message, HasSubstr("not"));
  EXPECT_EQ(call("reload", "muster-steady").status, 1);
  EXPECT_THAT(call("reload", "muster-broken").message, HasSubstr("not applicable"));
}

TEST_F(ServiceTest, AFailedStartComesWithItsReasonAndTheJournalsLastLines) {
  const auto reply = call("start", "muster-broken");
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(
      reply.message,
      AllOf(HasSubstr("muster-broken.service did not start: its program ended with exit code 3"),
            HasSubstr("the disk is gone")));
  EXPECT_EQ(reply.data.at("active_state"), "failed");
}

TEST_F(ServiceTest, AServiceWhoseNeedFailsIsNotStarted) {
  const auto reply = call("start", "muster-needy");
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("a unit that it needs could not be started"));
}

TEST_F(ServiceTest, AStartThatOutlastsTheCallGoesOnAndSaysSo) {
  const auto reply = call("start", "muster-slow", std::chrono::seconds(2));
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("systemd goes on with it"));
  EXPECT_EQ(call("status", "muster-slow").data.at("active_state"), "activating");
}

TEST_F(ServiceTest, EnableAndDisableMayBeRepeated) {
  for (const auto& [action, changed, enabled] : {std::tuple{"enable", true, true},
                                                 {"enable", false, true},
                                                 {"disable", true, false},
                                                 {"disable", false, false}}) {
    const auto reply = call(action, "muster-steady");
    ASSERT_EQ(reply.status, 0) << action << reply.message;
    EXPECT_EQ(reply.data.at("changed"), changed) << action;
    EXPECT_EQ(reply.data.at("enabled"), enabled) << action;
  }
  EXPECT_EQ(call("status", "muster-steady").data.at("unit_file_state"), "disabled");
}

TEST_F(ServiceTest, AUnitWithoutInstallSectionCannotBeEnabled) {
  const auto reply = call("enable", "muster-broken");
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("no [Install] section"));
}

TEST_F(ServiceTest, AServiceThatIsNotThereIsAnsweredWithTheNearest) {
  for (const char* action : {"status", "enable"}) {
    const auto reply = call(action, "muster-stedy");
    EXPECT_NE(reply.status, 0) << action;
    EXPECT_EQ(reply.message,
              "no service 'muster-stedy' on this node; did you mean 'muster-steady'?");
  }
}

TEST_F(ServiceTest, TheDataPluginKnowsWhatRuns) {
  data::ServiceData service(ddl::built_in_data("service").value(), node_);
  EXPECT_TRUE(service.active());
  ASSERT_EQ(call("start", "muster-steady").status, 0);
  auto data = service.query("muster-steady").value();
  EXPECT_EQ(data.at("status"), "running");
  EXPECT_EQ(data.at("exists"), true);
  EXPECT_EQ(data.at("enabled"), false);
  data = service.query("nosuch").value();
  EXPECT_EQ(data.at("status"), "stopped");
  EXPECT_EQ(data.at("exists"), false);
}

TEST_F(ServiceTest, ManyCallsLeaveNoDescriptorBehind) {
  const auto descriptors = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  call("status", "muster-steady");
  const auto before = descriptors();
  for (int i = 0; i < 50; ++i) ASSERT_EQ(call("status", "muster-steady").status, 0);
  EXPECT_EQ(descriptors(), before);
}

}  // namespace
}  // namespace muster::plugins::service
