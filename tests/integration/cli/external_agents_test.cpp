// Other people's agents on a real node, called from the command line: Choria's external ones and MCollective's in Ruby.
#include <gmock/gmock.h>

#include <csignal>

#include "proto/base/files.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const fs::path kAgents = MUSTER_TEST_AGENTS;
const fs::path kSample = MUSTER_SOURCE_DIR "/config/samples/marker";
constexpr auto kAllowAll = "policy default deny\nallow\t*\t*\t*\t*\n";

class ExternalAgentsTest : public FleetTest {
 protected:
  static constexpr auto kOne = "n1.example.test";

  static void SetUpTestSuite() {
    FleetTest::SetUpTestSuite();
    for (const std::string name : {"parrot", "abacus", "misfit", "songbird", "grumbler"})
      node().write("policies/" + name + ".policy", kAllowAll);
    node().write("policies/data.tides.policy", kAllowAll);
    for (const std::string name : {"parrot", "misfit"}) install(name);
    fs::copy(kAgents / "ruby", node().file("ruby"), fs::copy_options::recursive);
    node().write("agents/broken.json", "{\"metadata\": ");
    install_sample();
    node().write(
        "agent.yaml",
        node().config_text(
            "external_agents: [" + folder().string() + "]\nruby_libdirs: [" +
            node().file("ruby").string() + "]\nexternal_data: [" + (kAgents / "data").string() +
            "]\nagents_interval_s: 1\nplugin_config: " + node().file("plugin.d").string() + "\n"));
    for (const std::string name : {"parrot", "abacus", "misfit"}) describe(name);
    const auto ddl = run(
        {"ruby", MUSTER_RUBY_HOST, "--describe", kAgents / "ruby/mcollective/agent/songbird.ddl"});
    ASSERT_EQ(ddl.exit_code, 0) << ddl.err;
    fleet().folder().write(".config/muster/ddl/songbird.json", ddl.out);
    const auto before = node().agent().output().size();
    node().agent().signal(SIGHUP);
    ASSERT_TRUE(node().agent().says("on the bus as n1.example.test", before));
    ASSERT_TRUE(offers({"misfit", "parrot", "songbird"})) << node().agent().output();
  }

  static Node& node() { return fleet().node(kOne); }
  static fs::path folder() { return node().file("agents"); }
  static void install(const std::string& name) {
    fs::create_directories(folder());
    for (const std::string& file : {name, name + ".json"})
      fs::copy_file(kAgents / "external" / file, folder() / file,
                    fs::copy_options::overwrite_existing);
  }
  // As docs/operating/SAMPLE_AGENT.md says, but for where its lines stand. Nobody here is an admin.
  static void install_sample() {
    for (const std::string file : {"marker", "marker.json"})
      fs::copy_file(kSample / file, folder() / file);
    node().write("policies/marker.policy", base::read_file(kSample / "marker.policy").value());
    node().write("plugin.d/marker", "folder = " + node().file("lines").string() + "\n");
  }
  // For the operator, who checks inputs against it.
  static void describe(const std::string& name) {
    const auto json = base::read_file(kAgents / "external" / (name + ".json")).value();
    fleet().folder().write(".config/muster/ddl/" + name + ".json", json);
  }
  // Whether the node comes to show these in its presence.
  static bool offers(const std::vector<std::string>& agents) {
    return fakes::wait_until([&agents] {
      for (const auto& agent : agents)
        if (muster({"find", "-A", agent}).lines() != std::vector<std::string>{kOne}) return false;
      return true;
    });
  }
  // The one reply of a call to the node.
  static Value reply(std::vector<std::string> words, int exit_code) {
    words.insert(words.begin(), "rpc");
    for (const auto* word : {"-I", kOne, "--json", "-t", "30"}) words.emplace_back(word);
    const auto called = muster(words);
    EXPECT_EQ(called.exit_code, exit_code) << called.out << called.err;
    const auto replies = called.json().value("replies", Value::array());
    EXPECT_EQ(replies.size(), 1U) << called.out << called.err;
    return replies.empty() ? Value::object() : replies[0];
  }
};

TEST_F(ExternalAgentsTest, ADescriptionThatTheOperatorLacksComesFromANode) {
  const auto own = fleet().file(".config/muster/ddl/parrot.json");
  const auto cached = fleet().file(".cache/muster/ddl/parrot.json");
  fs::remove(own);
  const auto repeated = reply({"parrot", "repeat", "message=hi", "count=2"}, 0);
  EXPECT_EQ(repeated.at("data").at("said"), "hi hi");
  EXPECT_TRUE(fs::exists(cached));
  const auto wrong = muster({"rpc", "parrot", "repeat", "count=two"});
  EXPECT_THAT(wrong.err, HasSubstr("must be an integer"));
  const auto nobody = muster({"rpc", "no_such_agent_anywhere", "x"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.err, HasSubstr("there is no agent 'no_such_agent_anywhere'"));
  EXPECT_THAT(nobody.err, HasSubstr("Nor can a node be asked for its own"));
  fs::remove(cached);
  describe("parrot");
}

TEST_F(ExternalAgentsTest, TheSampleAgentIsReadByOperatorsAndWrittenByWhoItsPolicyNames) {
  ASSERT_TRUE(offers({"marker"})) << node().agent().output();
  const auto nothing = reply({"marker", "get", "name=joining"}, 0);
  EXPECT_EQ(nothing.at("data").at("present"), false);
  EXPECT_THAT(muster({"rpc", "marker", "get", "name=../etc"}).err, HasSubstr("name"));
  const auto refused = muster({"rpc", "marker", "set", "name=mine", "text=hello", "-I", kOne});
  EXPECT_NE(refused.exit_code, 0) << refused.out;
  node().write("lines/joining", "n1 goes to puppet-1\n");
  const auto line = reply({"marker", "get", "name=joining"}, 0);
  EXPECT_EQ(line.at("data").at("present"), true);
  EXPECT_EQ(line.at("data").at("text"), "n1 goes to puppet-1");
  EXPECT_FALSE(fs::exists(node().file("lines/mine")));
}

// Mosquitto tells each client that connects, once it is asked to.
class Connections {
 public:
  explicit Connections(Fleet& fleet) : fleet_(fleet) {
    const auto file = fleet.file("broker/mosquitto.conf");
    auto text = base::read_file(file).value();
    const std::string off = "connection_messages false";
    const auto at = text.find(off);
    EXPECT_NE(at, std::string::npos);
    EXPECT_TRUE(base::write_file(file, text.replace(at, off.size(), "connection_messages true")));
    fleet.broker().signal(SIGHUP);
    EXPECT_TRUE(fakes::wait_until([this] {
      fleet_.muster({"find"});
      return count() > 0;
    }));
  }

  // Of operators' commands that have ended.
  std::size_t count() const {
    const std::string connected = " as muster-";
    const auto log = fleet_.broker().output();
    std::size_t found = 0;
    for (auto at = log.find(connected); at != std::string::npos; at = log.find(connected, at + 1))
      ++found;
    return found;
  }

 private:
  Fleet& fleet_;
};

TEST_F(ExternalAgentsTest, OneCommandIsOneConnectionAlsoWhenANodeIsAskedForADescriptionFirst) {
  const Connections connections(fleet());
  fs::remove(fleet().file(".config/muster/ddl/parrot.json"));
  fs::remove(fleet().file(".cache/muster/ddl/parrot.json"));
  const std::string handle(32, '0');
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"rpc", "parrot", "repeat", "message=hi", "count=2", "-I", kOne},
           {"rpc", "parrot", "repeat", "message=hi", "count=2", "-I", kOne, "--no-results"},
           {"ping"},
           {"ping", "-F", "country=de"},
           {"find", "-S", "row=1"},
           {"facts", "country"},
           {"inventory", kOne},
           {"puppet", "status"},
           {"job", "list"},
           {"job", "status", handle},
           {"job", "watch", handle}}) {
    const auto before = connections.count();
    const auto done = muster(words);
    EXPECT_EQ(connections.count(), before + 1) << testing::PrintToString(words) << done.err;
  }
  fs::remove(fleet().file(".cache/muster/ddl/parrot.json"));
  describe("parrot");
}

TEST_F(ExternalAgentsTest, ANameNearAKnownOneIsAskedForBeforeItIsCalledMistyped) {
  auto near = Value::parse(base::read_file(kAgents / "external/parrot.json").value());
  near["metadata"]["name"] = "parrots";
  fleet().folder().write(".config/muster/ddl/parrots.json", near.dump());
  fs::remove(fleet().file(".config/muster/ddl/parrot.json"));
  EXPECT_EQ(reply({"parrot", "repeat", "message=hi", "count=2"}, 0).at("data").at("said"), "hi hi");
  fs::remove(fleet().file(".cache/muster/ddl/parrot.json"));
  const auto page = muster({"plugin", "doc", "parrot"});
  EXPECT_EQ(page.exit_code, 0) << page.err;
  EXPECT_THAT(page.out, HasSubstr("agent parrot"));
  fs::remove(fleet().file(".cache/muster/ddl/parrot.json"));
  fs::remove(fleet().file(".config/muster/ddl/parrots.json"));
  describe("parrot");
}

TEST_F(ExternalAgentsTest, ADescriptionIsFetchedFromANodeForWorkflows) {
  const auto folder = fleet().file("fetched");
  const std::vector<std::string> words{"plugin", "fetch",        "parrot",       "--from",
                                       kOne,     "--ddl-folder", folder.string()};
  const auto done = muster(words);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("parrot.json: written (parrot "));
  EXPECT_THAT(done.out, HasSubstr("as n1.example.test describes it"));
  EXPECT_THAT(done.out, HasSubstr("\nactions: "));
  EXPECT_THAT(done.out, HasSubstr("repeat"));
  const auto written = base::read_file(folder / "parrot.json");
  ASSERT_TRUE(written);
  EXPECT_EQ(Value::parse(*written).at("metadata").at("name"), "parrot");
  EXPECT_THAT(muster(words).out, HasSubstr("the same as before"));
  const auto absent = muster(
      {"plugin", "fetch", "parrot", "--from", "n9.example.test", "--ddl-folder", folder.string()});
  EXPECT_NE(absent.exit_code, 0);
  const auto of_any = muster({"plugin", "fetch", "parrot", "--ddl-folder", folder.string()});
  EXPECT_EQ(of_any.exit_code, 1);
  EXPECT_THAT(of_any.err, HasSubstr("'muster find -A parrot' lists those that run it"));
  const auto built_in = muster({"plugin", "fetch", "puppet", "--ddl-folder", folder.string()});
  EXPECT_EQ(built_in.exit_code, 1);
  EXPECT_THAT(built_in.err, HasSubstr("puppet comes with Muster"));
}

// What Ruby, Python, shells and systemd's programs call a warning.
TEST_F(ExternalAgentsTest, WhatAnAgentWarnsOfIsLoggedAsAWarningAndWhatElseItComplainsOfAsAnError) {
  auto ddl = Value::parse(base::read_file(kAgents / "external/parrot.json").value());
  ddl["metadata"]["name"] = "grumbler";
  node().write("agents/grumbler",
               "#!/bin/sh\ncase $CHORIA_EXTERNAL_PROTOCOL in *activation*)\n"
               "echo '{\"activate\":true}' >\"$CHORIA_EXTERNAL_REPLY\"; exit;; esac\n"
               "echo 'grumble.rb:7: warning: nearly full' >&2\necho '<4>quite full' >&2\n"
               "echo 'no more room' >&2\necho '{}' >\"$CHORIA_EXTERNAL_REPLY\"\n");
  fs::permissions(node().file("agents/grumbler"), fs::perms(0755));
  node().write("agents/grumbler.json", ddl.dump());
  fleet().folder().write(".config/muster/ddl/grumbler.json", ddl.dump());
  ASSERT_TRUE(offers({"grumbler"})) << node().agent().output();
  reply({"grumbler", "surroundings"}, 0);
  const auto log = node().agent().output();
  EXPECT_THAT(log,
              HasSubstr("Z warning an agent says agent=grumbler line=\"grumble.rb:7: warning"));
  EXPECT_THAT(log, HasSubstr("Z warning an agent says agent=grumbler line=\"quite full\""));
  EXPECT_THAT(log, HasSubstr("Z error an agent says agent=grumbler line=\"no more room\""));
  for (const auto* file : {"grumbler", "grumbler.json"}) fs::remove(node().file("agents") / file);
}

TEST_F(ExternalAgentsTest, AnAgentOfEachKindAnswers) {
  const auto repeated = reply({"parrot", "repeat", "message=hi", "count=2"}, 0);
  EXPECT_EQ(repeated.at("data"), (Value{{"said", "hi hi"}, {"mood", "content"}}));
  const auto around = reply({"parrot", "surroundings"}, 0).at("data");
  EXPECT_EQ(around.at("facts").at("country"), "de");
  EXPECT_EQ(around.at("request").at("callerid"), "cert=operator");
  EXPECT_EQ(around.at("request").at("ttl"), 60);
  const auto sung = reply({"songbird", "sing", "song=la la"}, 0).at("data");
  EXPECT_EQ(sung.at("song"), "la la");
  EXPECT_EQ(sung.at("caller"), "cert=operator");
  EXPECT_EQ(sung.at("country"), "de");
  EXPECT_EQ(reply({"songbird", "count", "word=hello"}, 0).at("data").at("letters"), 5);
}

TEST_F(ExternalAgentsTest, InputsAreCheckedOnBothEndsAndFailuresHaveTheirStatus) {
  EXPECT_EQ(muster({"rpc", "parrot", "repeat", "message=a;b"}).exit_code, 1);
  EXPECT_EQ(reply({"parrot", "refuse", "code=3"}, 2).at("statuscode"), 3);
  EXPECT_EQ(reply({"songbird", "sing", "song=silence"}, 2).at("statuscode"), 4);
  const auto failed = reply({"songbird", "fail", "how=fail!"}, 2);
  EXPECT_EQ(failed.at("statuscode"), 4);
  EXPECT_EQ(failed.at("statusmsg"), "it must not");
}

struct Misdeed {
  std::string agent;
  std::string action;
  std::string how;
  int status;
  std::string message;
};

TEST_F(ExternalAgentsTest, AMisbehavingAgentCostsThatCallAloneAndTheCallerIsTold) {
  const std::vector<Misdeed> table{
      {"misfit", "misbehave", "crash", 5, "it was ended by signal 11"},
      {"misfit", "misbehave", "exit", 1, "it exited with 3: the disk is full"},
      {"misfit", "misbehave", "deaf", 5, "and was killed"},
      {"misfit", "misbehave", "gigabyte", 5, "printed more than 16777216 bytes and was killed"},
      {"misfit", "misbehave", "fork", 5, "it wrote no reply"},
      {"misfit", "misbehave", "daemon", 5, "and was killed"},
      {"misfit", "misbehave", "half_json", 5, "is not JSON"},
      {"misfit", "misbehave", "huge_reply", 5, "at most 4194304 are read"},
      {"songbird", "fail", "kill", 5, "it was ended by signal 9"},
      {"songbird", "fail", "raise", 5, "that was odd"},
  };
  const auto children = node().file("children");
  fs::create_directories(children);
  for (const auto& row : table) {
    std::vector<std::string> words{row.agent, row.action, "how=" + row.how};
    if (row.how == "fork" || row.how == "daemon") words.push_back("folder=" + children.string());
    const auto answered = reply(words, 2);
    EXPECT_EQ(answered.value("statuscode", -1), row.status) << row.how;
    EXPECT_THAT(answered.value("statusmsg", ""), HasSubstr(row.message)) << row.how;
    EXPECT_EQ(muster({"ping", "-I", kOne}).exit_code, 0) << "after " << row.how;
  }
  if (const auto pid = base::read_file(children / "child"); pid) ::kill(std::stoi(*pid), SIGKILL);
}

TEST_F(ExternalAgentsTest, AReplyThatIsTooLargeSaysWhatIsLeftOut) {
  const auto big = reply({"misfit", "misbehave", "how=big_reply"}, 0);
  EXPECT_THAT(big.at("statusmsg").get<std::string>(), HasSubstr("bytes of data left out"));
}

TEST_F(ExternalAgentsTest, InventoryTellsWhichAgentsAreDisabledAndWhy) {
  const auto shown = muster({"inventory", kOne});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("\nDisabled Agents:\n   broken: broken.json:1: not JSON"));
  const auto inventory = muster({"inventory", kOne, "--json"}).json().at("inventory");
  ASSERT_EQ(inventory.at("disabled_agents").size(), 1U);
  EXPECT_EQ(inventory.at("disabled_agents")[0].at("agent"), "broken");
  EXPECT_THAT(inventory.at("agents"), Contains("songbird"));
  EXPECT_THAT(inventory.at("agents"), Not(Contains("broken")));
}

TEST_F(ExternalAgentsTest, AgentsComeAndGoWithoutARestart) {
  EXPECT_EQ(muster({"find", "-A", "abacus"}).exit_code, 1);
  install("abacus");
  ASSERT_TRUE(offers({"abacus"})) << node().agent().output();
  EXPECT_EQ(reply({"abacus", "add", "a=20", "b=22"}, 0).at("data").at("sum"), 42);
  fs::remove(folder() / "abacus.json");
  EXPECT_TRUE(fakes::wait_until([] { return muster({"find", "-A", "abacus"}).exit_code == 1; }));
  EXPECT_EQ(reply({"abacus", "add", "a=20", "b=22"}, 2).at("statuscode"), 2);
}

TEST_F(ExternalAgentsTest, ADataPluginOfAnyLanguageAnswersFilters) {
  const auto data = reply({"rpcutil", "get_data", "source=tides", "query=hamburg"}, 0).at("data");
  EXPECT_EQ(data.at("level"), "high");
  EXPECT_EQ(muster({"find", "-S", "tides('hamburg').metres>2"}).lines(),
            std::vector<std::string>{kOne});
  EXPECT_EQ(muster({"find", "-S", "tides('bremen').level=high"}).exit_code, 1);
  EXPECT_THAT(muster({"inventory", kOne}).out, HasSubstr("tides"));
}

TEST_F(ExternalAgentsTest, WhatAnAgentPrintsIsInTheNodesLog) {
  reply({"parrot", "refuse"}, 2);
  EXPECT_TRUE(node().agent().says("line=\"the parrot is cross\""));
  EXPECT_TRUE(node().agent().says("line=\"the parrot was asked by cert=operator\""));
}

}  // namespace
}  // namespace muster::test
