#include "tests/sim/node/witness.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace muster::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WitnessTest : public testing::Test {
 protected:
  static plugins::ActionRequest request(const std::string& action, const std::string& caller) {
    plugins::ActionRequest request;
    request.action = action;
    request.caller = caller;
    request.data = Value::object();
    return request;
  }
  void claimed(const std::string& caller, std::int64_t fence) {
    witness_.saw(request("claim", caller), Value{{"fence", fence}});
  }
  void done(const std::string& action, const std::string& caller, std::int64_t fence) {
    auto its = request(action, caller);
    its.data["fence"] = fence;
    witness_.saw(its, Value::object());
  }

  Witness witness_;
};

TEST_F(WitnessTest, OneLeaseAfterAnotherIsAsItShouldBe) {
  claimed("cert=orch1", 1);
  done("request_certificate", "cert=orch1", 1);
  claimed("cert=orch2", 2);
  done("fetch_certificate", "cert=orch2", 2);
  done("finish", "cert=orch2", 2);
  EXPECT_THAT(witness_.complaints(), IsEmpty());
  EXPECT_EQ(witness_.takeovers(), 1U);
}

TEST_F(WitnessTest, WhoWasFencedOffAndIsObeyedIsSeen) {
  claimed("cert=orch1", 1);
  claimed("cert=orch2", 2);
  done("run", "cert=orch1", 1);
  EXPECT_THAT(witness_.complaints(),
              ElementsAre("run of cert=orch1 was carried out under fence 1, when cert=orch2 had "
                          "fence 2"));
}

TEST_F(WitnessTest, AFenceIsGoodForWhomItWasGivenTo) {
  claimed("cert=orch1", 1);
  done("renew", "cert=orch2", 1);
  EXPECT_THAT(witness_.complaints(), ElementsAre(HasSubstr("renew of cert=orch2")));
}

TEST_F(WitnessTest, ALeaseThatWasGivenBackIsOver) {
  claimed("cert=orch1", 1);
  done("release", "cert=orch1", 1);
  done("run", "cert=orch1", 1);
  EXPECT_THAT(witness_.complaints(), ElementsAre(HasSubstr("when nobody had fence 1")));
}

TEST_F(WitnessTest, WhatBeginsAnewTakesTheLease) {
  claimed("cert=orch1", 1);
  witness_.saw(request("again", "cert=alice"), Value::object());
  done("run", "cert=orch1", 1);
  EXPECT_THAT(witness_.complaints(), ElementsAre(HasSubstr("when nobody had fence 1")));
}

TEST_F(WitnessTest, FencesGrow) {
  claimed("cert=orch1", 2);
  claimed("cert=orch2", 2);
  EXPECT_THAT(witness_.complaints(), ElementsAre(HasSubstr("claim of cert=orch2")));
}

TEST_F(WitnessTest, WhoOnlyAsksNeedsNoLease) {
  claimed("cert=orch1", 1);
  witness_.saw(request("status", "cert=orch2"), Value::object());
  done("job", "cert=orch2", 0);
  EXPECT_THAT(witness_.complaints(), IsEmpty());
}

}  // namespace
}  // namespace muster::sim
