#include "plugins/agents/service/service_reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/agents/service/service_agent.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::service {
namespace {

using systemd::UnitState;
using systemd::Verb;
using testing::HasSubstr;

UnitState unit(const std::string& active, const std::string& result = "success") {
  UnitState state;
  state.unit = "nginx.service";
  state.active_state = active;
  state.result = result;
  state.exit_status = 3;
  return state;
}

TEST(ServiceReplyTest, StatusIsOneOfTheTwoWordsPeopleKnow) {
  EXPECT_EQ(reply_of(unit("active")).at("status"), "running");
  EXPECT_EQ(reply_of(unit("reloading")).at("status"), "running");
  for (const char* down : {"inactive", "failed", "activating"})
    EXPECT_EQ(reply_of(unit(down)).at("status"), "stopped") << down;
}

TEST(ServiceReplyTest, EveryOutputIsDescribed) {
  const auto ddl = ddl::built_in("service").value();
  const auto reply = reply_of(unit("active"));
  for (const auto& action : ddl.actions)
    for (const auto& [name, value] : reply.items())
      EXPECT_TRUE(std::any_of(action.outputs.begin(), action.outputs.end(),
                              [&](const auto& output) { return output.name == name; }))
          << action.name << " " << name;
}

TEST(ServiceReplyTest, TheNearestServiceIsTold) {
  const std::vector<std::string> known{"nginx.service", "ssh.socket", "apt-daily.timer"};
  EXPECT_THAT(no_such("ngnix.service", known).message,
              HasSubstr("'ngnix' on this node; did you mean 'nginx'?"));
  EXPECT_THAT(no_such("ssh.sockt.service", known).message, HasSubstr("did you mean 'ssh.socket'?"));
  EXPECT_THAT(no_such("postgresql.service", known).message, HasSubstr("systemctl list-unit-files"));
}

TEST(ServiceReplyTest, WhyItDidNotIsSaidInWords) {
  EXPECT_EQ(why_not(Verb::start, "done", unit("active")), "");
  EXPECT_EQ(why_not(Verb::start, "done", unit("inactive")), "") << "a oneshot has done its work";
  EXPECT_EQ(why_not(Verb::stop, "done", unit("failed", "exit-code")), "");
  struct Case {
    Verb verb;
    const char* result;
    UnitState state;
    const char* says;
  };
  const Case cases[] = {
      {Verb::start, "failed", unit("failed", "exit-code"),
       "nginx.service did not start: its program ended with exit code 3"},
      {Verb::start, "done", unit("failed", "exit-code"), "did not start: its program ended"},
      {Verb::restart, "failed", unit("failed", "signal"), "did not restart: it ended by 'signal'"},
      {Verb::start, "dependency", unit("inactive"), "a unit that it needs"},
      {Verb::stop, "canceled", unit("active"), "did not stop: another request"},
      {Verb::stop, "timeout", unit("deactivating"), "systemd's own time limit"},
      {Verb::reload, "invalid", unit("inactive"), "did not reload: it is not running"},
      {Verb::start, "colour", unit("inactive"), "systemd says 'colour'"}};
  for (const auto& c : cases)
    EXPECT_THAT(why_not(c.verb, c.result, c.state), HasSubstr(c.says)) << c.result;
}

TEST(ServiceAgentTest, AnUnreachableServiceManagerCostsThatCallAlone) {
  base::SystemClock clock;
  test::TestNode node("n1.example", clock);
  ServiceAgent agent(ddl::built_in("service").value(), node, {"unix:path=/nowhere/bus"});
  const auto reply = agent.handle(test::request_of("status", {{"service", "nginx"}}));
  EXPECT_NE(reply.status, 0);
  EXPECT_THAT(reply.message, HasSubstr("cannot reach the service manager by unix:path=/nowhere"));
  EXPECT_EQ(agent.handle(test::request_of("status", {{"service", "a.target"}})).status, 4);
}

}  // namespace
}  // namespace muster::plugins::service
