// What ends soon is told as event, as notification, in the log and by `muster ping -v`.
#include <gmock/gmock.h>

#include "proto/base/clock.hpp"
#include "tests/integration/cli/credential_fleet.hpp"

namespace muster::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

class EndingWarningsTest : public CredentialFleetTest {
 protected:
  // As `muster token create` notes it; it ends in a little less than so many days, in the last third of its life.
  void list_token(const std::string& id, int days_left) {
    const auto now = base::SystemClock().unix_ms();
    const Value line = {{"id", id},
                        {"identities", Value::array({"web-*"})},
                        {"master", false},
                        {"replace", false},
                        {"uses", 0},
                        {"issued_at_ms", now - 3 * days_left * kDayMs},
                        {"expires_at_ms", now + days_left * kDayMs - kDayMs / 2}};
    const auto file = fleet_.in_operator("issuer.tokens");
    const auto text = base::read_file(file).value_or("") + line.dump() + "\n";
    EXPECT_TRUE(base::write_file(file, text, 0600));
  }
  // What waits for people, as it lies on the disk.
  std::string outbox() const {
    const auto file = fleet_.file("orchestrator/outbox.db");
    return base::read_file(file).value_or("") +
           base::read_file(file.string() + "-wal").value_or("");
  }
};

TEST_F(EndingWarningsTest, PingTellsOfCertificatesAndTokensThatEndSoonUnlessTheyAreOfNoUse) {
  EXPECT_THAT(muster({"ping", "-v"}).err, Not(HasSubstr("ends in")));
  must({"operator", "renew", "operator", "--ttl", "20d"});
  must({"issuer", "renew", "issuer", "--ttl", "10d"});
  const auto told = muster({"ping", "-v"});
  EXPECT_EQ(told.exit_code, 0);
  EXPECT_THAT(told.err, AllOf(HasSubstr("the certificate of 'operator' ends in 1"),
                              HasSubstr("muster operator renew"),
                              HasSubstr("the certificate of issuer 'issuer' ends in "),
                              HasSubstr("muster issuer renew"), Not(HasSubstr("join token"))));
  EXPECT_THAT(muster({"ping"}).err, Not(HasSubstr("ends in")));
  list_token("soon", 6);
  list_token("later", 60);
  const auto tokens = muster({"ping", "-v"});
  EXPECT_THAT(tokens.err, AllOf(HasSubstr("the join token 'soon' ends in 5 days"),
                                HasSubstr("muster token create"), Not(HasSubstr("'later'"))));
  const auto mistyped = muster({"token", "revoke", "sooon"});
  EXPECT_EQ(mistyped.exit_code, 0) << "another machine's issuer may have made it";
  EXPECT_THAT(mistyped.err, HasSubstr("no issuer beside the configuration made a token 'sooon'"));
  EXPECT_THAT(muster({"token", "revoke", fleet_.config().string()}).err, HasSubstr("is a file"));
  const auto revoked = muster({"token", "revoke", "soon"});
  EXPECT_EQ(revoked.exit_code, 0) << revoked.err;
  EXPECT_THAT(revoked.err, Not(HasSubstr("no issuer")));
  EXPECT_TRUE(fakes::wait_until([&] {
    return muster({"ping", "-v"}).err.find("'soon'") == std::string::npos;
  })) << "it is of no use any more";
}

TEST_F(EndingWarningsTest, AnOrchestratorTellsAsEventAndNotificationAndInItsLog) {
  auto text = base::read_file(fleet_.in_operator("serving-orchestrator.yaml")).value();
  text +=  // nobody listens there: it lies in the outbox
      "notify:\n  targets: [mailto:ops@example.test]\n  email: {server: \"smtp://127.0.0.1:9\", "
      "from: muster@example.test, tls: none}\n";
  must({"orchestrator", "renew", "orchestrator", "--ttl", "20d"});
  Daemon events({MUSTER_PROGRAM, "--config", fleet_.config(), "events", "--json"},
                fleet_.file("events.log"));
  EXPECT_TRUE(base::write_file(fleet_.in_operator("serving-orchestrator.yaml"), text));
  renew_orchestrator_in_place();
  EXPECT_TRUE(orchestrator_->says("the certificate of 'orchestrator' ends in 1"));
  EXPECT_TRUE(fakes::wait_until([&] {
    return events.output().find("lifecycle.v1.expiring") != std::string::npos;
  })) << events.output();
  EXPECT_THAT(events.output(), HasSubstr("the certificate of 'orchestrator'"));
  EXPECT_TRUE(fakes::wait_until([&] {
    const auto waiting = outbox();
    return waiting.find("the certificate of 'orchestrator' ends soon") != std::string::npos;
  }));
}

}  // namespace
}  // namespace muster::test
