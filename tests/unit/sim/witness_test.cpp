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
    witness_.saw(request("claim", caller), Value{{"fence", fence}}, kNow);
  }
  void done(const std::string& action, const std::string& caller, std::int64_t fence) {
    auto its = request(action, caller);
    its.data["fence"] = fence;
    witness_.saw(its, Value::object(), kNow);
  }

  static constexpr std::int64_t kNow = 1'000'000;  // Unix time, in ms
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

TEST_F(WitnessTest, ALostLeaseIsKnownByWhenItWasKeptLast) {
  claimed("cert=orch1", 1);
  auto renewal = request("renew", "cert=orch1");
  renewal.data["fence"] = 1;
  witness_.saw(renewal, Value::object(), kNow, kNow + 5'000);
  witness_.saw(request("claim", "cert=orch2"), Value{{"fence", 2}}, kNow, kNow + 9'000);
  ASSERT_EQ(witness_.lost_leases().size(), 1U);
  EXPECT_EQ(witness_.lost_leases().front().kept_at_ms, kNow + 5'000);
  EXPECT_EQ(witness_.lost_leases().front().at_ms, kNow + 9'000);
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
  witness_.saw(request("again", "cert=alice"), Value::object(), kNow);
  done("run", "cert=orch1", 1);
  EXPECT_THAT(witness_.complaints(), ElementsAre(HasSubstr("when nobody had fence 1")));
}

TEST_F(WitnessTest, FencesGrow) {
  claimed("cert=orch1", 2);
  claimed("cert=orch2", 2);
  EXPECT_THAT(witness_.complaints(), ElementsAre(HasSubstr("claim of cert=orch2")));
}

TEST_F(WitnessTest, ALeaseIsNotGivenWhileAnotherHoldsIt) {
  const auto until = [](std::int64_t fence, std::int64_t ends) {
    return Value{{"fence", fence}, {"lease_expires_at_ms", ends}};
  };
  witness_.saw(request("claim", "cert=orch1"), until(1, kNow + 60'000), kNow);
  auto renewal = request("renew", "cert=orch1");
  renewal.data["fence"] = 1;
  witness_.saw(renewal, until(1, kNow + 90'000), kNow + 30'000);
  witness_.saw(request("claim", "cert=orch2"), until(2, kNow + 140'000), kNow + 80'000);
  EXPECT_THAT(witness_.complaints(),
              ElementsAre("cert=orch2 was given a lease that cert=orch1 holds for 10000 ms more"));
  witness_.saw(request("claim", "cert=orch1"), until(3, kNow + 200'000), kNow + 140'000);
  EXPECT_THAT(witness_.complaints(), testing::SizeIs(1)) << "that one was over";
  EXPECT_EQ(witness_.lost_leases().size(), 2U);
}

TEST_F(WitnessTest, WhatIsFinishedIsNotForgotten) {
  const auto progress = [](const std::set<std::string>& finished) {
    progress::Progress told;
    told.workflow = "puppet";
    told.finished = finished;
    return told.to_value();
  };
  claimed("cert=orch1", 1);
  auto told = request("set_puppet_host", "cert=orch1");
  told.data = {{"fence", 1}, {"progress", progress({"claim", "pick-master"})}};
  witness_.saw(told, Value::object(), kNow);
  const auto granted = [&](std::int64_t fence, const std::set<std::string>& finished) {
    return Value{{"fence", fence}, {"progress", progress(finished)}};
  };
  witness_.saw(request("claim", "cert=orch2"), granted(2, {"claim", "pick-master"}), kNow);
  EXPECT_THAT(witness_.complaints(), IsEmpty());
  witness_.saw(request("claim", "cert=orch1"), granted(3, {"claim"}), kNow);
  EXPECT_THAT(witness_.complaints(),
              ElementsAre("cert=orch1 is not told with its lease that these are finished: "
                          "pick-master"));
}

TEST_F(WitnessTest, ALeaseThatIsOverKeepsNobodyOut) {
  witness_.saw(request("claim", "cert=orch1"),
               Value{{"fence", 1}, {"lease_expires_at_ms", kNow + 60'000}}, kNow);
  const std::string why = "cert=orch1 holds the lease with fence 1 until then";
  witness_.saw_refused(request("claim", "cert=orch2"), why, kNow + 59'000);
  witness_.saw_refused(request("claim", "cert=orch2"), "the disk is full", kNow + 61'000);
  EXPECT_THAT(witness_.complaints(), IsEmpty());
  witness_.saw_refused(request("claim", "cert=orch2"), why, kNow + 61'000);
  EXPECT_THAT(witness_.complaints(),
              ElementsAre("cert=orch2 was refused a lease 1000 ms after that of cert=orch1 was "
                          "over"));
}

TEST_F(WitnessTest, ARequestIsCarriedOutOnce) {
  auto asked = request("status", "cert=orch1");
  asked.request_id = "one";
  witness_.saw(asked, Value::object(), kNow);
  EXPECT_THAT(witness_.complaints(), IsEmpty());
  witness_.saw(asked, Value::object(), kNow);
  EXPECT_THAT(witness_.complaints(), ElementsAre(HasSubstr("carried out twice")));
}

TEST_F(WitnessTest, OnANewDiskFencesCountAnew) {
  claimed("cert=orch1", 7);
  witness_.saw_a_new_disk();
  claimed("cert=orch2", 1);
  EXPECT_THAT(witness_.complaints(), IsEmpty());
  EXPECT_TRUE(witness_.lost_leases().empty());
}

TEST_F(WitnessTest, WhoOnlyAsksNeedsNoLease) {
  claimed("cert=orch1", 1);
  witness_.saw(request("status", "cert=orch2"), Value::object(), kNow);
  done("job", "cert=orch2", 0);
  EXPECT_THAT(witness_.complaints(), IsEmpty());
}

}  // namespace
}  // namespace muster::sim
