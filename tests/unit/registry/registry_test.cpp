// A registry and whoever asks it, over a bus in memory.
#include "orchestrator/registry/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/client/registry_query.hpp"
#include "orchestrator/registry/answers.hpp"
#include "orchestrator/registry/page.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"
#include "proto/messages/registry.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"
#include "tests/unit/registry/registry_lab.hpp"

namespace muster::registry {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using Names = std::vector<std::string>;

class RegistryTest : public testing::Test {
 protected:
  // An orchestrator with a registry.
  struct Keeper {
    std::unique_ptr<client::Link> link;
    std::unique_ptr<Registry> registry;
  };

  Keeper keeper(const std::string& name, const test::Holder& holder,
                std::vector<std::string> collectives = {"main"}, StoreLimits limits = {}) {
    Keeper out;
    out.link = std::make_unique<client::Link>(lab_.broker().connect(name), holder.signer(), "main",
                                              clock_);
    lab_.pki().trust(out.link->operators());
    client::must(out.link->nodes().add(lab_.pki().puppet_ca().certificate()));
    auto started = Registry::start(*out.link, {folder_ / (name + ".db"), std::move(collectives),
                                               limits, folder_ / "policies"});
    if (!started) throw std::runtime_error(started.error().message);
    out.registry = std::move(*started);
    return out;
  }
  Keeper keeper() { return keeper("orchestrator1", lab_.pki().orchestrator()); }

  void say(const NodeSays& node) { say_as(node.identity, node, node.identity); }
  // Signed by `signer`, on the topic of `topic`.
  void say_as(const std::string& signer, const NodeSays& node, const std::string& topic) {
    const auto sealed = lab_.pki().node(signer).signer().seal(envelope::Kind::registration,
                                                              test::body_of(wire_of(node)));
    client::must(node_bus_->publish(transport::topics::registration("main", topic), *sealed, {}));
  }
  static bool knows(const Keeper& keeper, std::uint64_t count) {
    return fakes::wait_until([&] { return keeper.registry->taken() == count; });
  }
  static filter::Filter where(const filter::Text& text) {
    return filter::Filter::parse(text).value();
  }
  client::RegistryAnswer ask(const filter::Text& text = {}) {
    auto answer = client::ask_registry(lab_.link(), where(text), fakes::kPatience);
    if (!answer) throw std::runtime_error(answer.error().message);
    return std::move(*answer);
  }
  static Names names(const client::RegistryAnswer& answer) {
    Names out;
    for (const auto& node : answer.nodes) out.push_back(node.identity);
    return out;
  }

  client::ClientLab lab_;
  base::SystemClock clock_;
  fakes::TempFolder folder_;
  std::unique_ptr<transport::Bus> node_bus_ = lab_.broker().connect("nodes");
};

TEST_F(RegistryTest, NodesThatTheAskerMayNotHearOfAreNeitherToldNorCounted) {
  folder_.write("policies/facts.policy", "allow\toperators\tregistry\tcountry=de\ndeny\t*\t*\t*\n");
  const auto orchestrator = keeper();
  say({.identity = "n1", .facts = {{"country", "de"}}});
  say({.identity = "n2", .facts = {{"country", "us"}}});
  ASSERT_TRUE(knows(orchestrator, 2));
  const auto answer = ask();
  ASSERT_EQ(answer.nodes.size(), 1U);
  EXPECT_EQ(answer.nodes.front().identity, "n1");
  EXPECT_EQ(answer.known, 1U);
}

TEST_F(RegistryTest, WhoMayHearOfNobodyIsToldByWhichLine) {
  folder_.write("policies/facts.policy", "deny\t*\tregistry\t*\n");
  const auto orchestrator = keeper();
  const auto refused = client::ask_registry(lab_.link(), where({}), fakes::kPatience);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("facts.policy:1"));
}

TEST_F(RegistryTest, AgentsAloneAreNoFilterForItsPolicy) {
  folder_.write("policies/facts.policy", "allow\toperators\tregistry\t*\trequire_filter: yes\n");
  const auto orchestrator = keeper();
  const auto refused =
      client::ask_registry(lab_.link(), where({.agents = {"rpcutil"}}), fakes::kPatience);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("needs a filter"));
  EXPECT_THAT(names(ask({.classes = {"role::web"}})), ElementsAre());
}

constexpr auto kAtMostTwo = "allow\toperators\tregistry\t*\tmax_nodes: 2\n";

TEST_F(RegistryTest, AsManyNodesAreNamedAsItsPolicyAllows) {
  folder_.write("policies/facts.policy", kAtMostTwo);
  const auto orchestrator = keeper();
  for (const auto* name : {"n1", "n2", "n3"}) say({.identity = name});
  ASSERT_TRUE(knows(orchestrator, 3));
  const auto two = ask({.identities = {"n1", "n2"}});
  EXPECT_THAT(names(two), ElementsAre("n1", "n2"));
  EXPECT_EQ(two.known, 3U);
}

TEST_F(RegistryTest, MoreThanItsPolicyAllowsMustBeConfirmed) {
  folder_.write("policies/facts.policy", kAtMostTwo);
  const auto orchestrator = keeper();
  for (const auto* name : {"n1", "n2", "n3"}) say({.identity = name});
  ASSERT_TRUE(knows(orchestrator, 3));
  const auto refused = client::ask_registry(lab_.link(), where({}), fakes::kPatience);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("facts.policy:1"));
  EXPECT_THAT(refused.error().message, HasSubstr("it names 3 nodes, and more than 2 need --yes"));
  const auto meant = client::ask_registry(lab_.link(), where({}),
                                          {.timeout = fakes::kPatience, .confirmed = true});
  ASSERT_TRUE(meant) << meant.error().message;
  EXPECT_THAT(names(*meant), ElementsAre("n1", "n2", "n3"));
}

// Where lines differ from node to node, the strictest that lets one of them be told counts.
TEST_F(RegistryTest, NodesThatAreNotToldDoNotCountForItsPolicy) {
  folder_.write("policies/facts.policy",
                "allow\toperators\tregistry\tcountry=de\tmax_nodes: 1\n"
                "allow\toperators\tregistry\tcountry=fr\tmax_nodes: 2\ndeny\t*\t*\t*\n");
  const auto orchestrator = keeper();
  const std::map<std::string, std::string> countries{{"n1", "de"}, {"n2", "fr"}, {"n3", "us"}};
  for (const auto& [name, country] : countries)
    say({.identity = name, .facts = {{"country", country}}});
  ASSERT_TRUE(knows(orchestrator, 3));
  EXPECT_THAT(names(ask({.facts = {"country=/de|us/"}})), ElementsAre("n1"));
  const auto refused = client::ask_registry(lab_.link(), where({}), fakes::kPatience);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("it names 2 nodes, and more than 1 need --yes"));
}

// The first page already says that there are too many.
TEST_F(RegistryTest, ItsPolicyCountsTheNodesOfAllPages) {
  folder_.write("policies/facts.policy", kAtMostTwo);
  const auto orchestrator = keeper();
  for (const auto* name : {"n1", "n2", "n3"})
    say({.identity = name, .facts = {{"motd", std::string(kPageMaxBytes / 2, 'x')}}});
  ASSERT_TRUE(knows(orchestrator, 3));
  const auto refused = client::ask_registry(lab_.link(), where({}),
                                            {.timeout = fakes::kPatience, .with_content = true});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("it names 3 nodes"));
}

TEST_F(RegistryTest, NodesThatLeftOutWhatTheFilterReadsAreUndecided) {
  const auto orchestrator = keeper();
  say({.identity = "n1", .facts = {{"country", "de"}}, .left_out_classes = 3});
  say({.identity = "n2", .facts = {{"country", "de"}}, .left_out_bytes = 70});
  say({.identity = "n3", .facts = {{"country", "de"}}});
  ASSERT_TRUE(knows(orchestrator, 3));
  const auto by_class = ask({.compounds = {"not role::zz"}});
  EXPECT_THAT(names(by_class), ElementsAre("n2", "n3"));
  EXPECT_THAT(by_class.undecided, ElementsAre("n1"));
  const auto by_fact = ask({.compounds = {"not rack.row=1"}});
  EXPECT_THAT(names(by_fact), ElementsAre("n1", "n3"));
  EXPECT_THAT(by_fact.undecided, ElementsAre("n2"));
  EXPECT_THAT(names(ask({.facts = {"country=de"}})), ElementsAre("n1", "n2", "n3"));
}

TEST_F(RegistryTest, APolicyOnNodesTellsNothingOfOneThatLeftSomethingOut) {
  folder_.write("policies/facts.policy",
                "deny\t*\tregistry\t*\trole::secret\nallow\toperators\tregistry\t*\t*\n");
  const auto orchestrator = keeper();
  say({.identity = "n1", .left_out_classes = 3});
  say({.identity = "n2"});
  ASSERT_TRUE(knows(orchestrator, 2));
  EXPECT_THAT(names(ask()), ElementsAre("n2"));
}

TEST_F(RegistryTest, AnswersFiltersOverAllFacts) {
  const auto orchestrator = keeper();
  say({.identity = "n1", .facts = {{"rack", {{"row", 1}}}}});
  say({.identity = "n2", .facts = {{"rack", {{"row", 2}}}}});
  ASSERT_TRUE(knows(orchestrator, 2));
  const auto some = ask({.facts = {"rack.row=2"}});
  EXPECT_THAT(names(some), ElementsAre("n2"));
  EXPECT_EQ(some.orchestrator, "orchestrator1");
  EXPECT_EQ(some.known, 2U);
  EXPECT_LT(some.oldest, fakes::kPatience);
  EXPECT_THAT(names(ask({.classes = {"role::web"}, .identities = {"/^n/"}})),
              ElementsAre("n1", "n2"));
  EXPECT_THAT(names(ask({.facts = {"rack.row=3"}})), ElementsAre());
}

TEST_F(RegistryTest, BelievesEachNodeOnlyAboutItself) {
  const auto orchestrator = keeper();
  say_as("n1", {.identity = "n2"}, "n1");
  say_as("n1", {.identity = "n1"}, "n2");
  ASSERT_TRUE(fakes::wait_until([&] { return orchestrator.registry->refused() == 2; }));
  EXPECT_EQ(ask().known, 0U);
}

TEST_F(RegistryTest, ThatItIsFullIsToldAmongAllThatIsRefused) {
  testing::internal::CaptureStdout();
  {
    const auto full = keeper("orchestrator1", lab_.pki().orchestrator(), {"main"}, {.nodes = 1});
    say_as("n1", {.identity = "n2"}, "n1");
    for (const auto* name : {"n1", "n2", "n3"}) say({.identity = name});
    EXPECT_TRUE(fakes::wait_until([&] { return full.registry->refused() == 3; }));
  }
  const auto logged = testing::internal::GetCapturedStdout();
  EXPECT_THAT(logged, HasSubstr("no room for n2"));
  EXPECT_THAT(logged, testing::Not(HasSubstr("no room for n3")));
}

TEST_F(RegistryTest, LargeAnswersComeInPages) {
  const auto orchestrator = keeper();
  constexpr std::uint64_t kNodes = 5;
  for (std::uint64_t i = 0; i < kNodes; ++i)
    say({.identity = "n" + std::to_string(i),
         .facts = {{"motd", std::string(kPageMaxBytes / 2, 'x')}}});
  ASSERT_TRUE(knows(orchestrator, kNodes));
  const auto answer = client::ask_registry(lab_.link(), where({}),
                                           {.timeout = fakes::kPatience, .with_content = true});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(names(*answer), ElementsAre("n0", "n1", "n2", "n3", "n4"));
  for (const auto& node : answer->nodes) {
    ASSERT_TRUE(node.content);
    EXPECT_EQ(node.content->facts.at("motd").get<std::string>().size(), kPageMaxBytes / 2);
    EXPECT_THAT(node.content->agents, ElementsAre("rpcutil"));
  }
}

TEST_F(RegistryTest, TheOneThatKnowsMoreIsBelievedWhenNoneHasHeardAll) {
  const auto first = keeper();
  say({.identity = "n1"});
  ASSERT_TRUE(knows(first, 1));
  const auto late = keeper("orchestrator2", lab_.pki().orchestrator_root().issue_member(
                                                "orchestrator2", "orchestrator"));
  const auto answer = ask();
  EXPECT_THAT(names(answer), ElementsAre("n1"));
  EXPECT_EQ(answer.orchestrator, "orchestrator1");
  EXPECT_FALSE(answer.heard_all);
}

TEST_F(RegistryTest, AnOperatorsAnswerIsNotBelieved) {
  const auto pretender = keeper("bob", lab_.pki().root().issue_member("bob", "operator"));
  const auto answer = client::ask_registry(lab_.link(), where({}), 300ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::refused);
  EXPECT_THAT(answer.error().message,
              HasSubstr("by 'bob', who has the role 'operator'; only orchestrators"));
}

TEST_F(RegistryTest, WhereNobodyAnswersItSaysWhatToLookAt) {
  const auto elsewhere = keeper("orchestrator1", lab_.pki().orchestrator(), {"lab"});
  const auto answer = client::ask_registry(lab_.link(), where({}), 50ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::timeout);
  EXPECT_THAT(answer.error().message,
              HasSubstr("no orchestrator answered in the collective 'main'"));
}

TEST_F(RegistryTest, DataPluginsAreForTheNodesToAnswer) {
  const auto orchestrator = keeper();
  const auto answer = client::ask_registry(
      lab_.link(), where({.compounds = {"fstat('/etc/hosts').size > 0"}}), fakes::kPatience);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("knows no data plugins"));
}

// What cannot be believed gets no answer.
TEST_F(RegistryTest, QuestionsMustBeTheirSignersOwn) {
  const auto orchestrator = keeper();
  messages::RegistryRequest wire;
  wire.id = "q1";
  wire.collective = "main";
  wire.caller = "alice";
  wire.sent_at_ms = clock_.unix_ms();
  wire.ttl_s = 60;
  wire.reply_to = "muster/v1/main/rep/alice/s1";
  const auto send = [&](const test::Holder& holder, const messages::RegistryRequest& request) {
    client::must(node_bus_->publish(
        transport::topics::registry_request("main", "alice"),
        *holder.signer().seal(envelope::Kind::registry_request, test::body_of(request)), {}));
  };
  send(lab_.pki().broker(), wire);
  send(lab_.pki().node("n1"), wire);
  auto other = wire;
  other.caller = "bob";
  send(lab_.pki().operator_(), other);
  other = wire;
  other.reply_to = "muster/v1/main/rep/bob/s1";
  send(lab_.pki().operator_(), other);
  other = wire;
  other.collective = "lab";
  send(lab_.pki().operator_(), other);
  client::must(node_bus_->publish(
      transport::topics::registry_request("main", "bob"),
      *lab_.pki().operator_().signer().seal(envelope::Kind::registry_request, test::body_of(wire)),
      {}));
  EXPECT_TRUE(fakes::wait_until([&] { return orchestrator.registry->refused() == 6; }));
}

TEST_F(RegistryTest, AnOldQuestionIsToldSo) {
  auto store = RegistryStore::open(folder_ / "r.db", {}, clock_).value();
  messages::RegistryRequest wire;
  wire.collective = "main";
  wire.caller = "alice";
  wire.sent_at_ms = clock_.unix_ms() - 61'000;
  wire.ttl_s = 60;
  wire.reply_to = "muster/v1/main/rep/alice/s1";
  const auto signer = lab_.pki().orchestrator().signer();
  const Names ours{"main"};
  const policy::PolicyStore policies(folder_ / "policies");
  const auto sealed = answer(
      {*store, signer, lab_.link().operators(), clock_, ours, policies},
      transport::topics::registry_request("main", "alice"),
      *lab_.pki().operator_().signer().seal(envelope::Kind::registry_request, test::body_of(wire)));
  ASSERT_TRUE(sealed && *sealed);
  EXPECT_EQ((*sealed)->topic, "muster/v1/main/rep/alice/s1/orchestrator1");
  const auto reply = messages::RegistryReply::decode(envelope::decode((*sealed)->payload)->body);
  EXPECT_THAT(reply->message, HasSubstr("are both clocks right?"));
  EXPECT_NE(reply->status, 0U);
}

}  // namespace
}  // namespace muster::registry
