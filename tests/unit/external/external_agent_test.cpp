#include "node-agent/external/external_agent.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include "node-agent/external/call.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/external/surroundings.hpp"

namespace muster::external {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ExternalAgentTest : public testing::Test {
 protected:
  TestSurroundings around_;
};

TEST_F(ExternalAgentTest, AnActionGetsItsInputsAndItsReplyComesBackWithDefaults) {
  const auto parrot = around_.choria("parrot");
  const auto reply = TestSurroundings::call(*parrot, "repeat", {{"message", "hi"}, {"count", 2}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.message, "OK");
  EXPECT_EQ(reply.data, (Value{{"said", "hi hi"}, {"mood", "content"}}));
}

TEST_F(ExternalAgentTest, ABashAgentThatReadsItsArgumentsWorksAsWell) {
  const auto abacus = around_.choria("abacus");
  const auto reply = TestSurroundings::call(*abacus, "add", {{"a", 20}, {"b", 22}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data, (Value{{"sum", 42}}));
}

TEST_F(ExternalAgentTest, ItIsRunAsChoriaRunsIt) {
  around_.node.folder.write("plugin.d/parrot", "colour = green\n");
  const auto parrot = around_.choria("parrot");
  const auto reply = TestSurroundings::call(*parrot, "surroundings");
  ASSERT_EQ(reply.status, 0) << reply.message;
  const auto& data = reply.data;
  const auto& environment = data["environment"];
  std::vector<std::string> names;
  for (const auto& [name, value] : environment.items()) names.push_back(name);
  // LC_CTYPE is Python's own.
  std::erase(names, "LC_CTYPE");
  EXPECT_THAT(names, ElementsAre("CHORIA_EXTERNAL_CONFIG", "CHORIA_EXTERNAL_FACTS",
                                 "CHORIA_EXTERNAL_PROTOCOL", "CHORIA_EXTERNAL_REPLY",
                                 "CHORIA_EXTERNAL_REQUEST", "PATH"));
  EXPECT_EQ(data["argv"], Value::array({environment["CHORIA_EXTERNAL_REQUEST"],
                                        environment["CHORIA_EXTERNAL_REPLY"],
                                        "io.choria.mcorpc.external.v1.rpc_request"}));
  EXPECT_EQ(environment["CHORIA_EXTERNAL_PROTOCOL"], "io.choria.mcorpc.external.v1.rpc_request");
  EXPECT_EQ(environment["CHORIA_EXTERNAL_CONFIG"],
            (around_.around.plugin_config / "parrot").string());
  EXPECT_EQ(data["folder"], std::filesystem::temp_directory_path().string());
  EXPECT_EQ(data["facts"], around_.node.its_facts);
  EXPECT_EQ(data["settings"], "colour = green\n");
  EXPECT_EQ(data["request"]["callerid"], "cert=alice");
  EXPECT_EQ(data["request"]["msgtime"], 1'700'000'000);
  EXPECT_FALSE(std::filesystem::exists(environment["CHORIA_EXTERNAL_REQUEST"].get<std::string>()))
      << "nothing stays behind";
}

TEST_F(ExternalAgentTest, ItsStatusAndItsMessageAreTheReplys) {
  const auto parrot = around_.choria("parrot");
  for (int status = 0; status <= 5; ++status) {
    const auto reply = TestSurroundings::call(*parrot, "refuse", {{"code", status}});
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.message, "the parrot does not want to");
    EXPECT_EQ(reply.data, (Value{{"why", "no reason"}})) << "defaults, whatever the status";
  }
}

struct Misdeed {
  std::string how;
  int status;
  std::string message;
};

const std::vector<Misdeed>& misdeeds() {
  static const std::vector<Misdeed> all{
      {"crash", 5, "misfit#misbehave: it was ended by signal 11 (Segmentation fault)"},
      {"exit", 1, "it exited with 3: the disk is full"},
      {"hang", 5, "did not end within"},
      {"deaf", 5, "did not end within"},
      {"gigabyte", 5, "printed more than 16777216 bytes and was killed"},
      {"no_reply", 5, "it wrote no reply"},
      {"half_json", 5, "its reply of 31 bytes is not JSON"},
      {"not_an_object", 5, "its reply must be a JSON object, not array"},
      {"wrong_status", 5, "'statuscode' must be an integer from 0 to 255, not '\"zero\"'"},
      {"status_17", 5, "failed with status 17"},
      {"wrong_message", 5, "'statusmsg' must be a string"},
      {"wrong_data", 0, "OK"},
      {"huge_reply", 5, "its reply has 5242902 bytes; at most 4194304 are read"},
      {"deep_reply", 5, "its reply nests deeper than 64 levels"},
      {"fifo", 5, "its reply is no regular file"},
      {"removed", 5, "it removed its reply's file"},
      {"closed_pipes", 0, "OK"},
      {"big_reply", 0, "OK"},
      {"none", 0, "OK"},
  };
  return all;
}

TEST_F(ExternalAgentTest, WhateverAnAgentDoesCostsThatCallAloneAndIsToldInWords) {
  const auto misfit = around_.choria("misfit");
  const auto parrot = around_.choria("parrot");
  for (const auto& misdeed : misdeeds()) {
    const bool hangs = misdeed.message == "did not end within";
    const auto reply = TestSurroundings::call(*misfit, "misbehave", {{"how", misdeed.how}},
                                              hangs ? 700ms : 60'000ms);
    EXPECT_EQ(reply.status, misdeed.status) << misdeed.how << ": " << reply.message;
    EXPECT_THAT(reply.message, HasSubstr(misdeed.message)) << misdeed.how;
    const auto after = TestSurroundings::call(*parrot, "repeat", {{"message", "fine"}});
    EXPECT_EQ(after.data["said"], "fine") << "after " << misdeed.how;
  }
}

TEST_F(ExternalAgentTest, WhatItLeavesRunningDoesNotDelayItsReply) {
  const auto misfit = around_.choria("misfit");
  const auto folder = around_.node.folder.path();
  const auto reply =
      TestSurroundings::call(*misfit, "misbehave", {{"how", "fork"}, {"folder", folder.string()}});
  EXPECT_EQ(reply.status, 5);
  EXPECT_THAT(reply.message, HasSubstr("it wrote no reply"));
  EXPECT_TRUE(lives(folder / "child")) << "a service that an agent starts goes on";
  std::ifstream pid_text(folder / "child");
  int pid = 0;
  pid_text >> pid;
  ASSERT_GT(pid, 1);
  ::kill(pid, SIGKILL);
}

TEST_F(ExternalAgentTest, AtTheDeadlineADaemonThatLeftTheGroupDiesToo) {
  const auto misfit = around_.choria("misfit");
  const auto folder = around_.node.folder.path();
  const auto reply = TestSurroundings::call(
      *misfit, "misbehave", {{"how", "daemon"}, {"folder", folder.string()}}, 6'000ms);
  EXPECT_EQ(reply.status, 5);
  EXPECT_TRUE(std::filesystem::exists(folder / "daemon")) << "it had started";
  EXPECT_TRUE(fakes::wait_until([&] { return !lives(folder / "daemon"); }));
}

TEST_F(ExternalAgentTest, AProgramThatHasGoneSinceItWasLoadedIsStatus1) {
  const auto& folder = around_.node.folder;
  const auto ddl_file = folder / "agents/parrot.json";
  folder.write("agents/parrot", "x");
  std::filesystem::copy_file(kAgents / "external/parrot.json", ddl_file);
  std::filesystem::copy_file(kAgents / "external/parrot", folder / "agents/parrot",
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::permissions(folder / "agents/parrot", std::filesystem::perms(0755));
  const auto parrot =
      around_.agent({Kind::choria, "parrot", ddl_file, program_of(ddl_file), {}, "1"});
  std::filesystem::remove(folder / "agents/parrot");
  const auto gone = TestSurroundings::call(*parrot, "repeat", {{"message", "hi"}});
  EXPECT_EQ(gone.status, 1);
  EXPECT_THAT(gone.message, AllOf(HasSubstr("parrot#repeat"), HasSubstr("there is no program")));
  folder.write("agents/parrot", "#!/no/such/interpreter\n", 0755);
  const auto broken = TestSurroundings::call(*parrot, "repeat", {{"message", "hi"}});
  EXPECT_EQ(broken.status, 1);
  EXPECT_THAT(broken.message, HasSubstr("the interpreter of its first line is not there"));
}

TEST_F(ExternalAgentTest, ItHasChoriasTimeToStart) {
  EXPECT_EQ(around_.choria("parrot")->start_up_time(), 1'500ms);
}

}  // namespace
}  // namespace muster::external
