// Credentials that are renewed and roots that follow each other, under a running fleet.
#include <gmock/gmock.h>

#include "tests/integration/cli/credential_fleet.hpp"

namespace muster::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CredentialLifeTest : public CredentialFleetTest {};

TEST_F(CredentialLifeTest, TheOperatorRootFollowsAnotherWhileEverybodyGoesOn) {
  give_own_roots("n1.example.test");
  const auto old_operator = elsewhere("operator");
  must({"root", "rotate", "operators"});
  EXPECT_TRUE(all_obey("operators", 2)) << muster({"root", "show"}).out;
  EXPECT_TRUE(all_answer(old_operator)) << "the old root's operators go on";
  must({"operator", "create", "bob"});
  const auto bob = elsewhere("bob");
  EXPECT_TRUE(all_answer(bob)) << "and the new root's command already";

  const auto early = muster({"root", "rotate", "operators", "--finish"});
  EXPECT_EQ(early.exit_code, 1);
  EXPECT_THAT(early.err, AllOf(HasSubstr("muster operator renew operator"),
                               HasSubstr("muster broker renew broker"),
                               HasSubstr("muster issuer renew issuer")));
  must({"operator", "renew", "operator"});
  must({"issuer", "renew", "issuer"});
  must({"broker", "renew", "broker"});
  const auto not_yet = muster({"root", "rotate", "operators", "--finish"});
  EXPECT_THAT(not_yet.err, HasSubstr("brokers with a certificate of the old root"));
  reload_broker();
  EXPECT_TRUE(all_answer(old_operator)) << "also over a broker of the new root";
  restart("n1.example.test");  // it knows from its disk
  const auto silent = with_broker("127.0.0.1:1");
  EXPECT_THAT(fleet_.muster_with(silent, {"root", "rotate", "operators", "--finish"}).err,
              HasSubstr("show no certificate: 127.0.0.1:1 ("));
  const auto done = fleet_.muster_with(
      silent, {"root", "rotate", "operators", "--finish", "--without", "127.0.0.1:1"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_TRUE(all_obey("operators", 1)) << muster({"root", "show"}).out;
  EXPECT_TRUE(all_answer(fleet_.config()));
  EXPECT_THAT(fleet_.muster_with(old_operator, {"ping", "-t", "1"}).out,
              Not(HasSubstr("6 replies")));
  restart("n1.example.test");
  EXPECT_TRUE(all_answer(fleet_.config()));
}

TEST_F(CredentialLifeTest, TheOrchestratorRootFollowsAnotherAndWhatItRetainedStaysBelieved) {
  must({"root", "rotate", "orchestrators"});
  EXPECT_TRUE(all_obey("orchestrators", 2)) << muster({"root", "show"}).out;
  must({"orchestrator", "renew", "orchestrator"});
  must({"broker", "renew", "broker-watcher"});
  EXPECT_TRUE(broker_takes("orchestrator", fleet_.orchestrators()));
  renew_orchestrator_in_place();
  renew_watcher_in_place();
  must({"root", "rotate", "orchestrators", "--finish"});
  EXPECT_TRUE(all_obey("orchestrators", 1)) << muster({"root", "show"}).out;
  EXPECT_THAT(muster({"trust", "list"}).out, HasSubstr("Puppet CA: test"));
  EXPECT_TRUE(all_answer(fleet_.config()));
}

TEST_F(CredentialLifeTest, WhoeverIsRevokedWhileARootIsRotatedIsRefusedWhicheverRootItWas) {
  must({"operator", "create", "alice"});
  const auto alice = elsewhere("alice");
  ASSERT_TRUE(all_answer(alice));
  must({"root", "rotate", "operators"});
  must({"operator", "create", "bob"});
  const auto bob = elsewhere("bob");
  ASSERT_TRUE(all_answer(bob));
  for (const std::string who : {"alice", "bob"}) {
    const auto& config = who == "alice" ? alice : bob;
    must({"operator", "revoke", who});
    EXPECT_TRUE(fakes::wait_until([&] {
      return fleet_.muster_with(config, {"ping", "-t", "1"}).exit_code != 0;
    })) << who;
    EXPECT_THAT(muster({"trust", "revoked"}).out,
                HasSubstr(who == "alice" ? "Muster operator root, list 2"
                                         : "Muster operator root 2, list 2"));
  }
  restart("n1.example.test");
  EXPECT_TRUE(all_answer(fleet_.config()));
}

TEST_F(CredentialLifeTest, ANodeThatDoesNotHearHoldsTheFinishUpByName) {
  fleet_.node("n6.example.test").agent().pause();
  must({"root", "rotate", "orchestrators"});
  must({"orchestrator", "renew", "orchestrator"});
  must({"broker", "renew", "broker-watcher"});
  EXPECT_TRUE(fakes::wait_until([&] { return obeying("orchestrators", 2) == 5; }));
  const auto refused = muster({"root", "rotate", "orchestrators", "--finish"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("n6.example.test"), Not(HasSubstr("n5.example.test"))));
  renew_orchestrator_in_place();
  renew_watcher_in_place();
  must({"root", "rotate", "orchestrators", "--finish", "--without", "n6.example.test"});
  fleet_.node("n6.example.test").agent().resume();
  EXPECT_TRUE(all_obey("orchestrators", 1)) << "it hears of both steps when it comes";
}

TEST_F(CredentialLifeTest, TwoJoinPasswordsLiveSideBySideUntilTheFirstIsEnded) {
  const auto may_join = [&](const std::string& line) {
    transport::mqtt::Options options;
    options.brokers = {fleet_.join()};
    options.client_id = "0123456789abcdef";
    options.ca_file = fleet_.in_operator("root.pem");
    options.user = line.substr(0, line.find(' '));
    options.password = line.substr(line.find(' ') + 1);
    return transport::mqtt::connect(options, {}).has_value();
  };
  const auto password = [&](std::size_t line) {
    const auto text = base::read_file(fleet_.in_operator("join.password")).value();
    const auto begin = line == 0 ? 0 : text.find('\n') + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  const auto checked = [&](const std::string& what) {
    const auto found = muster({"broker", "check", "--json"}).json();
    for (const auto& check : found.at("checks"))
      if (check.at("what") == what) return check.at("result").get<std::string>();
    return std::string("not there");
  };
  const auto first = password(0);
  must({"join-password", "rotate"});
  reload_broker();
  EXPECT_TRUE(fakes::wait_until([&] { return may_join(password(0)); }));
  EXPECT_EQ(password(1), first);
  EXPECT_TRUE(may_join(first));
  must({"join-password", "rotate", "--finish"});
  reload_broker();
  EXPECT_TRUE(fakes::wait_until([&] { return !may_join(first); }));
  EXPECT_TRUE(may_join(password(0)));
  EXPECT_EQ(checked("gets in with the join password"), "holds") << "by its own user, join-2";
  EXPECT_TRUE(all_answer(fleet_.config())) << "nobody else noticed";
}

TEST_F(CredentialLifeTest, ARenewedCertificateWorksBesideTheOneBefore) {
  must({"operator", "renew", "operator", "--ttl", "30d"});
  EXPECT_TRUE(all_answer(fleet_.config()));
  const auto shown = muster({"operator", "show", "operator", "--json"}).json().at("certificates");
  ASSERT_EQ(shown.size(), 2U);
  EXPECT_EQ(shown[0].at("state"), "replaced");
  EXPECT_EQ(shown[1].at("state"), "current");
  EXPECT_EQ(shown[1].at("groups"), Value::array({"admins"}));
  std::filesystem::copy_file(fleet_.in_operator("operator.pem.replaced"),
                             fleet_.in_operator("operator.pem"),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(all_answer(fleet_.config())) << "the old one is good until it ends";
}

TEST_F(CredentialLifeTest, ATrustedCaIsShownAndEndorsedAnew) {
  const auto cas = muster({"trust", "list", "--json"}).json().at("cas");
  const auto fingerprint = cas.at(0).at("fingerprint").get<std::string>();
  const auto before = muster({"trust", "show", fingerprint, "--json"}).json();
  EXPECT_EQ(before.at("endorsed_by"), "orchestrator");
  must({"trust", "renew", fingerprint});
  const auto after = muster({"trust", "show", fingerprint, "--json"}).json();
  EXPECT_GT(after.at("number"), before.at("number"));
}

}  // namespace
}  // namespace muster::test
