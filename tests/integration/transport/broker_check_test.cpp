// `muster broker check` against a real Mosquitto: one that is as `muster broker config` makes it, and others that are not.
#include "orchestrator/broker_check/check.hpp"

#include <gmock/gmock.h>

#include "orchestrator/broker/broker_process.hpp"
#include "proto/base/files.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

using broker_check::Finding;
using broker_check::Verdict;
using testing::Contains;
using testing::IsEmpty;

class BrokerCheckTest : public testing::Test {
 protected:
  void SetUp() override {
    static_cast<void>(broker_.as_node("n9"));
    const auto n9 = x509::Certificate::from_file(pki_.folder() / "n9.pem").value();
    broker_.trust(pki_.puppet_ca(), {.serials_hex = {n9.serial_hex()}});
    reload();
  }
  void reload() {
    ASSERT_TRUE(broker::reload_broker(broker_.folder().pid_file()));
    ASSERT_TRUE(
        fakes::wait_until([&] { return static_cast<bool>(Client(broker_.as_node("n2"))); }));
  }
  broker_check::Plan plan() const {
    broker_check::Plan plan;
    plan.ca_file = pki_.folder() / "root.pem";
    plan.listeners = {broker_.nodes(),    broker_.operators(), broker_.orchestrators(),
                      broker_.watchers(), broker_.masters(),   broker_.join()};
    const auto party = [](transport::mqtt::Options options, const std::string& name) {
      options.client_id.clear();
      return broker_check::Party{std::move(options), name};
    };
    plan.operator_ = party(broker_.as_operator(), "alice");
    plan.orchestrator = party(broker_.as_orchestrator(), "orchestrator1");
    plan.watcher = party(broker_.as_watcher(), "broker-watcher");
    plan.node = party(broker_.as_node("n1"), "n1");
    plan.revoked = party(broker_.as_node("n9"), "n9");
    plan.join = broker_.as_joining("x");
    return plan;
  }
  static std::vector<std::string> with(Verdict verdict, const std::vector<Finding>& findings) {
    std::vector<std::string> out;
    for (const auto& each : findings)
      if (each.verdict == verdict) out.push_back(each.role + " " + each.claim);
    return out;
  }
  // Adds a line to a listener's access list.
  void allow(const std::string& listener, const std::string& line) {
    const auto file = broker_.folder().access_list(listener);
    ASSERT_TRUE(base::write_file(file, base::read_file(file).value() + line + "\n"));
    reload();
  }

  TestPki pki_;
  Mosquitto broker_{pki_, false};
};

TEST_F(BrokerCheckTest, ABrokerAsConfigMakesItHoldsAllAndNothingStaysThere) {
  const auto findings = broker_check::check(plan());
  EXPECT_THAT(with(Verdict::broken, findings), IsEmpty());
  EXPECT_THAT(with(Verdict::untried, findings), IsEmpty());
  EXPECT_GT(findings.size(), 45U);
  Client later(broker_.as_operator());
  ASSERT_TRUE(later.listen("muster/v1/#"));
  ASSERT_TRUE(later->publish("muster/v1/main/rep/alice/s/x", "echo", {}));
  ASSERT_TRUE(later.hears("muster/v1/main/rep/alice/s/x", "echo"));
  EXPECT_EQ(later.heard().size(), 1U) << "the check left something behind";
}

TEST_F(BrokerCheckTest, ARightTooManyIsFoundAndSaidWithWhatToDo) {
  allow("operators", "pattern read muster/v1/main/req/#");
  allow("nodes", "pattern write muster/v1/main/rep/#");
  allow("masters", "pattern write muster/v1/main/rep/#");
  const auto findings = broker_check::check(plan());
  EXPECT_THAT(with(Verdict::broken, findings),
              testing::UnorderedElementsAre(
                  "operator reads no requests", "operator reads no requests to orchestrators",
                  "node answers under no other name",
                  "node reaches nothing at the masters' listener but its own list"));
  for (const auto& each : findings)
    EXPECT_TRUE(each.verdict != Verdict::broken || !each.remedy.empty()) << each.claim;
}

TEST_F(BrokerCheckTest, ABrokerThatLooksAtNoListIsFound) {
  const auto file = broker_.folder().config_file();
  auto text = base::read_file(file).value();
  const auto at = text.find("crlfile");
  text.insert(at, "#");
  broker_.stop();
  ASSERT_TRUE(base::write_file(file, text));
  broker_.start();
  EXPECT_THAT(with(Verdict::broken, broker_check::check(plan())),
              testing::ElementsAre("revoked node is refused at the nodes' listener"));
}

TEST_F(BrokerCheckTest, WhoIsNotThereIsSaidToBeUntried) {
  auto alone = plan();
  alone.orchestrator.reset();
  alone.node.reset();
  alone.revoked.reset();
  alone.join.reset();
  const auto findings = broker_check::check(alone);
  EXPECT_THAT(with(Verdict::broken, findings), IsEmpty());
  const auto untried = with(Verdict::untried, findings);
  for (const auto* role :
       {"orchestrator gets in at its own listener", "node gets in at its own listener",
        "revoked node is refused at the nodes' listener",
        "joining machine gets in with the join password"})
    EXPECT_THAT(untried, Contains(role));
}

}  // namespace
}  // namespace muster::test
