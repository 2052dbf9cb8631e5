// Who is reached: lists of names, limits, batches, pipes, sessions for replies.
#include <gmock/gmock.h>

#include "proto/base/files.hpp"
#include "tests/integration/cli/asking.hpp"

namespace muster::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ReachTest : public AskingTest {
 protected:
  // `sh -c LINE`, in which `muster` is the one that was built.
  static Finished shell(const std::string& line) {
    return run({"/bin/sh", "-c", "muster() { \"$program\" \"$@\"; }; " + line},
               {{"program", MUSTER_PROGRAM}, {"MUSTER_CONFIG", fleet().config().string()}});
  }
  static std::string write(const std::string& name, const std::string& text) {
    const auto path = fleet().file(name);
    EXPECT_TRUE(base::write_file(path, text));
    return path.string();
  }
};

TEST_F(ReachTest, AFileOfNamesIsCalledAsItIsAndFurtherFiltersAreJudged) {
  const auto file = write("some", "n1.example.test\nn4.example.test # the other one\n");
  EXPECT_EQ(senders(muster({"rpc", "rpcutil", "ping", "-n", file, "--json"}).json()),
            full({"n1", "n4"}));
  EXPECT_EQ(muster({"find", "--nodes", file, "-I", "/^n4/"}).lines(), full({"n4"}));
  EXPECT_EQ(muster({"find", "--nodes", file, "-F", "rack.row>=2"}).lines(), full({"n4"}));
  EXPECT_EQ(
      muster({"ping", "--dm", "flatfile", "--do", "file=" + file, "-C", "role::web", "--json"})
          .json()
          .at("request_stats")
          .at("discovery"),
      "file");
}

TEST_F(ReachTest, ANamedNodeThatCannotBeJudgedIsNamedAndTheExitCodeSaysSo) {
  const auto file = write("gone", "n1.example.test\nn9.example.test\n");
  const auto asked = muster({"rpc", "rpcutil", "ping", "-n", file, "-F", "country=de", "--json",
                             "--discovery-timeout", "0.5"});
  EXPECT_EQ(asked.exit_code, 3);
  EXPECT_EQ(senders(asked.json()), full({"n1"}));
  EXPECT_THAT(asked.json().at("undecided"), ElementsAre("n9.example.test"));
}

TEST_F(ReachTest, OneCommandsOutputIsTheNextOnesNodes) {
  const struct {
    const char* first;
    std::vector<std::string> nodes;
  } rows[] = {{"muster find -F country=us", {"n4", "n5"}},
              {"muster find -F country=us --json", {"n4", "n5"}},
              {"muster rpc rpcutil ping -C role::db --json", {"n2", "n5"}},
              {"muster rpc rpcutil ping -C role::db --jsonl", {"n2", "n5"}},
              {"muster rpc rpcutil ping -C role::db --senders", {"n2", "n5"}},
              {"muster rpc rpcutil get_fact fact=country --json --filter-replies "
               "'data.value = fr'",
               {"n6"}},
              {"echo n3.example.test", {"n3"}}};
  for (const auto& row : rows) {
    const auto piped = shell(std::string(row.first) + " | muster rpc rpcutil ping --json");
    SCOPED_TRACE(row.first + piped.err);
    EXPECT_EQ(piped.exit_code, 0);
    EXPECT_EQ(senders(piped.json()), full(row.nodes));
    EXPECT_EQ(piped.json().at("request_stats").at("discovery"), "stdin");
  }
}

TEST_F(ReachTest, AnEmptyPipeNeverBecomesEverybody) {
  const auto piped = shell("muster find -F country=xx | muster rpc rpcutil ping");
  EXPECT_EQ(piped.exit_code, 1);
  EXPECT_THAT(piped.err, HasSubstr("stdin is a pipe and names no node, so nobody was asked"));
  EXPECT_EQ(piped.out, "");
  EXPECT_EQ(shell("true | muster find --dm automatic | wc -l").out, "6\n");
}

TEST_F(ReachTest, ALimitTakesAFewAndASeedTheSameFew) {
  EXPECT_EQ(muster({"find", "--limit", "2"}).lines(), full({"n1", "n2"}));
  EXPECT_EQ(muster({"find", "--limit", "50%"}).lines().size(), 3U);
  EXPECT_EQ(senders(muster({"rpc", "rpcutil", "ping", "--one", "--json"}).json()), full({"n1"}));
  EXPECT_EQ(senders(muster({"rpc", "rpcutil", "ping", "-1", "--json"}).json()), full({"n1"}));
  const auto seeded = [] { return muster({"find", "--limit", "3", "--limit-seed", "11"}).lines(); };
  EXPECT_EQ(seeded(), seeded());
  EXPECT_THAT(muster({"find", "--limit", "0"}).err, HasSubstr("--limit '0'"));
  EXPECT_THAT(muster({"find", "--one", "--limit", "2"}).err, HasSubstr("say one of them"));
}

TEST_F(ReachTest, BatchesReachEverybodyAndStopWhenTooManyFail) {
  const auto all =
      muster({"rpc", "rpcutil", "ping", "--batch", "4", "--batch-sleep", "0", "--json"});
  EXPECT_EQ(all.exit_code, 0) << all.err;
  EXPECT_EQ(senders(all.json()).size(), 6U);
  const auto stopped =
      muster({"rpc", "rpcutil", "get_fact", "fact=country", "--batch", "1", "--batch-sleep", "0",
              "--max-failures", "1", "-t", "0.5", "-I", "n8.example.test", "-I", "n9.example.test",
              "-I", "n1.example.test"});
  EXPECT_EQ(stopped.exit_code, 3);
  EXPECT_THAT(stopped.out, HasSubstr("Not asked, because 1 failed or were silent:"));
  EXPECT_THAT(stopped.out, HasSubstr("n9.example.test"));
}

TEST_F(ReachTest, RepliesGoToTheSessionThatWaitsForThem) {
  const auto asked = shell(
      "muster replies nightly --count 6 -t 30 --json 2>\"$MUSTER_CONFIG.told\" & waiting=$!\n"
      "while ! grep -q waiting \"$MUSTER_CONFIG.told\" 2>/dev/null; do sleep 0.05; done\n"
      "muster rpc rpcutil ping --reply-to nightly; wait $waiting");
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("Request sent to 6 nodes with id: "));
  EXPECT_THAT(asked.out, HasSubstr("\"sender\":\"n6.example.test\""));
  const auto forgotten = muster({"rpc", "rpcutil", "ping", "--no-results"});
  EXPECT_EQ(forgotten.exit_code, 0);
  EXPECT_EQ(forgotten.err, "");
}

TEST_F(ReachTest, AProgramMayDiscover) {
  const auto program = write("program", R"(#!/bin/sh
echo '{"protocol": "io.choria.choria.discovery.v1.external_reply", "nodes": ["n5.example.test"]}' > "$2"
)");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  EXPECT_EQ(senders(muster({"rpc", "rpcutil", "ping", "--dm", "external", "--do",
                            "command=" + program, "--json"})
                        .json()),
            full({"n5"}));
}

TEST_F(ReachTest, AMethodIsInsistedOn) {
  EXPECT_EQ(muster({"find", "--dm", "broadcast", "--json"}).json().at("discovery"), "broadcast");
  EXPECT_EQ(muster({"find", "--dm", "mc"}).lines().size(), 6U);
  const auto presence = muster({"find", "--dm", "presence", "-F", "rack.row=1"});
  EXPECT_EQ(presence.exit_code, 1);
  EXPECT_THAT(presence.err, HasSubstr("does not publish rack.row"));
  EXPECT_THAT(muster({"find", "--dm", "presense"}).err, HasSubstr("did you mean 'presence'?"));
  EXPECT_THAT(muster({"find", "--dm", "presence", "--do", "a=b"}).err, HasSubstr("takes no --do"));
}

TEST_F(ReachTest, AFilterThatNodesJudgeTakesAsLongAsTheyDo) {
  const auto found = muster({"find", "-F", "rack.row=3", "--discovery-timeout", "30"});
  EXPECT_EQ(found.lines(), full({"n5", "n6"}));
  EXPECT_LT(found.took, std::chrono::seconds(10));
  auto& agent = fleet().node("n5.example.test").agent();
  agent.pause();
  const auto slow = muster({"find", "-F", "rack.row=3", "--discovery-timeout", "0.5"});
  agent.resume();
  EXPECT_EQ(slow.exit_code, 3);
  EXPECT_EQ(slow.lines(), full({"n6"}));
  EXPECT_THAT(slow.err, HasSubstr("1 did not say whether the filter matches: n5.example.test"));
}

TEST_F(ReachTest, EveryFormShowsTheSame) {
  const auto with = [](const Words& more) {
    return muster(join({"rpc", "rpcutil", "get_fact", "fact=country", "-F", "country=us"}, more));
  };
  EXPECT_EQ(with({"--senders", "--sort"}).lines(), full({"n4", "n5"}));
  const auto lines = with({"--jsonl"}).lines();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(Value::parse(lines[0]).at("data").at("value"), "us");
  EXPECT_TRUE(Value::parse(lines[2]).contains("request_stats"));
  const auto table = with({"--table", "-q"}).lines();
  ASSERT_EQ(table.size(), 3U);
  EXPECT_THAT(table[0], testing::StartsWith("NODE"));
  EXPECT_THAT(table[1], HasSubstr("us"));
  EXPECT_THAT(with({"-v"}).out, HasSubstr("---- rpcutil#get_fact call stats ----"));
  EXPECT_THAT(with({"--display", "none"}).lines(), testing::Not(IsEmpty()));
  EXPECT_THAT(with({"--json", "--table"}).err, HasSubstr("say one"));
}

}  // namespace
}  // namespace muster::test
