// Runs that stop, that are dropped, and ten thousand at once.
#include <fmt/format.h>
#include <malloc.h>

#include "orchestrator/provision/run/node_run.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// Debian's g++ has no header for it.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();
#endif

namespace muster::provision {
namespace {

using namespace std::chrono_literals;

// What a run waits for when the orchestrator stops.
struct Waiting {
  const char* what;
  const char* silent;  // nobody answers it; "job": the Puppet run goes on
};

class StopTest : public NodeRunTest, public testing::WithParamInterface<Waiting> {};

TEST_P(StopTest, AStopEndsTheWaitAtOnceAndTheLeaseIsGivenBack) {
  if (GetParam().silent == std::string("job"))
    world_.on("provision#job", [](const Value&) { return Value{{"state", "running"}}; });
  else
    world_.silent.insert(GetParam().silent);
  const auto attempt = run_of(node(record_of("waiting", 1)));
  auto story = attempt->run();
  story.start([] {});
  world_.loop.advance(4s);
  ASSERT_FALSE(story.ended());
  const auto asked = world_.calls.size();
  world_.waits.stop();
  world_.loop.advance(world_.latency);
  ASSERT_TRUE(story.ended()) << "a call in leaving takes no longer than its node needs";
  const auto ending = story.take();
  EXPECT_EQ(ending.kind, Ending::Kind::again);
  EXPECT_TRUE(ending.held_up) << "it is no failed attempt: " << ending.reason;
  EXPECT_LE(world_.calls.size(), asked + 1) << "only the lease is given back";
  EXPECT_TRUE(world_.loop.idle());
}

INSTANTIATE_TEST_SUITE_P(NodeRun, StopTest,
                         testing::Values(Waiting{"a call", "provision#request_certificate"},
                                         Waiting{"a master", "puppetca#clean"},
                                         Waiting{"a claim", "provision#claim"},
                                         Waiting{"presence", "presence"}, Waiting{"a job", "job"}),
                         [](const auto& named) {
                           std::string name = named.param.what;
                           std::replace(name.begin(), name.end(), ' ', '_');
                           return name;
                         });

// 2,100 questions a second were asked once.
TEST_F(NodeRunTest, AStoppingOrchestratorAsksTheNodeNoMore) {
  world_.on("provision#job", [](const Value&) { return Value{{"state", "running"}}; });
  const auto attempt = run_of(node());
  auto story = attempt->run();
  story.start([] {});
  world_.loop.advance(62s);
  const auto asked = world_.count("web1 provision#job");
  ASSERT_GT(asked, 5U);
  world_.waits.stop();
  world_.loop.advance(1h);
  EXPECT_EQ(world_.count("web1 provision#job"), asked);
  EXPECT_EQ(record_.state, "waiting");
  EXPECT_EQ(world_.calls.back(), "web1 provision#release");
}

TEST_F(NodeRunTest, ARunThatIsDroppedGivesItsPlaceBackAndLeavesNoTimer) {
  world_.on("provision#job", [](const Value&) { return Value{{"state", "running"}}; });
  {
    const auto attempt = run_of(node());
    auto story = attempt->run();
    story.start([] {});
    world_.loop.advance(30s);
    ASSERT_EQ(world_.places_taken(), 1);
  }
  EXPECT_EQ(world_.places_taken(), 0);
  EXPECT_EQ(world_.waits.size(), 0U);
  EXPECT_TRUE(world_.loop.idle());
}

// What was asked of the allocator, whatever a sanitizer adds to it.
std::size_t allocated_bytes() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return __sanitizer_get_current_allocated_bytes();
#else
  const auto heap = ::mallinfo2();
  return heap.uordblks + heap.hblkhd;
#endif
}

// A sanitizer takes ten times as long for each: fewer then, of which each may have as much.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kNodes = 2'000;
#else
constexpr std::size_t kNodes = 10'000;
#endif

TEST_F(NodeRunTest, TenThousandAreInFlightInOneThread) {
  constexpr std::size_t kMost = (std::size_t{200} << 20U) / 10'000 * kNodes;
  bool running = true;
  world_.on("provision#job", [&](const Value&) {
    return Value{{"state", running ? "running" : "finished"}, {"exit_code", 0}};
  });
  struct Run {
    std::unique_ptr<NodeRun> attempt;
    loop::Task<Ending> story;
  };
  const auto before = allocated_bytes();
  std::vector<Run> runs;
  std::size_t finished = 0;
  for (std::size_t i = 0; i < kNodes; ++i) {
    auto& run = runs.emplace_back();
    run.attempt = std::make_unique<NodeRun>(workflow_, world_, "orch1",
                                            node(std::nullopt, true, false, fmt::format("n{}", i)),
                                            [](const client::Record&) {});
    run.story = run.attempt->run();
    run.story.start([&finished] { ++finished; });
  }
  world_.loop.advance(60s);
  EXPECT_EQ(world_.waits.size(), 2 * kNodes) << "for their Puppet runs, and until leases are due";
  EXPECT_EQ(world_.places_taken(), static_cast<int>(kNodes));
  world_.calls = {};  // the fake's own notes
  world_.noted = {};
  world_.fences = {};
  const auto grown = allocated_bytes() - before;
  RecordProperty("bytes_a_run", static_cast<int>(grown / kNodes));
  EXPECT_LT(grown, kMost);
  running = false;
  EXPECT_TRUE(world_.loop.advance_until([&] { return finished == kNodes; }, 1h));
}

}  // namespace
}  // namespace muster::provision
