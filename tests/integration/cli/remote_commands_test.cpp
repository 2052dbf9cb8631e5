// Commands on real agents: refused without a policy, then run, left running, and watched over a
// restart of their node's agent; and filters that ask data plugins.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/integration/cli/asking.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

constexpr auto kAllow = "policy default deny\nallow\toperators\t*\t*\t*\n";

class RemoteCommandsTest : public AskingTest {
 protected:
  static Node& node() { return fleet().node("n1.example.test"); }
  static void reload() {
    const auto before = node().agent().output().size();
    node().agent().signal(SIGHUP);
    ASSERT_TRUE(node().agent().says("on the bus as n1.example.test", before));
  }
  static void allow(const std::string& agent) {
    node().write("policies/" + agent + ".policy", kAllow);
    reload();
  }
  void TearDown() override {
    if (std::filesystem::remove(node().file("policies/shell.policy"))) reload();
  }
  static std::string start(const std::string& line) {
    const auto started = muster({"shell", "start", line, "-I", node().identity(), "--json"}).json();
    return started.at("replies").at(0).at("data").at("handle");
  }
};

TEST_F(RemoteCommandsTest, WithoutAPolicyEveryNodeRefusesAndSaysWhichFileWouldAllow) {
  const auto refused = muster({"shell", "run", "id", "-F", "country=de"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.out, HasSubstr("n2.example.test   Refused"));
  EXPECT_THAT(refused.out, HasSubstr("policies/shell.policy"));
}

TEST_F(RemoteCommandsTest, ARunShowsWhatTheCommandWroteAndFailsWithIt) {
  allow("shell");
  const auto ran = muster({"shell", "run", "echo $((6*7))", "-I", node().identity()});
  EXPECT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("n1.example.test\n   42\n"));
  const auto failed =
      muster({"shell", "run", "echo half; echo why >&2; exit 3", "-I", node().identity()});
  EXPECT_EQ(failed.exit_code, 2);
  EXPECT_THAT(failed.out, HasSubstr("exit code 3: 'why'\n   half\n   why\n"));
}

TEST_F(RemoteCommandsTest, AWatchedJobIsSeenToItsEndOverARestartOfTheAgent) {
  allow("shell");
  const auto go = node().file("go").string();
  const auto handle =
      start("echo begun; while [ ! -e " + go + " ]; do sleep 0.05; done; echo oh >&2; exit 5");
  EXPECT_THAT(muster({"job", "list", "-I", node().identity()}).out, HasSubstr(handle));
  const auto log = fleet().file("watch.log");
  Daemon watch({MUSTER_PROGRAM, "--config", fleet().config(), "job", "watch", handle, "-I",
                node().identity()},
               log);
  ASSERT_TRUE(watch.says("begun\n"));
  node().agent().signal(SIGTERM);
  ASSERT_TRUE(node().agent().wait());
  node().start();
  ASSERT_TRUE(fleet().all_online());
  node().write("go", "");
  EXPECT_EQ(watch.wait(std::chrono::seconds(30)), 2) << watch.output();
  EXPECT_THAT(watch.output(), HasSubstr("oh\n"));
  EXPECT_THAT(watch.output(), HasSubstr("the job ended with exit code 5"));
  const auto begun = watch.output().find("begun\n");
  EXPECT_EQ(watch.output().find("begun\n", begun + 1), std::string::npos) << "told twice";
}

TEST_F(RemoteCommandsTest, AJobIsFoundWithoutItsNodeAndKilled) {
  allow("shell");
  const auto handle = start("sleep 60");
  const auto status = muster({"job", "status", handle, "--json"});
  EXPECT_EQ(status.exit_code, 0) << status.out << status.err;
  EXPECT_EQ(status.json().at("replies").size(), 1U)
      << "of those who have no such job nothing is told";
  EXPECT_EQ(muster({"job", "status", handle, "-I", "n2.example.test"}).exit_code, 2);
  const auto killed = muster({"job", "kill", handle});
  EXPECT_EQ(killed.exit_code, 0) << killed.out;
  const auto watched = muster({"job", "watch", handle});
  EXPECT_EQ(watched.exit_code, 2);
  EXPECT_THAT(watched.err, HasSubstr("the job ended with exit code 143"));
  const auto unknown = muster({"job", "watch", std::string(32, 'a'), "-I", node().identity()});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("no job"));
}

TEST_F(RemoteCommandsTest, ATimeoutEndsTheCommandOnTheNodeAndItsOutputIsNotLost) {
  allow("shell");
  const auto run = muster(
      {"shell", "run", "echo begun; exec sleep 60", "-t", "4", "--json", "-I", node().identity()});
  EXPECT_EQ(run.exit_code, 2) << run.err;
  const auto reply = run.json().at("replies").at(0);
  EXPECT_EQ(reply.at("data").at("stdout"), "begun\n");
}

TEST_F(RemoteCommandsTest, FiltersAskDataPluginsOnTheNodes) {
  const auto marked = node().file("marked").string();
  node().write("marked", "hello\n");
  const auto expression = "fstat('" + marked + "').size=6 and fact('country').value=de";
  const auto found = muster({"find", "-S", expression});
  EXPECT_EQ(found.exit_code, 0) << found.err;
  // All six share the file system.
  EXPECT_EQ(found.lines(), full({"n1", "n2", "n3"}));
  const auto nobody = muster({"find", "-S", "fsatt('x').y=1 or fact('country').value=de"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.err, HasSubstr("have no answer to a data function and count as not matching: "
                                    "no data plugin 'fsatt' here; did you mean 'fstat'?"));
  const auto data = muster({"rpc", "rpcutil", "get_data", "source=fstat", "query=" + marked, "-I",
                            node().identity(), "--json"})
                        .json();
  EXPECT_EQ(data.at("replies").at(0).at("data").at("size"), 6);
  EXPECT_NE(data.at("replies").at(0).at("data").at("md5"), "b1946ac92492d2347c6235b4d2611184")
      << "the file is not everybody's to read";
}

}  // namespace
}  // namespace muster::test
