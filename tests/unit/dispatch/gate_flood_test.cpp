// Callers that send more than their share.
#include "node-agent/dispatch/request_gate.hpp"

#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "tests/unit/dispatch/gate_lab.hpp"

namespace muster::agent {
namespace {

// Mallory's certificate is good; her rights, the filter's or the policy's word, are not.
class GateFloodTest : public RequestGateTest {
 protected:
  messages::Request of_mallory() {
    auto wire = request();
    wire.caller = "mallory";
    return wire;
  }
  std::optional<Admitted> admit_mallorys(const messages::Request& wire) {
    return gate_.admit(GateSurroundings::sealed_by(mallory_, wire), false);
  }
  bool runs(const std::optional<Admitted>& admitted) { return admitted && admitted->agent; }

  const test::Holder mallory_ = around_.pki.root().issue_member("mallory", "operator");
};

// More of them than the replay window keeps of one caller: if they took room, not even mallory would be heard again.
TEST_F(GateFloodTest, MoreRequestsThatMatchNobodyThanACallersShareTakeNoRoom) {
  auto nobodys = of_mallory();
  nobodys.ttl_s = 600;
  nobodys.filter.facts.push_back("country=nowhere");
  for (std::size_t i = 0; i < security::kReplayShareMax + 1; ++i) {
    nobodys.id = "flood-" + std::to_string(i);
    ASSERT_FALSE(admit_mallorys(nobodys));
  }
  EXPECT_TRUE(runs(admit_mallorys(of_mallory())));
  EXPECT_TRUE(runs(admit(request())));
}

TEST_F(GateFloodTest, WhoIsRefusedByThePolicyTakesNoRoomInTheReplayWindow) {
  around_.allows = false;
  for (int i = 0; i < 100; ++i) {
    auto wire = of_mallory();
    EXPECT_FALSE(runs(admit_mallorys(wire)));
    EXPECT_TRUE(around_.replay->check({"mallory", wire.id, wire.sent_at_ms, 60'000}));
  }
}

TEST_F(GateFloodTest, ARefusedRequestIsAnsweredOnceAndAReplayNever) {
  around_.allows = false;
  const auto wire = of_mallory();
  EXPECT_TRUE(admit_mallorys(wire));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(admit_mallorys(wire));
}

TEST_F(GateFloodTest, AMismatchIsToldOnceAndAReplayNever) {
  auto wire = of_mallory();
  wire.filter.facts.push_back("country=fr");
  wire.tell_mismatch = true;
  EXPECT_TRUE(admit_mallorys(wire));
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(admit_mallorys(wire));
}

TEST_F(GateFloodTest, RefusalsAreAnsweredAtALimitedRateAndOthersAreStillAnswered) {
  around_.allows = false;
  std::size_t answers = 0;
  for (std::size_t i = 0; i < kRefusalAnswers.burst + 100; ++i)
    if (admit_mallorys(of_mallory())) ++answers;
  EXPECT_EQ(answers, kRefusalAnswers.burst);
  EXPECT_TRUE(admit(request())) << "alice hears why";
  around_.clock.advance(kRefusalAnswers.every);
  EXPECT_TRUE(admit_mallorys(of_mallory()));
}

TEST_F(GateFloodTest, TheShareOfOneCallerIsNotAnothers) {
  for (std::size_t i = 0; i < security::kReplayShareMax; ++i)
    ASSERT_TRUE(around_.replay->admit(
        {"mallory", std::to_string(i), around_.clock.unix_ms(), security::kTtlMaxMs}));
  const auto full = admit_mallorys(of_mallory());
  ASSERT_TRUE(full);
  EXPECT_EQ(full->outcome, messages::Outcome::busy);
  EXPECT_TRUE(runs(admit(request())));
}

}  // namespace
}  // namespace muster::agent
