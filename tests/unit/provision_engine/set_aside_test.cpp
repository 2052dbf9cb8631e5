#include "orchestrator/provision/set_aside.hpp"

#include <gmock/gmock.h>

#include "tests/support/fakes/fake_clock.hpp"

namespace muster::provision {
namespace {

class SetAsideTest : public testing::Test {
 protected:
  SetAsideTest() { aside_.add("m1", "it did not answer"); }
  MasterCandidate applied_to(MasterCandidate candidate) const {
    std::vector<MasterCandidate> all{std::move(candidate)};
    aside_.apply_to(all);
    return all.front();
  }

  fakes::FakeClock clock_;
  SetAside aside_{clock_};
  const MasterCandidate well_{"m1", Value::object(), true, ""};
};

TEST_F(SetAsideTest, AMasterIsIllForAWhileAndSaysWhyAndHowLong) {
  const auto set_aside = applied_to(well_);
  EXPECT_TRUE(set_aside.is_ill());
  EXPECT_TRUE(set_aside.is_aside);
  EXPECT_EQ(set_aside.ill_because, "set aside for 60 s: it did not answer");
  clock_.advance(kSetAsideFor);
  EXPECT_TRUE(applied_to(well_).healthy);
  EXPECT_FALSE(aside_.has("m1"));
}

TEST_F(SetAsideTest, OthersAreNotTouched) {
  auto other = well_;
  other.identity = "m2";
  EXPECT_TRUE(applied_to(other).healthy);
}

TEST_F(SetAsideTest, WhatAMasterSaysOfItselfSaysMore) {
  auto ill = well_;
  ill.healthy = false;
  ill.ill_because = "its Puppet Server is down";
  EXPECT_EQ(applied_to(ill).ill_because, "its Puppet Server is down");
  EXPECT_FALSE(applied_to(ill).is_aside);
}

TEST_F(SetAsideTest, TimeThatIsAddedBeginsAnew) {
  clock_.advance(kSetAsideFor / 2);
  aside_.add("m1", "nor the next");
  clock_.advance(kSetAsideFor / 2);
  EXPECT_EQ(applied_to(well_).ill_because, "set aside for 30 s: nor the next");
}

}  // namespace
}  // namespace muster::provision
