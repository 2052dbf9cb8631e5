// The table of docs/CLI.md, line by line.
#include <gmock/gmock.h>

#include "proto/base/files.hpp"
#include "tests/integration/cli/asking.hpp"

namespace muster::test {
namespace {

struct ExitRow {
  int exit_code;
  const char* why;
  std::vector<std::string> words;
};

// n8 and n9 do not exist; n6 alone runs puppetca; operators may not call provision#claim.
const ExitRow kExitRows[] = {
    {0, "everybody ok", {"ping"}},
    {0, "found somebody", {"find", "-C", "role::web"}},
    {0, "everybody ok", {"rpc", "rpcutil", "ping"}},
    {0, "a value nobody has is no failure", {"rpc", "rpcutil", "get_fact", "fact=nothing"}},
    {0, "sent, not waited for", {"rpc", "rpcutil", "ping", "--no-results"}},
    {0, "help", {"rpc", "--help"}},
    {0, "help as a command", {"help", "ping"}},
    {0, "MCollective's words", {"rpc", "-a", "rpcutil", "--action", "get_fact", "--arg", "fact=x"}},
    {1, "help of what is not there", {"pnig", "--help"}},
    {1, "a negative number", {"rpc", "rpcutil", "ping", "--batch", "2", "--max-failures", "-1"}},
    {1, "not a number", {"ping", "-t", "nan"}},
    {1, "nothing comes that could be shown", {"rpc", "rpcutil", "ping", "--no-results", "--table"}},
    {1, "collectives are everybody's", {"inventory", "--list-collectives", "-F", "country=de"}},
    {1, "two reports", {"inventory", "--list-collectives", "--report", "{identity}"}},
    {1, "nobody matches", {"find", "-F", "country=xx"}},
    {1, "nobody matches", {"ping", "-F", "country=xx"}},
    {1, "nobody matches", {"rpc", "rpcutil", "ping", "-C", "role::none"}},
    {1, "nobody matches", {"facts", "os.family", "-A", "nothing"}},
    {1, "no such command", {"pnig"}},
    {1, "no such option", {"ping", "--wiht"}},
    {1, "no such agent", {"rpc", "rcputil", "ping"}},
    {1, "no such action", {"rpc", "rpcutil", "pnig"}},
    {1, "no such input", {"rpc", "rpcutil", "get_fact", "fcat=country"}},
    {1, "an input is missing", {"rpc", "rpcutil", "get_fact"}},
    {1, "malformed filter", {"find", "-S", "country=de and ("}},
    {1, "malformed fact filter", {"find", "-F", "country"}},
    {1, "malformed limit", {"find", "--limit", "0"}},
    {1, "malformed reply filter", {"rpc", "rpcutil", "ping", "--filter-replies", "okay()"}},
    {1, "no such form", {"rpc", "rpcutil", "ping", "--display", "some"}},
    {1, "no such method", {"find", "--dm", "guess"}},
    {1, "no such file of names", {"find", "-n", "/nonexistent"}},
    {1, "no such configuration", {"find", "--config", "/nonexistent"}},
    {2, "refused by policy", {"rpc", "provision", "claim", "workflow=x", "lease_s=10"}},
    {2, "the action failed", {"rpc", "puppet", "job", "job=0123456789abcdef0123456789abcdef"}},
    {2, "named nodes without the agent", {"rpc", "puppetca", "health", "-I", "n1.example.test"}},
    {3, "nobody answers", {"ping", "-I", "n9.example.test", "-t", "0.5"}},
    {3,
     "one of two does not",
     {"rpc", "rpcutil", "ping", "-I", "n1.example.test", "-I", "n9.example.test", "-t", "0.5"}},
    {3,
     "silence outweighs failure",
     {"rpc", "puppet", "job", "job=0123456789abcdef0123456789abcdef", "-I", "n1.example.test", "-I",
      "n9.example.test", "-t", "0.5"}},
    {3,
     "left alone behind a silent one",
     {"rpc", "rpcutil", "ping", "--batch", "1", "--max-failures", "1", "-I", "n8.example.test",
      "-I", "n9.example.test", "-t", "0.5"}}};

TEST_F(AskingTest, TheExitStatusTellsTheTruth) {
  for (const auto& row : kExitRows) {
    const auto done = muster(row.words);
    EXPECT_EQ(done.exit_code, row.exit_code)
        << row.why << ": " << testing::PrintToString(row.words) << done.out << done.err;
    if (row.exit_code == 1) {
      EXPECT_NE(done.err, "") << row.why;
    }
    // The document says the same.
    auto words = row.words;
    words.push_back("--json");
    if (row.exit_code > 1) {
      EXPECT_EQ(muster(words).exit_code, row.exit_code) << row.why;
    }
  }
}

TEST_F(AskingTest, WhoDoesNotSayWhetherItMatchesIsNotTakenForNobody) {
  fleet().folder().write("names", "n9.example.test\n");
  const auto file = (fleet().folder() / "names").string();
  const auto found = muster({"find", "-n", file, "-F", "country=de", "--dt", "0.5"});
  EXPECT_EQ(found.exit_code, 3);
  EXPECT_THAT(found.err, testing::HasSubstr("n9.example.test"));
  EXPECT_EQ(muster({"find", "-n", file, "-F", "country=de", "--dt", "0.5", "--json"}).exit_code, 3);
}

TEST_F(AskingTest, OutputThatCannotBeWrittenIsAnError) {
  const auto full = run({"sh", "-c", "exec \"$0\" plugin list >/dev/full", MUSTER_PROGRAM});
  EXPECT_EQ(full.exit_code, 1);
  EXPECT_THAT(full.err, testing::HasSubstr("not all of the output could be written: No space"));
  const auto left = run({"sh", "-c", "\"$0\" plugin list | true", MUSTER_PROGRAM});
  EXPECT_EQ(left.err, "") << "a reader that has seen enough is no error";
}

}  // namespace
}  // namespace muster::test
