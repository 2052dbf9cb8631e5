// Whatever happens to credentials, whoever calls is answered by everybody: two callers that never pause, one
// with a new connection for each call and one over a connection that stays, while each step is done.
#include <gmock/gmock.h>

#include <iostream>

#include "tests/integration/cli/credential_fleet.hpp"
#include "tests/integration/cli/steady_caller.hpp"

namespace muster::test {
namespace {

class NoCallLostTest : public CredentialFleetTest {
 protected:
  // The callers' own operator, whose files are not the ones that the steps are about.
  NoCallLostTest() {
    must({"operator", "create", "caller"});
    config_ = elsewhere("caller");
    begin_calls();
  }
  void begin_calls(std::chrono::seconds patience = kCallPatience) {
    callers_.clear();
    callers_.push_back(std::make_unique<SteadyCaller>(command_line(fleet_, config_, patience)));
    callers_.push_back(std::make_unique<SteadyCaller>(standing_link(fleet_, config_, patience)));
    static_cast<void>(calls());  // both have begun
  }
  // Nobody was lost in it, nor right after it.
  void step(const std::string& what, const std::function<void()>& done) {
    done();
    const auto seen = calls();
    std::cout << what << ": " << seen << std::endl;
    EXPECT_TRUE(seen.lost.empty()) << what << ": " << seen;
  }
  void step(const std::vector<std::string>& words) {
    std::string what;
    for (const auto& word : words) what += (what.empty() ? "" : " ") + word;
    step(what, [&] { must(words); });
  }
  SteadyCaller::Calls calls() {
    SteadyCaller::Calls all;
    for (const auto& caller : callers_) {
      auto one = caller->take();
      all.count += one.count;
      all.longest = std::max(all.longest, one.longest);
      all.lost.insert(all.lost.end(), one.lost.begin(), one.lost.end());
    }
    return all;
  }
  // As a person carries it to where the callers are.
  void carry_certificate() {
    const auto pem = base::read_file(fleet_.in_operator("caller.pem")).value();
    ASSERT_TRUE(base::write_file(config_.parent_path() / "operator.pem", pem));
  }

  std::filesystem::path config_;
  std::vector<std::unique_ptr<SteadyCaller>> callers_;
};

TEST_F(NoCallLostTest, WhileOthersComeGoAndAreRenewedAndTheJoinPasswordChanges) {
  step({"operator", "create", "bob", "--group", "helpdesk"});
  step({"operator", "renew", "bob", "--new-key"});
  step({"operator", "create", "bob", "--replace"});
  step({"operator", "revoke", "bob"});
  step({"orchestrator", "create", "second"});
  step({"orchestrator", "revoke", "second"});
  step({"issuer", "renew", "issuer"});
  step({"orchestrator", "renew", "orchestrator"});
  step("SIGHUP to the orchestrator", [&] { renew_orchestrator_in_place(); });
  step({"broker", "renew", "broker-watcher"});
  step("SIGHUP to the broker's watcher", [&] { renew_watcher_in_place(); });
  step({"broker", "renew", "broker"});
  step("broker config and SIGHUP to mosquitto", [&] { reload_broker(); });
  const auto cas = muster({"trust", "list", "--json"}).json().at("cas");
  step({"trust", "renew", cas.at(0).at("fingerprint").get<std::string>()});
  step({"join-password", "rotate"});
  step("broker config and SIGHUP to mosquitto", [&] { reload_broker(); });
  step({"join-password", "rotate", "--finish"});
  step("broker config and SIGHUP to mosquitto", [&] { reload_broker(); });
  step({"operator", "renew", "caller"});
  step("the callers' own certificate is carried over", [&] { carry_certificate(); });
}

TEST_F(NoCallLostTest, WhileTheOperatorsRootIsRotated) {
  step({"root", "rotate", "operators"});
  step("every node obeys both", [&] { EXPECT_TRUE(all_obey("operators", 2)); });
  step({"operator", "create", "carol"});
  step({"operator", "renew", "operator"});
  step({"operator", "renew", "caller"});
  step({"issuer", "renew", "issuer"});
  step({"broker", "renew", "broker"});
  step("broker config and SIGHUP to mosquitto", [&] { reload_broker(); });
  step("the callers' own certificate is carried over", [&] { carry_certificate(); });
  begin_calls();  // a program that stays is started again, with the new certificate
  step({"root", "rotate", "operators", "--finish"});
  step("every node obeys the new one alone", [&] { EXPECT_TRUE(all_obey("operators", 1)); });
  step("the broker again", [&] { reload_broker(); });
}

TEST_F(NoCallLostTest, WhileTheOrchestratorsRootIsRotated) {
  step({"root", "rotate", "orchestrators"});
  step("every node obeys both", [&] { EXPECT_TRUE(all_obey("orchestrators", 2)); });
  step({"orchestrator", "renew", "orchestrator"});
  step({"broker", "renew", "broker-watcher"});
  step("SIGHUP to the orchestrator", [&] { renew_orchestrator_in_place(); });
  step("SIGHUP to the broker's watcher", [&] { renew_watcher_in_place(); });
  step({"root", "rotate", "orchestrators", "--finish"});
  step("every node obeys the new one alone", [&] { EXPECT_TRUE(all_obey("orchestrators", 1)); });
}

// The root's key is on no machine of the bus: what it signs is carried to one and pushed there.
TEST_F(NoCallLostTest, WhileAnOfflineRootsStatementsArePushed) {
  const auto pusher = elsewhere("operator");
  const auto file = pusher.parent_path() / "orchestrator-root.statements";
  const auto carry = [&](const std::string& name) {
    std::filesystem::copy_file(fleet_.in_operator(name), pusher.parent_path() / name,
                               std::filesystem::copy_options::overwrite_existing);
  };
  const auto push = [&] { return fleet_.muster_with(pusher, {"root", "push", file}); };
  step({"root", "rotate", "orchestrators", "--offline"});
  EXPECT_EQ(obeying("orchestrators", 2), 0U) << "nobody was told";
  carry("orchestrator-root.statements");
  const auto without_list = push();
  EXPECT_EQ(without_list.exit_code, 1) << without_list.out;
  EXPECT_THAT(without_list.err, testing::HasSubstr("orchestrator-root.crl"));
  carry("orchestrator-root.crl");
  step("root push", [&] { EXPECT_EQ(push().exit_code, 0); });
  step("every node obeys both", [&] { EXPECT_TRUE(all_obey("orchestrators", 2)); });
  step({"orchestrator", "renew", "orchestrator"});
  step({"broker", "renew", "broker-watcher"});
  step({"root", "rotate", "orchestrators", "--finish", "--offline"});
  carry("orchestrator-root.statements");
  const auto early = push();
  EXPECT_EQ(early.exit_code, 1) << early.out;
  EXPECT_THAT(early.err, testing::HasSubstr("orchestrators run with another root's certificate"));
  step("SIGHUP to the orchestrator", [&] { renew_orchestrator_in_place(); });
  step("SIGHUP to the broker's watcher", [&] { renew_watcher_in_place(); });
  step("root push of the end", [&] { EXPECT_EQ(push().exit_code, 0); });
  step("every node obeys the new one alone", [&] { EXPECT_TRUE(all_obey("orchestrators", 1)); });
}

// What is found here to be lost nowhere would be found if it were.
TEST_F(NoCallLostTest, ANodeThatDoesNotAnswerIsALostCallForBothCallers) {
  begin_calls(std::chrono::seconds(1));  // each of the calls waits so long for that node
  fleet_.node("n1.example.test").agent().pause();
  for (const auto& caller : callers_) {
    const auto seen = caller->take();
    ASSERT_FALSE(seen.lost.empty()) << seen;
    EXPECT_THAT(seen.lost.back(), testing::HasSubstr("n1.example.test"));
  }
  fleet_.node("n1.example.test").agent().resume();
}

}  // namespace
}  // namespace muster::test
