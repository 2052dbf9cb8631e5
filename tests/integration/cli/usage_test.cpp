// What was typed wrong is said before anything is sent: no broker is needed to hear it.
#include <gmock/gmock.h>

#include "tests/integration/cli/installation.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

class UsageTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    installation_ = std::make_unique<Installation>(Installation::With::no_broker);
  }
  static void TearDownTestSuite() { installation_.reset(); }
  void SetUp() override { ASSERT_NE(installation_, nullptr); }

  static void expect_error(const std::vector<std::string>& words, const std::string& says) {
    const auto done = installation_->muster(words);
    EXPECT_EQ(done.exit_code, 1) << testing::PrintToString(words);
    EXPECT_EQ(done.out, "");
    EXPECT_THAT(done.err, HasSubstr(says)) << testing::PrintToString(words);
  }

 private:
  static inline std::unique_ptr<Installation> installation_;
};

TEST_F(UsageTest, AMistypedWordGetsTheNearestThatIsRight) {
  expect_error({"pnig"}, "did you mean 'ping'?");
  expect_error({"ping", "--timeot", "3"}, "did you mean '--timeout'?");
  expect_error({"token", "crate"}, "did you mean 'create'?");
  expect_error({"token", "create", "--identty", "n1"}, "did you mean '--identity'?");
  expect_error({"rpc", "rpcutl", "ping"}, "there is no agent 'rpcutl'; did you mean 'rpcutil'?");
  expect_error({"rpc", "rpcutl", "ping"}, "Nor can a node be asked for its own");
  expect_error({"plugin", "doc", "rpcutl"}, "Nor can a node be asked for its own");
  expect_error({"rpc", "rpcutil", "pong"}, "has no action 'pong'; did you mean 'ping'?");
  expect_error({"rpc", "rpcutil", "get_fact", "fcat=os"},
               "rpcutil#get_fact has no input 'fcat'; did you mean 'fact'?");
}

TEST_F(UsageTest, MissingAndWrongInputsAreNamed) {
  expect_error({"rpc", "rpcutil", "get_fact"}, "'fact'");
  expect_error({"rpc", "rpcutil", "get_fact", "fact=os", "fact=kernel"}, "given twice");
  expect_error({"rpc", "rpcutil", "get_fact", "os"}, "write name=value");
  expect_error({"rpc", "provision", "claim", "workflow=puppet", "lease_s=soon"}, "'lease_s'");
  expect_error({"rpc", "rpcutil"}, "action");
  expect_error({"inventory"}, "muster inventory NODE");
  expect_error({"inventory", "N1/x"}, "N1/x");
  expect_error({"ping", "-t", "soon"}, "soon");
  expect_error({"ping", "--ttl", "601"}, "601");
}

TEST_F(UsageTest, WhatIsNoNodesNameIsSaidWithTheNameThatMayBeMeant) {
  const std::vector<std::vector<std::string>> all{{"node", "ban"},         {"node", "unban"},
                                                  {"inventory"},           {"provision", "again"},
                                                  {"provision", "forget"}, {"provision", "show"},
                                                  {"provision", "approve"}};
  for (auto words : all) {
    words.emplace_back("N1.Example.com");
    expect_error(words, "did you mean 'n1.example.com'?");
    words.back() = std::string(256, 'n');
    expect_error(words, "is 256 bytes long; the limit is 255");
    words.back() = "n1/x";
    expect_error(words, "identity 'n1/x' is not a Puppet certname");
  }
  expect_error({"ping", "-I", "N1.Example.com"}, "did you mean 'n1.example.com'?");
  expect_error({"token", "create", "--identity", std::string(256, 'n')}, "the limit is 255");
}

TEST_F(UsageTest, AMalformedFilterIsShownWithACaretUnderTheFault) {
  expect_error({"ping", "-F", "country"},
               "-F: an operator must follow: = != =~ < <= > >=\n"
               "  country\n"
               "         ^");
  expect_error({"find", "-S", "web and and db"},
               "  web and and db\n"
               "          ^");
  expect_error({"facts", "os", "-S", "(web"}, "this parenthesis is not closed");
  expect_error({"rpc", "rpcutil", "ping", "-C", "/web"}, "-C: ");
  expect_error({"ping", "-I", "N1"}, "-I: identity 'N1'");
  expect_error({"ping", "-W", "country=de =us"},
               "  country=de =us\n"
               "             ^");
}

}  // namespace
}  // namespace muster::test
