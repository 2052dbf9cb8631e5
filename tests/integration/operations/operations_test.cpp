// What operators see of a fleet over a real Mosquitto: subcollectives, the registry, the audit, events and reports.
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <sstream>

#include "orchestrator/client/link.hpp"
#include "orchestrator/registry/registry.hpp"
#include "orchestrator/settings/settings.hpp"
#include "proto/base/files.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Words = std::vector<std::string>;

Words full(const Words& names) {
  Words out;
  for (const auto& name : names) out.push_back(name + ".example.test");
  return out;
}

// An orchestrator's registry, as the daemon runs it.
struct Keeper {
  explicit Keeper(const Fleet& fleet) {
    const auto settings = settings::load(fleet.in_operator("orchestrator.yaml"));
    if (!settings) throw std::runtime_error(settings.error().message);
    auto opened = client::Link::open(*settings);
    if (!opened) throw std::runtime_error(opened.error().message);
    link = std::move(*opened);
    auto started = registry::Registry::start(
        *link, {fleet.file("registry.db"), {"main", "lab"}, registry::StoreLimits{}});
    if (!started) throw std::runtime_error(started.error().message);
    registry = std::move(*started);
  }
  std::unique_ptr<client::Link> link;
  std::unique_ptr<registry::Registry> registry;
};

// n1 and n2 are in the subcollective `lab` as well.
class OperationsTest : public FleetTest {
 protected:
  static void SetUpTestSuite() {
    FleetTest::SetUpTestSuite();
    keeper_ = std::make_unique<Keeper>(fleet());
    for (const auto& identity : fleet().identities()) {
      auto& node = fleet().node(identity);
      const bool in_lab = identity < "n3";
      node.write("agent.yaml",
                 node.config_text("registration: {interval_s: 300, splay_s: 0}\n" +
                                  std::string(in_lab ? "collectives: [main, lab]\n" : "")));
      reload(node);
    }
    if (!fakes::wait_until([] { return keeper_->registry->taken() >= 6; }))
      throw std::runtime_error("not all nodes registered");
  }
  static void TearDownTestSuite() {
    keeper_.reset();
    FleetTest::TearDownTestSuite();
  }

  // Sends SIGHUP and waits until the agent serves again.
  static void reload(Node& node) {
    const auto before = node.agent().output().size();
    node.agent().signal(SIGHUP);
    if (!node.agent().says("on the bus as " + node.identity(), before))
      throw std::runtime_error(node.agent().output());
  }
  static std::vector<Value> audited(const std::string& short_name) {
    std::vector<Value> lines;
    const auto text =
        base::read_file(fleet().node(short_name + ".example.test").file("state/audit.log"));
    std::istringstream stream(text ? *text : "");
    for (std::string line; std::getline(stream, line);) lines.push_back(Value::parse(line));
    return lines;
  }
  static Words senders(const Value& call) {
    Words names;
    for (const auto& reply : call.at("replies")) names.push_back(reply.at("sender"));
    std::sort(names.begin(), names.end());
    return names;
  }
  // `muster events` in the background, once it watches.
  static std::unique_ptr<Daemon> watch_events(const std::string& file, const Words& more) {
    Words argv{MUSTER_PROGRAM, "--config", fleet().config(), "events", "-v"};
    argv.insert(argv.end(), more.begin(), more.end());
    auto daemon = std::make_unique<Daemon>(argv, fleet().file(file));
    EXPECT_TRUE(daemon->says("watching")) << daemon->output();
    return daemon;
  }

  static inline std::unique_ptr<Keeper> keeper_;
};

TEST_F(OperationsTest, ASubcollectiveReachesItsNodesAndNobodyElse) {
  EXPECT_EQ(muster({"find", "-T", "lab"}).lines(), full({"n1", "n2"}));
  EXPECT_EQ(senders(muster({"ping", "-T", "lab", "--json"}).json()), full({"n1", "n2"}));
  EXPECT_EQ(senders(muster({"rpc", "rpcutil", "get_fact", "fact=country", "-T", "lab", "-S",
                            "rack.row=1 or rack.row=2", "--json"})
                        .json()),
            full({"n1", "n2"}))
      << "judged by the nodes";
  const auto lines = audited("n3").size();
  const auto outside = muster({"rpc", "rpcutil", "get_fact", "fact=country", "-T", "lab", "-I",
                               "n3.example.test", "-t", "1"});
  EXPECT_EQ(outside.exit_code, 3) << outside.out << outside.err;
  EXPECT_EQ(audited("n3").size(), lines) << "n3 has heard of it";
}

TEST_F(OperationsTest, CollectivesAreCounted) {
  const auto listed = muster({"inventory", "--list-collectives"});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  EXPECT_EQ(listed.out,
            "   Collective                     Nodes\n"
            "   ==========                     =====\n"
            "   lab                            2\n"
            "   main                           6\n"
            "\n"
            "                     Total nodes: 6\n");
  EXPECT_EQ(
      muster({"inventory", "--list-collectives", "--json"}).json(),
      (Value{{"collectives", {{{"name", "lab"}, {"nodes", 2}}, {{"name", "main"}, {"nodes", 6}}}},
             {"total_nodes", 6}}));
}

TEST_F(OperationsTest, TheRegistryAnswersOverAllFactsAlsoForNodesThatAreSilent) {
  fleet().node("n4.example.test").agent().pause();
  const auto found = muster({"find", "--dm", "registry", "-F", "rack.row=2"});
  fleet().node("n4.example.test").agent().resume();
  EXPECT_EQ(found.lines(), full({"n2", "n4"})) << found.err;
  EXPECT_THAT(found.err, HasSubstr("has not listened for long"));
  EXPECT_EQ(muster({"find", "--dm", "registry", "-T", "lab"}).lines(), full({"n1", "n2"}));
  const auto broken = muster({"find", "--dm", "registry", "-S", "fstat('/etc/hosts').size > 0"});
  EXPECT_EQ(broken.exit_code, 1);
}

TEST_F(OperationsTest, EveryRequestIsAuditedWithItsResult) {
  const auto asked =
      muster({"rpc", "rpcutil", "get_fact", "fact=country", "-I", "n1.example.test"});
  ASSERT_EQ(asked.exit_code, 0) << asked.err;
  auto& node = fleet().node("n1.example.test");
  node.write("policies/rpcutil.policy", "policy default deny\nallow\t*\tping\t*\t*\n");
  reload(node);
  const auto denied = muster({"rpc", "rpcutil", "get_fact", "fact=os", "-I", "n1.example.test"});
  std::filesystem::remove_all(node.file("policies"));
  reload(node);
  EXPECT_EQ(denied.exit_code, 2);
  const auto lines = audited("n1");
  ASSERT_GE(lines.size(), 3U);
  const auto& refused = lines.back();
  const auto& result = lines[lines.size() - 2];
  const auto& request = lines[lines.size() - 3];
  EXPECT_EQ(request.at("verdict"), "allowed");
  EXPECT_EQ(request.at("caller"), "operator");
  EXPECT_EQ(request.at("role"), "operator");
  EXPECT_EQ(request.at("node"), "n1.example.test");
  EXPECT_EQ(request.at("inputs"), (Value{{"fact", "country"}}));
  EXPECT_FALSE(request.at("decided_by").get<std::string>().empty());
  EXPECT_EQ(result.at("kind"), "result");
  EXPECT_EQ(result.at("request_id"), request.at("request_id"));
  EXPECT_EQ(result.at("status"), 0);
  EXPECT_EQ(refused.at("verdict"), "denied");
  EXPECT_THAT(refused.at("decided_by").get<std::string>(), HasSubstr("policies/rpcutil.policy"));
  const auto statistics =
      muster({"rpc", "rpcutil", "daemon_stats", "-I", "n1.example.test", "--json"}).json();
  const auto& audit = statistics.at("replies").at(0).at("data").at("audit");
  EXPECT_EQ(audit.at("lost"), 0);
  EXPECT_GE(audit.at("written"), 1);
}

TEST_F(OperationsTest, EventsTellWhoComesAndGoesAndWhoIsLost) {
  auto& node = fleet().node("n5.example.test");
  const auto seen = watch_events(
      "events.out", {"--json", "-I", node.identity(), "--count", "4", "--timeout", "30"});
  node.agent().signal(SIGTERM);
  ASSERT_EQ(node.agent().wait(), 0);
  node.start();
  ASSERT_TRUE(fleet().all_online());
  node.agent().signal(SIGKILL);
  ASSERT_TRUE(node.agent().wait());
  ASSERT_TRUE(seen->says("muster.lifecycle.v1.gone")) << seen->output();
  node.start();
  EXPECT_EQ(seen->wait(), 0) << seen->output();
  EXPECT_TRUE(fleet().all_online());
  Words types;
  std::istringstream text(seen->output());
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("{")) continue;
    const auto event = Value::parse(line);
    types.push_back(event.at("type"));
    EXPECT_EQ(event.at("specversion"), "1.0");
    EXPECT_EQ(event.at("subject"), node.identity());
    EXPECT_EQ(event.at("data").at("identity"), node.identity());
  }
  EXPECT_THAT(types, ElementsAre("muster.lifecycle.v1.left", "muster.lifecycle.v1.joined",
                                 "muster.lifecycle.v1.gone", "muster.lifecycle.v1.joined"));
}

TEST_F(OperationsTest, EventsEndAtTheirTimeoutAndRefuseUnknownTypes) {
  const auto none = muster({"events", "--type", "failed", "--count", "1", "--timeout", "0.2"});
  EXPECT_EQ(none.exit_code, 2) << none.err;
  EXPECT_EQ(none.out, "");
  EXPECT_EQ(muster({"events", "--timeout", "0.2"}).exit_code, 0);
  const auto wrong = muster({"events", "--type", "joind"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err, HasSubstr("did you mean 'joined'?"));
}

TEST_F(OperationsTest, AReportHasALineANode) {
  const auto lean =
      muster({"inventory", "--report", "{identity:18}{facts.country:>4}", "-F", "country=us"});
  EXPECT_EQ(lean.out, "n4.example.test     us\nn5.example.test     us\n") << lean.err;
  const auto nested =
      muster({"inventory", "--report", "{identity} {facts.rack.row}", "-F", "country=us"});
  EXPECT_EQ(nested.out, "n4.example.test 2\nn5.example.test 3\n")
      << "facts that presence does not tell" << nested.err;
  const auto stored = muster(
      {"inventory", "--dm", "registry", "--json", "--report", "{facts.rack.row}", "-T", "lab"});
  EXPECT_EQ(stored.json().at("nodes"),
            (Value{{{"identity", "n1.example.test"}, {"facts.rack.row", 1}},
                   {{"identity", "n2.example.test"}, {"facts.rack.row", 2}}}));
  const auto file =
      fleet().folder().write("report", "{collective}\n%%\n{identity}\n%%\n{count} nodes\n");
  EXPECT_EQ(muster({"inventory", "--template", file, "-I", "/n6/"}).out,
            "main\nn6.example.test\n1 nodes\n");
  const auto wrong = muster({"inventory", "--report", "{identiy}"});
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.err,
              HasSubstr("--report:1:1: unknown placeholder 'identiy'; did you mean 'identity'?"));
  const auto graph = fleet().file("collectives.dot");
  ASSERT_EQ(muster({"inventory", "--collective-graph", graph}).exit_code, 0);
  EXPECT_THAT(*base::read_file(graph), HasSubstr("\"collective lab\" -- \"n1.example.test\";"));
}

}  // namespace
}  // namespace muster::test
