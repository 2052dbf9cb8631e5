#include "orchestrator/provision/run/node_run.hpp"

#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

TEST_F(NodeRunTest, ANewNodeIsTakenToProduction) {
  const auto ending = run();
  EXPECT_EQ(ending.kind, Ending::Kind::finished) << ending.reason;
  EXPECT_EQ(record_.state, "finished");
  EXPECT_EQ(record_.master, "m-de");
  EXPECT_EQ(record_.ca_fingerprint, "ca-m-de") << "whose the name is from now on";
  EXPECT_EQ(world_.notified.size(), 1U);
  EXPECT_EQ(world_.count("web1 joining provision#enter_collective"), 1U);
  EXPECT_EQ(world_.count("web1 provision#run"),
            2U);  // over the collective, no more in the join zone
  EXPECT_EQ(world_.calls.back(), "web1 provision#finish");
}

TEST_F(NodeRunTest, OldCertificatesAreCleanedOnEveryMaster) {
  run();
  EXPECT_EQ(world_.count("m-de puppetca#clean"), 1U);
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 1U);
}

TEST_F(NodeRunTest, AMasterThatWorksOwesNothing) {
  run();
  EXPECT_TRUE(world_.owed.empty());
}

TEST_F(NodeRunTest, AMasterDoesNotCleanItsOwnCertificate) {
  world_.add_master("web1", {{"country", "fr"}});
  run();
  EXPECT_EQ(world_.count("web1 puppetca#clean"), 0U);
  EXPECT_TRUE(world_.owed.empty());
}

TEST_F(NodeRunTest, EveryCallThatChangesTheNodeCarriesTheFence) {
  run();
  const auto after_claim = std::find_if(
      world_.calls.begin(), world_.calls.end(),
      [](const std::string& call) { return call.find("provision#claim") != std::string::npos; });
  ASSERT_NE(after_claim, world_.calls.end());
  for (auto i = static_cast<std::size_t>(after_claim - world_.calls.begin()) + 1;
       i < world_.calls.size(); ++i) {
    const bool asks = world_.calls[i].ends_with("provision#job");
    if (asks || world_.calls[i].find("provision#") == std::string::npos) continue;
    EXPECT_EQ(world_.fences[i], 7) << world_.calls[i];
  }
}

TEST_F(NodeRunTest, FinishedStepsTravelWithTheNextCall) {
  run();
  EXPECT_THAT(world_.noted,
              testing::ElementsAre("set_puppet_host after pick-master",
                                   "request_certificate after clean-certificates, set-puppet-host",
                                   "fetch_certificate after request-certificate, sign-certificate",
                                   "enter_collective after fetch-certificate",
                                   "run after enter-collective", "run after bootstrap-run",
                                   "renew after production-run", "finish after notify"));
  EXPECT_EQ(world_.told.workflow_hash, workflow_.hash);
  EXPECT_EQ(world_.told.master, "m-de");
  EXPECT_EQ(world_.told.run_id, record_.run_id);
  EXPECT_EQ(world_.told.fence, 7);
}

TEST_F(NodeRunTest, AFinishedStepThatTheNodeCouldNotBeToldOfIsToldAgain) {
  int tries = 0;
  world_.on("provision#fetch_certificate", [&](const Value&) -> Result<Value> {
    if (++tries == 1) return fail(Errc::timeout, "no answer");
    return Value::object();
  });
  run();
  EXPECT_EQ(std::count_if(world_.noted.begin(), world_.noted.end(),
                          [](const auto& one) { return one.starts_with("fetch_certificate"); }),
            2);
}

TEST_F(NodeRunTest, AMemberSkipsTheCertificateStepsAndStaysWithItsMaster) {
  EXPECT_EQ(run(std::nullopt, false).kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
  EXPECT_EQ(step("clean-certificates").state, "skipped");
  EXPECT_EQ(step("sign-certificate").state, "skipped");
  EXPECT_EQ(world_.count("m-us puppetca#clean"), 0U);
}

TEST_F(NodeRunTest, TheMasterIsToldWhatTheTokenAllows) {
  Value told;
  world_.on("puppetca#sign", [&](const Value& in) {
    told = in;
    return Value::object();
  });
  grant_ = {{{"pp_role", "web"}}, {"www.example"}};
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(told.at("extensions"), (Value{{"pp_role", "web"}}));
  EXPECT_EQ(told.at("alternative_names"), Value({"www.example"}));
}

TEST_F(NodeRunTest, WhoseTokenAllowsNothingGetsNothing) {
  Value told;
  world_.on("puppetca#sign", [&](const Value& in) {
    told = in;
    return Value::object();
  });
  run();
  EXPECT_EQ(told.at("extensions"), Value::object());
  EXPECT_EQ(told.at("alternative_names"), Value::array());
}

// Its certificate would be believed by nobody.
TEST_F(NodeRunTest, AMasterWhoseCaMayNotIssueTheNameIsNotChosen) {
  world_.masters[0].patterns = {"*.de"};
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
  node_did("pick-master", "m-de");
  run();
  EXPECT_EQ(record_.master, "m-us") << "whatever the node says that it had";
  world_.masters[1].patterns = {"*.us"};
  const auto ending = run();
  EXPECT_TRUE(ending.held_up) << "another may come";
  EXPECT_NE(ending.reason.find("its CA may not issue the name web1"), std::string::npos)
      << ending.reason;
}

}  // namespace
}  // namespace muster::provision
