// What `create`, `list`, `show` and `revoke` do for each kind of credential while a fleet runs.
#include <gmock/gmock.h>

#include <set>

#include "tests/integration/cli/credential_fleet.hpp"

namespace muster::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CredentialCommandsTest : public CredentialFleetTest {
 protected:
  Value certificates(const std::vector<std::string>& words) {
    const auto done = muster(words);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done.json().at("certificates");
  }
  // A machine with a token and no certificate; its agent runs.
  std::unique_ptr<Daemon> joining(const std::string& name, const std::string& token) {
    auto text = fleet_.node("n1.example.test").config_text();
    const auto home = fleet_.file("nodes") / name;
    for (const auto& [from, to] : {std::pair<std::string, std::string>{"n1.example.test", name},
                                   {fleet_.file("ssl").string(), (home / "ssl").string()}})
      for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    EXPECT_TRUE(base::write_file(home / "agent.yaml", text));
    EXPECT_TRUE(base::write_file(home / "join.token", base::read_file(token).value(), 0600));
    return std::make_unique<Daemon>(
        std::vector<std::string>{MUSTER_AGENT_PROGRAM, "--config", home / "agent.yaml"},
        home / "agent.log");
  }
};

TEST_F(CredentialCommandsTest, EachKindIsListedAndShownWithWhatItIs) {
  must({"orchestrator", "create", "second", "--ttl", "90d"});
  must({"orchestrator", "renew", "second"});
  must({"issuer", "create", "builds", "--identity", "web-*", "--most-uses", "5"});
  must({"broker", "create", "backup", "--host", "backup.example.test"});
  const auto list = muster({"orchestrator", "list"});
  EXPECT_THAT(list.out, AllOf(HasSubstr("orchestrator\n"), HasSubstr("second\n"),
                              HasSubstr("replaced, until"), HasSubstr("current, until"),
                              HasSubstr("of Muster orchestrator root")));
  const auto second = certificates({"orchestrator", "show", "second", "--json"});
  ASSERT_EQ(second.size(), 2U);
  EXPECT_EQ(second[0].at("state"), "replaced");
  EXPECT_EQ(second[1].at("state"), "current");
  EXPECT_EQ(second[1].at("role"), "orchestrator");
  const auto builds = certificates({"issuer", "show", "builds", "--json"});
  ASSERT_EQ(builds.size(), 1U);
  EXPECT_EQ(builds[0].at("limits").at("uses"), 5);
  EXPECT_THAT(muster({"issuer", "list"}).out,
              AllOf(HasSubstr("tokens for web-*"), HasSubstr("5 uses at most")));
  const auto brokers = certificates({"broker", "list", "--json"});
  std::set<std::string> names;
  for (const auto& one : brokers) names.insert(one.at("name").get<std::string>());
  EXPECT_EQ(names, (std::set<std::string>{"backup", "broker", "broker-watcher"}));
  const auto backup = certificates({"broker", "show", "backup", "--json"});
  EXPECT_EQ(backup[0].at("hosts"), Value::array({"backup.example.test"}));
  EXPECT_EQ(muster({"broker", "show", "bakcup"}).exit_code, 1);
}

TEST_F(CredentialCommandsTest, ASecondCertificateOfANameNeedsReplaceAndBothAreGood) {
  must({"operator", "create", "alice"});
  const auto alice = elsewhere("alice");
  const auto refused = muster({"operator", "create", "alice"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("--replace"));
  must({"operator", "create", "alice", "--replace"});
  EXPECT_THAT(fleet_.muster_with(alice, {"ping"}).out, HasSubstr("6 replies"));
  std::filesystem::remove_all(alice.parent_path());
  EXPECT_THAT(fleet_.muster_with(elsewhere("alice"), {"ping"}).out, HasSubstr("6 replies"));
  must({"operator", "revoke", "alice"});
  EXPECT_TRUE(fakes::wait_until([&] {
    return fleet_.muster_with(alice, {"ping", "-t", "1"}).exit_code != 0;
  })) << "whoever revokes a name means all its certificates";
}

TEST_F(CredentialCommandsTest, ARevokedOrchestratorIsBelievedNoMoreAndLetInNoMore) {
  must({"orchestrator", "create", "second"});
  ASSERT_TRUE(lets_in("second", fleet_.orchestrators()));
  must({"orchestrator", "revoke", "second"});
  EXPECT_TRUE(fakes::wait_until([&] { return !lets_in("second", fleet_.orchestrators()); }));
  EXPECT_TRUE(lets_in("orchestrator", fleet_.orchestrators()));
  EXPECT_EQ(certificates({"orchestrator", "show", "second", "--json"})[0].at("state"), "revoked");
  // One that runs, and has endorsed the CA: nobody believes its answers, nor the CA that it alone endorsed.
  must({"orchestrator", "revoke", "orchestrator"});
  EXPECT_TRUE(orchestrator_->says("our own certificate is of no use any more"));
  const auto asked = muster({"node", "ban", "n6.example.test"});
  EXPECT_NE(asked.exit_code, 0);
  EXPECT_THAT(asked.err, HasSubstr("revoked"));
}

TEST_F(CredentialCommandsTest, ARevokedIssuersTokensLetNobodyIn) {
  const auto token = fleet_.file("web.token").string();
  must({"token", "create", "--identity", "web-*", "--uses", "0", "--out", token});
  must({"issuer", "revoke", "issuer"});
  const auto agent = joining("web-1", token);
  EXPECT_TRUE(agent->says("the issuer of its token is worth nothing")) << agent->output();
  EXPECT_EQ(certificates({"issuer", "show", "issuer", "--json"})[0].at("state"), "revoked");
}

TEST_F(CredentialCommandsTest, ARevokedWatcherIsLetInNoMore) {
  const auto watchers = fleet_.watchers();
  ASSERT_TRUE(lets_in("watcher", watchers));
  must({"broker", "revoke", "broker-watcher"});
  EXPECT_TRUE(fakes::wait_until([&] { return !lets_in("watcher", watchers); }));
  must({"broker", "create", "spare", "--host", "127.0.0.1"});
  must({"broker", "revoke", "spare"});
  EXPECT_EQ(certificates({"broker", "show", "spare", "--json"})[0].at("state"), "revoked");
  EXPECT_TRUE(all_answer(fleet_.config())) << "nobody else noticed";
}

}  // namespace
}  // namespace muster::test
