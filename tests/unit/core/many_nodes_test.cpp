// Cores do not know of each other: a thousand live in one process, on one thread.
#include "tests/unit/core/node_lab.hpp"

namespace muster::agent {
namespace {

using namespace std::chrono_literals;

constexpr int kNodes = 1'000;

// Signs with a hash only, as a simulation does.
class HashSealer final : public security::Sealer {
 public:
  Result<std::string> seal(envelope::Kind kind, std::string body) const override {
    envelope::Sealed sealed;
    sealed.kind = kind;
    sealed.signature = std::to_string(std::hash<std::string>()(body));
    sealed.body = std::move(body);
    return envelope::encode(sealed);
  }
};

// All that is one node's own; the rest is shared.
struct One {
  One(int number, fakes::VirtualLoop& loop, GateSurroundings& around, const AgentTable& table,
      const std::shared_ptr<const security::Sealer>& sealer)
      : name("n" + std::to_string(number)),
        replay(loop.clock(), loop.clock().unix_ms()),
        host(loop),
        gate(context(loop, around, table), statistics) {
    Identity identity;
    identity.name = name;
    identity.collectives = {"main"};
    identity.session = "s" + std::to_string(number);
    node = std::make_unique<Node>(host, identity,
                                  Node::Parts{gate, statistics, around.audit, around.operators});
    host.serve(*node);
    node->start(Door::member);
    host.up(sealer);
  }
  GateContext context(fakes::VirtualLoop& loop, GateSurroundings& around, const AgentTable& table) {
    return {.identity = name,
            .clock = loop.clock(),
            .operators = around.operators,
            .agents = table,
            .replay = replay,
            .collectives = [] { return std::vector<std::string>{"main"}; },
            .facts = [facts = host.view.facts] { return facts; },
            .classes = [] { return std::vector<std::string>(); },
            .policy = [](const auto&, auto) -> PolicyAnswer {
              return {{}, "echo.policy:1"};
            },
            .audit = around.audit};
  }

  const std::string name;
  security::ReplayWindow replay;
  GateStatistics statistics;
  fakes::FakeHost host;
  RequestGate gate;
  std::unique_ptr<Node> node;
};

TEST(ManyNodesTest, AThousandLiveInOneProcessAndEachAnswersForItself) {
  fakes::VirtualLoop loop;
  GateSurroundings around;
  const AgentTable table(agents_of(std::make_unique<TestAgent>("echo")));
  const std::shared_ptr<const security::Sealer> sealer = std::make_shared<const HashSealer>();
  std::vector<std::unique_ptr<One>> all;
  for (int i = 0; i < kNodes; ++i)
    all.push_back(std::make_unique<One>(i, loop, around, table, sealer));
  const auto message = around.sealed(around.request());
  for (auto& one : all) {
    EXPECT_TRUE(one->host.says("on the bus as " + one->name));
    one->node->on_request(Feed::agents, {.payload = message,
                                         .direct = false,
                                         .sender = "alice",
                                         .received = loop.clock().steady()});
    one->host.executor.run_all();
  }
  for (auto& one : all)
    EXPECT_EQ(one->host.count("muster/v1/main/rep/alice/s1/" + one->name), 1U) << one->name;
  loop.advance(10min);
  all[7]->node->on_stop();  // one ends, and its going concerns nobody else
  loop.advance(10s);
  EXPECT_EQ(all[7]->host.end_, End::stopped);
  all[7].reset();
  loop.advance(10min);
  for (const auto& one : all) {
    EXPECT_TRUE(one == nullptr || !one->host.end_);
  }
}

}  // namespace
}  // namespace muster::agent
