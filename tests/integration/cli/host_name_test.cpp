// A machine that is called localhost until somebody names it, as cloud images are.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/integration/cli/installation.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class HostNameTest : public testing::Test {
 protected:
  // An agent without a name of its own in the configuration, on a host of this name.
  static std::vector<std::string> agent_on(const std::string& host, const std::string& config) {
    return {"/usr/bin/unshare", "--uts", "sh", "-c",
            "hostname " + host + " && exec " MUSTER_AGENT_PROGRAM " --config " + config};
  }
  std::string config() const {
    const auto home = folder_.path().string();
    return folder_
        .write("agent.yaml", "state_folder: " + home + "/state\ntoken_file: " + home +
                                 "/none\nbrokers: [\"127.0.0.1:1\"]\noperator_root: " + home +
                                 "/root.pem\norchestrator_root: " + home +
                                 "/root.pem\npuppet: {confdir: " + home + "/puppet}\n")
        .string();
  }

  const fakes::TempFolder folder_;
};

TEST_F(HostNameTest, LocalhostWaitsUntilItHasAName) {
  Daemon agent(agent_on("localhost", config()), folder_ / "log");
  ASSERT_TRUE(agent.says("waiting for the host's name")) << agent.output();
  EXPECT_THAT(agent.output(), HasSubstr("no name of its own yet (it is 'localhost')"));
  run({"/usr/bin/nsenter", "--uts", "--target", std::to_string(agent.pid()), "hostname",
       "ip6-localhost"});
  run({"/usr/bin/nsenter", "--uts", "--target", std::to_string(agent.pid()), "hostname",
       "web9.example.test"});
  // It goes on, and finds that there is no root to believe.
  EXPECT_TRUE(agent.says("root.pem")) << agent.output();
  EXPECT_EQ(agent.wait(), 1);
}

TEST_F(HostNameTest, WhoeverWaitsForANameStopsWhenTold) {
  Daemon agent(agent_on("localhost.localdomain", config()), folder_ / "log");
  ASSERT_TRUE(agent.says("waiting for the host's name")) << agent.output();
  agent.signal(SIGHUP);
  agent.signal(SIGTERM);
  EXPECT_EQ(agent.wait(), 0) << agent.output();
}

TEST_F(HostNameTest, APuppetConfThatComesLaterMayNameTheNode) {
  Daemon agent(agent_on("localhost", config()), folder_ / "log");
  ASSERT_TRUE(agent.says("waiting for the host's name")) << agent.output();
  folder_.write("puppet/puppet.conf", "[agent]\ncertname = ap-7.example.test\n");
  EXPECT_TRUE(agent.says("root.pem")) << agent.output();
  EXPECT_EQ(agent.wait(), 1);
}

TEST_F(HostNameTest, AMachineWithANameDoesNotWait) {
  Daemon agent(agent_on("web9.example.test", config()), folder_ / "log");
  EXPECT_EQ(agent.wait(), 1);
  EXPECT_THAT(agent.output(), Not(HasSubstr("waiting for the host's name")));
}

}  // namespace
}  // namespace muster::test
