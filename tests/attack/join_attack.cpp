// Words between a joining machine and its orchestrator, and questions to a registry.
#include <nlohmann/json.hpp>

#include "node-agent/join/join_answer.hpp"
#include "orchestrator/admission/turns.hpp"
#include "orchestrator/registry/answers.hpp"
#include "proto/messages/join.hpp"
#include "proto/messages/registry.hpp"
#include "proto/policy/policy_store.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::attack {
namespace {

using envelope::Kind;

class Join : public testing::Test {
 protected:
  Join() { pki_.trust(operators_); }
  template <class Message>
  static std::string seal(const test::Holder& who, Kind kind, const Message& body) {
    return who.signer().seal(kind, test::body_of(body)).value();
  }
  bool believed(const test::Holder& who, const std::string& nonce) {
    messages::JoinAnswer answer;
    answer.client_id = "c1";
    answer.nonce = nonce;
    answer.accepted = true;
    return agent::read_join_answer(seal(who, Kind::join_answer, answer), operators_, "c1", "fresh")
        .has_value();
  }

  test::TestPki pki_;
  base::SystemClock clock_;
  security::TrustStore operators_{clock_};
};

TEST_F(Join, AnOperatorAcceptsNobody) {
  row("operator", "answers an announcement in an orchestrator's place", "refused, logged");
  EXPECT_FALSE(believed(pki_.operator_(), "fresh"));
  EXPECT_TRUE(believed(pki_.orchestrator(), "fresh"));
}

TEST_F(Join, ABrokerAcceptsNobody) {
  row("broker", "answers an announcement itself", "refused, logged");
  EXPECT_FALSE(believed(pki_.orchestrator_root().issue_member("watcher1", "broker"), "fresh"));
}

TEST_F(Join, AnEarlierAnswerIsNotBelieved) {
  row("broker", "an orchestrator's earlier answer, sent again", "refused, logged");
  EXPECT_FALSE(believed(pki_.orchestrator(), "an earlier one"));
}

class Registry : public Join {
 protected:
  // Whether alice's question with this reply topic, signed by `who`, is answered.
  bool answered(const test::Holder& who, const std::string& reply_to) {
    messages::RegistryRequest question;
    question.id = "q1";
    question.caller = "alice";
    question.collective = "main";
    question.reply_to = reply_to;
    question.sent_at_ms = clock_.unix_ms();
    question.ttl_s = 60;
    return registry::answer({*store_, signer_, operators_, clock_, collectives_, policies_},
                            "muster/v1/main/req/registry/alice",
                            seal(who, Kind::registry_request, question))
        .has_value();
  }

  fakes::TempFolder folder_;
  std::unique_ptr<registry::RegistryStore> store_ =
      registry::RegistryStore::open(folder_ / "registry.db", {}, clock_).value();
  const security::Signer signer_ = pki_.orchestrator().signer();
  const std::vector<std::string> collectives_{"main"};
  const policy::PolicyStore policies_{folder_ / "policies", {}, true};  // the built-in ones
};

TEST_F(Registry, ANodeAsksForNoFacts) {
  row("stolen node", "asks a registry for all nodes' facts", "refused, unanswered");
  EXPECT_FALSE(answered(pki_.node("alice"), "muster/v1/main/rep/alice/s1"));
  EXPECT_TRUE(answered(pki_.operator_(), "muster/v1/main/rep/alice/s1"));
}

TEST_F(Registry, ABrokerAsksForNoFacts) {
  row("broker", "asks a registry with the broker's own certificate", "refused, unanswered");
  const auto broker = pki_.orchestrator_root().issue_member("alice", "broker");
  EXPECT_FALSE(answered(broker, "muster/v1/main/rep/alice/s1"));
}

TEST_F(Registry, AnAnswerGoesToItsAsker) {
  row("operator", "has a registry's answer sent to a topic of another, or to a wildcard",
      "refused, unanswered");
  for (const auto* to : {"muster/v1/main/rep/bob/s1", "muster/v1/main/rep/alice/+",
                         "muster/v1/main/rep/alice/s1/../../bob", "muster/v1/join/x/down", ""})
    EXPECT_FALSE(answered(pki_.operator_(), to)) << to;
}

TEST(Turn, ATokensMachinesKeepNoOthersWaiting) {
  row("holder of a join token",
      "announces 10,000 machines that never answer, so that all places are theirs whenever one is "
      "free",
      "the next place is another token's");
  admission::Turns turns;
  turns.enter({"web-1", "its own token", 10'000});
  turns.enter({"member-1", "", 10'000});
  for (std::int64_t i = 0; i < 10'000; ++i)
    turns.enter({"a" + std::to_string(i), "the attacker's", i});
  for (int i = 0; i < 98; ++i) turns.begun("the attacker's");
  EXPECT_EQ(turns.first(), "member-1");
  turns.leave("member-1");
  turns.begun("");
  EXPECT_EQ(turns.first(), "web-1");
  turns.leave("web-1");
  EXPECT_TRUE(turns.first()) << "places stay empty";
}

}  // namespace
}  // namespace muster::attack
