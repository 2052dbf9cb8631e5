// Signals and lost brokers, as systemd and the weather send them.
#include <gmock/gmock.h>

#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>

#include "proto/base/files.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;
using testing::IsSupersetOf;

constexpr std::chrono::seconds kEndsWithin{5};

class AgentLifeTest : public FleetTest {
 protected:
  static constexpr auto kOne = "n1.example.test";

  static Node& node() { return fleet().node(kOne); }
  static Daemon& agent() { return node().agent(); }
  static bool answers() { return muster({"ping", "-I", kOne, "-t", "1"}).exit_code == 0; }
  // Sends SIGHUP and waits until the agent serves again.
  static void reload() {
    const auto before = agent().output().size();
    agent().signal(SIGHUP);
    ASSERT_TRUE(agent().says("on the bus as n1.example.test", before)) << agent().output();
  }
  // A shell script below the node's folder.
  static void write_program(const std::string& name, const std::string& script) {
    node().write(name, "#!/bin/sh\n" + script);
    std::filesystem::permissions(node().file(name), std::filesystem::perms(0755));
  }
  // Of all threads but the main one, whose name is the program's.
  static std::multiset<std::string> thread_names() {
    std::multiset<std::string> names;
    const auto main = std::to_string(agent().pid());
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + main + "/task")) {
      auto name = base::read_file(task.path() / "comm").value_or("ended\n");
      name.pop_back();
      if (task.path().filename() != main) names.insert(std::move(name));
    }
    return names;
  }
};

TEST_F(AgentLifeTest, EveryThreadIsNamedAfterWhatItDoes) {
  EXPECT_TRUE(answers());
  // A thread that has just been started names itself in a moment.
  EXPECT_TRUE(fakes::wait_until([] { return thread_names().count("muster-agent") == 0; }));
  EXPECT_THAT(thread_names(),
              IsSupersetOf({"worker-0", "worker-1", "worker-2", "worker-3", "link-0", "look-0",
                            "agent watch", "facts", "job watcher", "signals", "bus keeper"}));
}

TEST_F(AgentLifeTest, SighupRereadsFacts) {
  node().write("facts.d/colour.yaml", "colour: green\n");
  reload();
  const auto asked = muster({"facts", "colour", "-I", kOne});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("green"));
  EXPECT_EQ(muster({"find", "-F", "colour=green", "--discovery-timeout", "0.5"}).lines(),
            std::vector<std::string>{kOne});
}

// Whoever asks meanwhile is answered, and nobody sees the node go.
TEST_F(AgentLifeTest, SighupLeavesTheLinkAloneWhileAProgramOfFactsHangs) {
  node().write("facts.d/slow.sh",
               "#!/bin/sh\nread x < \"$(dirname \"$0\")/../go\"\necho speed=slow\n");
  std::filesystem::permissions(node().file("facts.d/slow.sh"), std::filesystem::perms(0755));
  const auto go = node().file("go");
  ASSERT_EQ(::mkfifo(go.c_str(), 0600), 0);
  const auto before = agent().output().size();
  agent().signal(SIGHUP);
  ASSERT_TRUE(agent().says("configuration reread; the link stays", before)) << agent().output();
  EXPECT_TRUE(answers());
  std::ofstream(go) << "go\n";
  ASSERT_TRUE(agent().says("on the bus as n1.example.test", before)) << agent().output();
  EXPECT_THAT(muster({"facts", "speed", "-I", kOne}).out, HasSubstr("slow"));
  EXPECT_EQ(agent().output().find("connected", before), std::string::npos) << agent().output();
  std::filesystem::remove(node().file("facts.d/slow.sh"));
  std::filesystem::remove(go);
  reload();
}

// The program would run for an hour.
TEST_F(AgentLifeTest, AStartAndAnEndWaitForNoProgramOfFacts) {
  agent().signal(SIGTERM);
  ASSERT_EQ(agent().wait(kEndsWithin), 0) << agent().output();
  node().write("facts.d/slow.sh", "#!/bin/sh\nexec sleep 3600\n");
  std::filesystem::permissions(node().file("facts.d/slow.sh"), std::filesystem::perms(0755));
  node().start();
  EXPECT_TRUE(fakes::wait_until(answers)) << agent().output();
  EXPECT_THAT(agent().output(), HasSubstr("those of programs follow"));
  agent().signal(SIGHUP);  // another collection
  agent().signal(SIGTERM);
  EXPECT_EQ(agent().wait(kEndsWithin), 0) << agent().output();
  std::filesystem::remove(node().file("facts.d/slow.sh"));
  node().start();
  EXPECT_TRUE(fakes::wait_until(answers));
}

TEST_F(AgentLifeTest, SighupRereadsPolicies) {
  const std::vector<std::string> question{"rpc", "rpcutil", "get_fact", "fact=os", "-I", kOne};
  node().write("policies/rpcutil.policy", "policy default deny\nallow\t*\tping\t*\t*\n");
  reload();
  const auto refused = muster(question);
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.out, HasSubstr("policies/rpcutil.policy"));
  std::filesystem::remove_all(node().file("policies"));
  reload();
  EXPECT_EQ(muster(question).exit_code, 0);
}

TEST_F(AgentLifeTest, SighupWithABadConfigurationKeepsTheOldAndSaysSo) {
  node().write("agent.yaml", node().config_text("workrs: 3\n"));
  reload();
  EXPECT_THAT(agent().output(), HasSubstr("configuration not reread, the old one stays in force"));
  EXPECT_THAT(agent().output(), HasSubstr("unknown key 'workrs'; did you mean 'workers'?"));
  EXPECT_THAT(agent().output(), HasSubstr("agent.yaml:"));
  EXPECT_TRUE(answers());
  node().write("agent.yaml", node().config_text());
  reload();
}

TEST_F(AgentLifeTest, SighupWithAConfigurationThatCannotWorkKeepsTheOldToo) {
  for (const auto* wrong :
       {"operator_root: /nowhere/root.pem\n", "state_folder: /proc/nowhere\n"}) {
    const std::string key(wrong, std::string_view(wrong).find(' '));
    auto text = node().config_text();
    const auto line = text.find(key);
    text.replace(line, text.find('\n', line) + 1 - line, wrong);
    node().write("agent.yaml", text);
    const auto before = agent().output().size();
    reload();
    EXPECT_THAT(agent().output().substr(before),
                HasSubstr("configuration not reread, the old one stays in force"));
    EXPECT_THAT(agent().output().substr(before), HasSubstr("nowhere"));
    EXPECT_TRUE(answers());
  }
  node().write("agent.yaml", node().config_text());
  reload();
}

TEST_F(AgentLifeTest, SighupAfterSighupIsServed) {
  for (int i = 0; i < 5; ++i) agent().signal(SIGHUP);
  EXPECT_TRUE(fakes::wait_until(answers));
  EXPECT_TRUE(agent().running());
}

// A stand-in that changes what a run changes: a class and a fact. Facts take a while to gather, and nothing else would
// look, or register, within the hour.
TEST_F(AgentLifeTest, AfterAPuppetRunTheNodeLooksAtOnce) {
  const auto home = node().file("").string();
  const auto place = base::read_file(node().file("facts.d/place.yaml")).value();
  write_program("puppet", "[ \"$1\" = agent ] || exit 0\necho role::fresh >>" + home +
                              "classes.txt\nsed -i 's/country: .*/country: fresh/' " + home +
                              "facts.d/place.yaml\n");
  write_program("facts.d/slow.sh", "sleep 2\necho speed=slow\n");
  node().write("policies/puppet.policy", "policy default deny\nallow\toperators\t*\t*\t*\n");
  auto text =
      node().config_text("facts_interval_s: 3600\nregistration: {interval_s: 3600, splay_s: 0}\n");
  text.insert(text.find("  cadir: "), "  program: " + home + "puppet\n  vardir: " + home + "var\n");
  node().write("agent.yaml", text);
  const auto orchestrator = fleet().start_orchestrator();
  reload();
  const auto found = [](const std::string& filter, const std::string& method) {
    const auto names = muster({"find", "-S", filter, "--dm", method}).lines();
    return std::find(names.begin(), names.end(), kOne) != names.end();
  };
  const std::string fresh = "role::fresh and country=fresh";
  ASSERT_TRUE(fakes::wait_until([&] { return found("country=de", "registry"); }));
  const auto run = muster({"puppet", "runall", "1", "-I", kOne});
  EXPECT_TRUE(found(fresh, "presence")) << run.out << run.err << agent().output();
  EXPECT_TRUE(fakes::wait_until([&] { return found(fresh, "registry"); })) << agent().output();
  EXPECT_THAT(muster({"facts", "country", "-I", kOne}).out, HasSubstr("fresh"));
  node().write("agent.yaml", node().config_text());
  std::filesystem::remove_all(node().file("policies"));
  std::filesystem::remove(node().file("facts.d/slow.sh"));
  node().write("facts.d/place.yaml", place);
  reload();
}

// The first look at them takes as long as the slowest, here some 4 s: eight that are given up, four at once.
TEST_F(AgentLifeTest, NeitherAStartNorAReloadWaitsForAgentsThatHang) {
  const std::filesystem::path agents = MUSTER_TEST_AGENTS "/external";
  auto ddl = Value::parse(base::read_file(agents / "parrot.json").value());
  for (const auto* name :
       {"hang1", "hang2", "hang3", "hang4", "hang5", "hang6", "hang7", "hang8"}) {
    ddl["metadata"]["name"] = name;
    node().write(std::string("agents/") + name + ".json", ddl.dump());
    write_program(std::string("agents/") + name, "exec sleep 3600\n");
  }
  for (const auto* file : {"parrot", "parrot.json"})
    std::filesystem::copy_file(agents / file, node().file("agents") / file);
  node().write("agent.yaml",
               node().config_text("external_agents: [" + node().file("agents").string() + "]\n"));
  agent().signal(SIGTERM);
  ASSERT_EQ(agent().wait(kEndsWithin), 0) << agent().output();
  // The log goes on where the earlier agent ended.
  const auto comes_before_the_last_is_given_up = [](const std::string& line, std::size_t from) {
    EXPECT_TRUE(agent().says("agent loaded agent=parrot", from)) << agent().output();
    EXPECT_TRUE(agent().says("agent disabled agent=hang8", from)) << agent().output();
    const auto log = agent().output().substr(from);
    EXPECT_LT(log.find(line), log.find("agent disabled agent=hang8")) << log;
  };
  auto from = agent().output().size();
  node().start();
  comes_before_the_last_is_given_up("on the bus as n1.example.test", from);
  EXPECT_TRUE(fakes::wait_until([] {
    return muster({"find", "-A", "parrot"}).lines() == std::vector<std::string>{kOne};
  })) << "it is shown once it is there";
  from = agent().output().size();
  agent().signal(SIGHUP);
  comes_before_the_last_is_given_up("configuration reread; the link stays", from);
  std::filesystem::remove_all(node().file("agents"));
  node().write("agent.yaml", node().config_text());
  reload();
}

TEST_F(AgentLifeTest, SigtermEndsTheAgentAlsoWhileTheBrokerIsAway) {
  fleet().store_retained();
  fleet().broker().signal(SIGKILL);
  ASSERT_TRUE(agent().says("connection lost"));
  agent().signal(SIGTERM);
  EXPECT_EQ(agent().wait(kEndsWithin), 0) << agent().output();
  node().start();
  ASSERT_TRUE(agent().says("cannot enter the collective"));
  agent().signal(SIGTERM);
  EXPECT_EQ(agent().wait(kEndsWithin), 0) << agent().output();
  fleet().start_broker();
  node().start();
  EXPECT_TRUE(fakes::wait_until(answers));
}

TEST_F(AgentLifeTest, SigtermEndsTheAgentAlsoWhileTheBrokerHangs) {
  fleet().broker().pause();
  agent().signal(SIGTERM);
  EXPECT_EQ(agent().wait(2 * kEndsWithin), 0) << agent().output();
  fleet().broker().resume();
  node().start();
  EXPECT_TRUE(fakes::wait_until(answers));
}

TEST_F(AgentLifeTest, AgentsComeBackByThemselvesWhenTheBrokerIsKilledAndStartedAgain) {
  fleet().store_retained();
  fleet().broker().signal(SIGKILL);
  ASSERT_TRUE(fleet().broker().wait());
  const auto away = muster({"ping"});
  EXPECT_EQ(away.exit_code, 1);
  EXPECT_THAT(away.err, HasSubstr("cannot reach broker"));
  fleet().start_broker();
  // Who was online is stored with the rest: only answers show who is.
  EXPECT_TRUE(fakes::wait_until([] {
    const auto pinged = muster({"ping", "-t", "1"});
    return pinged.exit_code == 0 && pinged.out.find("6 replies") != std::string::npos;
  })) << muster({"ping"}).out;
}

}  // namespace
}  // namespace muster::test
