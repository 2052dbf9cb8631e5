// What the commands print: documents with the keys of docs/CLI.md, and screens of 80 columns.
#include <gmock/gmock.h>

#include "tests/integration/cli/asking.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kCallKeys{"summaries",    "undecided", "not_asked",
                                         "not_matched",  "action",    "agent",
                                         "no_responses", "replies",   "request_stats"};
const std::vector<std::string> kReplyKeys{"data",       "outcome",   "sender",
                                          "statuscode", "statusmsg", "time_ms"};
const std::vector<std::string> kStatsKeys{"discover_time_ms",
                                          "discovered",
                                          "discovery",
                                          "duplicates",
                                          "failed",
                                          "no_responses",
                                          "ok",
                                          "requestid",
                                          "request_time_ms",
                                          "responses",
                                          "start_time_utc",
                                          "unexpected_responses",
                                          "unverified"};

// How many columns a terminal needs for the widest line.
std::size_t columns(const std::string& text) {
  std::size_t widest = 0;
  std::size_t column = 0;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
    column = c == '\n' ? 0 : column + (continues ? 0 : 1);
    widest = std::max(widest, column);
  }
  return widest;
}

TEST_F(AskingTest, EachCallIsOneDocumentWithTheDocumentedKeys) {
  for (const auto& command : {Words{"ping"}, Words{"rpc", "rpcutil", "inventory"},
                              Words{"rpc", "rpcutil", "get_facts", "facts=country,rack.row"}}) {
    const auto asked = muster(join(command, {"--json"}));
    EXPECT_EQ(asked.exit_code, 0) << asked.err;
    EXPECT_EQ(asked.err, "");
    const auto document = asked.json();
    EXPECT_THAT(keys(document), testing::UnorderedElementsAreArray(kCallKeys));
    EXPECT_THAT(keys(document.at("request_stats")), testing::UnorderedElementsAreArray(kStatsKeys));
    ASSERT_EQ(document.at("replies").size(), 6U);
    for (const auto& reply : document.at("replies")) {
      EXPECT_THAT(keys(reply), testing::UnorderedElementsAreArray(kReplyKeys));
      EXPECT_EQ(reply.at("outcome"), "ok");
    }
    EXPECT_EQ(document.at("request_stats").at("ok"), 6);
    EXPECT_EQ(document.at("request_stats").at("discovered"), 6);
  }
}

TEST_F(AskingTest, FactsFindAndInventoryHaveTheirOwnKeys) {
  const auto facts = muster({"facts", "country", "--json"}).json();
  EXPECT_EQ(facts.at("fact"), "country");
  const Value de{{"value", "de"}, {"count", 3}, {"nodes", full({"n1", "n2", "n3"})}};
  EXPECT_THAT(facts.at("values"), testing::Contains(de));
  EXPECT_EQ(facts.at("values").size(), 3U);

  const auto found = muster({"find", "--json"}).json();
  EXPECT_THAT(keys(found), testing::UnorderedElementsAre(
                               "nodes", "discovery", "online", "undecided", "discover_time_ms",
                               "note", "orchestrator", "oldest_ms", "unregistered"));
  EXPECT_EQ(found.at("online"), 6);

  const auto inventory = muster({"inventory", "n1.example.test", "--json"}).json();
  EXPECT_THAT(keys(inventory),
              testing::UnorderedElementsAre("node", "outcome", "inventory", "daemon_stats",
                                            "daemon_stats_outcome"));
  EXPECT_EQ(inventory.at("inventory").at("facts").at("country"), "de");
  EXPECT_EQ(inventory.at("inventory").at("classes"), Value({"base", "role::web"}));
}

TEST_F(AskingTest, AnErrorIsADocumentToo) {
  for (const auto& command :
       {Words{"rpc", "rpcutil", "ping", "-F", "country=xx"}, Words{"ping", "-S", "and"},
        Words{"rpc", "rpcutil", "pong"}, Words{"find", "--nonsense"}}) {
    const auto asked = muster(join(command, {"--json"}));
    EXPECT_EQ(asked.exit_code, 1);
    EXPECT_THAT(keys(asked.json()), testing::ElementsAre("error"));
    EXPECT_THAT(keys(asked.json().at("error")), testing::ElementsAre("code", "message"));
    EXPECT_THAT(asked.err, HasSubstr("muster: "));
  }
  const auto found = muster({"find", "-F", "country=xx", "--json"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_EQ(found.json().at("nodes"), Value::array());
}

TEST_F(AskingTest, ARefusalExitsWith2AndSaysWhichPolicyDecided) {
  const Words claim{"rpc", "provision", "claim", "workflow=x", "lease_s=10"};
  const auto asked = muster(claim);
  EXPECT_EQ(asked.exit_code, 2);
  EXPECT_THAT(asked.out, HasSubstr("Refused"));
  EXPECT_THAT(asked.out,
              HasSubstr("operator is not allowed to call provision#claim on n1.example"));
  EXPECT_THAT(asked.out, HasSubstr("provision.policy"));
  const auto document = muster(join(claim, {"--json"})).json();
  EXPECT_EQ(document.at("request_stats").at("failed"), 5);  // a master is not provisioned
  EXPECT_EQ(document.at("replies").at(0).at("outcome"), "refused");
}

TEST_F(AskingTest, AnUnknownNodeIsSilentAndExits3) {
  const auto inventory = muster({"inventory", "n9.example.test", "-t", "0.3"});
  EXPECT_EQ(inventory.exit_code, 3);
  EXPECT_THAT(inventory.err, HasSubstr("n9.example.test"));
  const auto pinged =
      muster({"ping", "-I", "n1.example.test", "-I", "n9.example.test", "-t", "0.5"});
  EXPECT_EQ(pinged.exit_code, 3);
  EXPECT_THAT(pinged.out, HasSubstr("No response from:\n\n   n9.example.test\n"));
}

TEST_F(AskingTest, ScreensFitInto80Columns) {
  for (const auto& command :
       {Words{"ping"}, Words{"find"}, Words{"facts", "country"}, Words{"facts", "country", "-v"},
        Words{"rpc", "rpcutil", "ping"}, Words{"rpc", "rpcutil", "daemon_stats"},
        Words{"trust", "list"}, Words{"provision", "list"}, Words{"--help"}, Words{"rpc", "--help"},
        Words{"ping", "--help"}, Words{"token", "create", "--help"}}) {
    const auto asked = muster(command);
    EXPECT_EQ(asked.exit_code, 0) << asked.err;
    EXPECT_LE(columns(asked.out), 80U) << asked.out;
    EXPECT_LE(columns(asked.err), 80U) << asked.err;
  }
}

}  // namespace
}  // namespace muster::test
