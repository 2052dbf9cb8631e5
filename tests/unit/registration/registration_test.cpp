#include "node-agent/registration/registration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "proto/envelope/value_codec.hpp"
#include "proto/messages/registration.hpp"
#include "tests/support/fakes/fake_clock.hpp"

namespace muster::agent {
namespace {

using namespace std::chrono_literals;

Registration sample(Value facts) {
  Registration out;
  out.content.identity = "n1";
  out.content.version = "1.2.3";
  out.content.collectives = {"main", "lab"};
  out.content.agents = {"puppet", "rpcutil"};
  out.content.classes = {"role::web"};
  out.content.facts = std::move(facts);
  out.content.session = "s1";
  out.now_ms = 4'711;
  out.interval = 300s;
  return out;
}

messages::Registration sent(const Registration& registration) {
  return messages::Registration::decode(registration_body(registration)).value();
}

TEST(RegistrationTest, SaysEverythingThatFiltersRead) {
  const Value facts = {{"os", {{"family", "Debian"}}}, {"mounts", {"/", "/srv"}}};
  const auto wire = sent(sample(facts));
  EXPECT_EQ(wire.identity, "n1");
  EXPECT_EQ(wire.collectives.at(1), "lab");
  EXPECT_EQ(wire.agents.at(0), "puppet");
  EXPECT_EQ(wire.classes.at(0), "role::web");
  EXPECT_EQ(wire.sent_at_ms, 4'711);
  EXPECT_EQ(wire.interval_s, 300U);
  EXPECT_EQ(wire.left_out_bytes, 0U);
  EXPECT_EQ(wire.facts, facts);
}

TEST(RegistrationTest, AFactThatCannotTravelCostsNoOther) {
  const auto wire = sent(sample(
      {{"good", 1}, {"latin", "caf\xe9"}, {"nan", std::numeric_limits<double>::quiet_NaN()}}));
  EXPECT_EQ(wire.facts, (Value{{"good", 1}}));
  EXPECT_GT(wire.left_out_bytes, 0U);
}

// `levels` lists inside each other.
Value nested(int levels) {
  auto value = Value::array();
  while (--levels > 0) value = Value::array({std::move(value)});
  return value;
}

TEST(RegistrationTest, AFactThatIsTooDeepAmongTheOthersCostsNoOther) {
  const auto deepest = nested(envelope::kValueDepthMax - 1);  // the map of all facts is around it
  const auto wire =
      sent(sample({{"deepest", deepest}, {"deeper", nested(envelope::kValueDepthMax)}}));
  EXPECT_EQ(wire.facts, (Value{{"deepest", deepest}}));
  EXPECT_GT(wire.left_out_bytes, 0U);
}

TEST(RegistrationTest, FactsThatDoNotFitAreLeftOutAndCounted) {
  const auto wire = sent(sample({{"huge", std::string(messages::kRegistrationMaxBytes, 'x')}}));
  EXPECT_GE(wire.left_out_bytes, messages::kRegistrationMaxBytes);
  EXPECT_EQ(wire.facts.size(), 0U);
  EXPECT_EQ(wire.agents.size(), 2U);
}

TEST(RegistrationTimesTest, FirstWithinTheSplayThenAtEachInterval) {
  const fakes::FakeClock clock;
  RegistrationTimes at_once(clock, 300s, 60s, 0.0);
  EXPECT_EQ(at_once.wait(), 0ms);
  fakes::FakeClock moving;
  RegistrationTimes times(moving, 300s, 60s, 0.5);
  EXPECT_EQ(times.wait(), 30'000ms);
  EXPECT_FALSE(times.due());
  moving.advance(30s);
  EXPECT_TRUE(times.due());
  EXPECT_FALSE(times.due()) << "once each time";
  EXPECT_EQ(times.wait(), 300'000ms);
  moving.advance(1'000s);
  EXPECT_TRUE(times.due());
  EXPECT_FALSE(times.due()) << "what was missed is not made up for";
}

TEST(RegistrationTimesTest, AnIntervalOfNothingIsNever) {
  const fakes::FakeClock clock;
  RegistrationTimes times(clock, 0s, 0s, 0.0);
  EXPECT_FALSE(times.wait());
  EXPECT_FALSE(times.due());
}

}  // namespace
}  // namespace muster::agent
