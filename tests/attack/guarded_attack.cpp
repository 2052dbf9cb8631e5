// What an operator may ask for beside an action: guarded arguments, data of a node, facts of nodes that are hidden.
#include <sys/stat.h>

#include "node-agent/dispatch/data_table.hpp"
#include "orchestrator/registry/answers.hpp"
#include "plugins/data/fstat.hpp"
#include "proto/messages/registry.hpp"
#include "proto/security/verifier.hpp"
#include "tests/attack/approvals.hpp"
#include "tests/unit/dispatch/test_data.hpp"
#include "tests/unit/registry/registry_lab.hpp"

namespace muster::attack {
namespace {

using std::chrono_literals::operator""s;

// The node's action echo#act has the guarded argument `user`, and the data plugin fstat a policy of its own.
class Guarded : public ApprovalGate {
 protected:
  void policy(const std::string& agent, const std::string& text) {
    around_.folder.write("policies/" + agent + ".policy", text);
    policies_.reload();
  }
  // What becomes of a request whose filter asks the plugin.
  std::string why_not(const std::string& filter) {
    auto context = around_.context(table_);
    context.policy = [this](const auto& request, auto role) {
      return judgement_->action(request, role);
    };
    context.data = &data_;
    context.data_policy = [this](const auto& request, auto role, auto name, const auto& argument) {
      return judgement_->data(request, role, name, argument);
    };
    agent::RequestGate gate(std::move(context), around_.statistics);
    auto wire = around_.request();
    wire.filter.compounds.push_back(filter);
    wire.tell_mismatch = true;
    const auto undecided = gate.admit(around_.sealed(wire), false);
    if (!undecided || !undecided->undecided) return "it was not asked";
    const auto judged = gate.judge(*undecided, around_.clock.steady() + 5s, [] { return true; });
    if (!judged) return "it was dropped";
    return judged->agent != nullptr ? "" : judged->refusal.message;
  }

  int asked_ = 0;
  agent::DataTable data_;
};

TEST_F(Guarded, AnArgumentIsOffUntilALineNamesIt) {
  row("operator", "may call an action, and says as whom it shall run",
      "answered refused with the argument's name, audited");
  for (const auto* text : {"allow\t*\tact\t*\n", "allow\t*\t*\t*\targs: count=8\n",
                           "policy default allow\n", "allow\t*\tact\t*\targs: user=www\n"}) {
    policy("echo", text);
    expect_refused(request({{"count", 8}, {"user", "root"}}),
                   "no line allows the guarded argument user");
  }
  EXPECT_TRUE(carried_out(request({{"count", 8}, {"user", "www"}}))) << "what its owner turned on";
}

TEST_F(Guarded, TheLeaseIsItsHoldersAlone) {
  row("stolen orchestrator", "asks a node that another one works on for what its lease allows",
      "answered refused, audited");
  auto agent = guarded_echo();
  auto& echo = *agent;
  const agent::AgentTable table(agent::agents_of(std::move(agent)));
  const agent::Judgement judgement({around_.identity, around_.clock, table, policies_,
                                    [this] { return std::make_shared<const Value>(around_.facts); },
                                    [] { return std::vector<std::string>{}; }});
  policy("echo", "allow\tlease\tact\t*\n");
  auto wire = request();
  wire.caller = "orchestrator1";
  const auto allowed = [&](security::Role role) {
    return judgement.action(wire, role).allowed.has_value();
  };
  echo.set_lease_holder("orchestrator2");
  EXPECT_FALSE(allowed(security::Role::orchestrator));
  echo.set_lease_holder("orchestrator1");
  EXPECT_TRUE(allowed(security::Role::orchestrator)) << "whose lease it is";
  EXPECT_FALSE(allowed(security::Role::operator_)) << "an operator of the same name";
}

TEST_F(Guarded, AFilterReadsNoDataAroundItsPolicy) {
  row("operator", "asks by a filter, expression by expression, what a data plugin knows of a file",
      "no match, also with 'not'; told why, counted; the plugin is not asked");
  policy("echo", "allow\t*\tact\t*\n");
  policy("data.fstat", "deny\t*\tquery\t*\t*\targs: query=/shadow/\nallow\toperators\tquery\t*\n");
  data_.replace_others({std::make_shared<agent::TestData>("fstat", [this](const auto&) {
    ++asked_;
    return Result<Value>(Value{{"size", 6}});
  })});
  for (const auto* filter : {"fstat('/etc/shadow').size=6", "not fstat('/etc/shadow').size=7"})
    EXPECT_NE(why_not(filter).find("not allowed to ask the data function fstat"), std::string::npos)
        << why_not(filter);
  EXPECT_EQ(asked_, 0);
  EXPECT_GE(around_.statistics.data_failed, 2U);
  EXPECT_EQ(why_not("fstat('/etc/hosts').size=6"), "") << "what the policy allows is answered";
}

TEST_F(Guarded, AnActionReadsNoDataAroundItsPolicy) {
  row("operator", "asks by rpcutil#get_data what a data plugin's policy denies",
      "answered refused, with the policy's line");
  policy("data.fstat", "deny\t*\tquery\t*\t*\targs: query=/shadow/\nallow\toperators\tquery\t*\n");
  const auto answer = [&](const char* file) {
    auto wire = around_.request();
    wire.agent = "rpcutil";
    wire.action = "get_data";
    wire.arguments = Value{{"source", "fstat"}, {"query", file}};
    return judgement_->action(wire, security::Role::operator_).allowed;
  };
  const auto refused = answer("/etc/shadow");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("data.fstat.policy:1"), std::string::npos)
      << refused.error().message;
  EXPECT_TRUE(answer("/etc/hosts"));
}

TEST(Facts, OfNodesThatARegistrysPolicyHidesNothingIsTold) {
  row("operator", "asks a registry for all nodes' facts, which its policy shows of one country",
      "answered without the others, which are not counted either");
  const test::TestPki pki;
  const base::SystemClock clock;
  security::TrustStore trusted(clock);
  pki.trust(trusted);
  const fakes::TempFolder folder;
  folder.write("policies/facts.policy", "allow\toperators\tregistry\tcountry=de\ndeny\t*\t*\t*\n");
  const policy::PolicyStore policies(folder / "policies", {}, true);
  const auto store = registry::RegistryStore::open(folder / "registry.db", {}, clock).value();
  for (const auto& [name, country] : {std::pair{"n1", "de"}, {"n2", "us"}})
    ASSERT_TRUE(
        store->put(registry::registered({.identity = name, .facts = {{"country", country}}})));
  messages::RegistryRequest question;
  question.id = "q1";
  question.caller = "alice";
  question.collective = "main";
  question.reply_to = "muster/v1/main/rep/alice/s1";
  question.sent_at_ms = clock.unix_ms();
  question.ttl_s = 60;
  question.with_content = true;
  const auto signer = pki.orchestrator().signer();
  const std::vector<std::string> collectives{"main"};
  const auto answered = registry::answer(
      {*store, signer, trusted, clock, collectives, policies}, "muster/v1/main/req/registry/alice",
      pki.operator_().signer().seal(question.kKind, test::body_of(question)).value());
  ASSERT_TRUE(answered && *answered);
  const auto opened =
      security::open((*answered)->payload, messages::RegistryReply::kKind, trusted).value();
  const auto reply = messages::RegistryReply::decode(opened.body).value();
  ASSERT_EQ(reply.entries.size(), 1U);
  EXPECT_EQ(reply.entries.front().identity, "n1");
  EXPECT_EQ(reply.known, 1U);
}

TEST(Facts, OfAFileThatNotEverybodyMayReadThereIsNoMd5) {
  row("operator", "asks for the MD5 of a file that only root may read, to find its short secret",
      "answered without it, and why");
  const fakes::TempFolder folder;
  const auto file = folder.write("pin", "1234\n").string();
  ASSERT_EQ(::chmod((folder / "").c_str(), 0755), 0);
  const auto md5 = [&](mode_t mode) {
    EXPECT_EQ(::chmod(file.c_str(), mode), 0);
    return Value(plugins::data::file_status(file).value()["md5"]);
  };
  EXPECT_EQ(md5(0600), 0);
  EXPECT_EQ(md5(0644), "e7df7cd2ca07f4f1ab415d457a6e1c13") << "a public one is told";
}

}  // namespace
}  // namespace muster::attack
