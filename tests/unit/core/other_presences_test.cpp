// Which presence under a node's name is another machine's, and who hears of it how often.
#include "node-agent/core/other_presences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/logged.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;

constexpr auto kOurs = "192.0.2.1";

class OtherPresencesTest : public testing::Test {
 protected:
  OtherPresencesTest() { identity_.name = "n1"; }
  static OtherPresence of_our_key(bool retained) {
    OtherPresence other;
    other.same_key = true;
    other.retained = retained;
    other.address = "192.0.2.66";
    return other;
  }
  static OtherPresence of_another_certificate() {
    OtherPresence other;
    other.address = "192.0.2.66";
    other.signer = "CN=n1, issued by CN=stranger";
    return other;
  }
  static OtherPresence nothing() {
    OtherPresence other;
    other.cleared = true;
    return other;
  }
  void hear(const OtherPresence& other) { others_.heard(other, kOurs); }

  fakes::VirtualLoop loop_;
  Identity identity_;
  std::vector<std::pair<std::string, Value>> told_;
  OtherPresences others_{identity_, loop_.clock(), [this](const char* event, const Value& data) {
                           told_.emplace_back(event, data);
                         }};
};

TEST_F(OtherPresencesTest, AnotherCertificateIsToldWithItsSignerAndBothAddresses) {
  hear(of_another_certificate());
  ASSERT_THAT(told_, SizeIs(1));
  EXPECT_EQ(told_.front().first, "taken-over");
  EXPECT_EQ(told_.front().second, (Value{{"address", kOurs},
                                         {"other_address", "192.0.2.66"},
                                         {"signer", "CN=n1, issued by CN=stranger"},
                                         {"same_key", false}}));
}

TEST_F(OtherPresencesTest, WhoShowsItselfWithOurKeyWhileWeListenIsAnotherMachine) {
  hear(of_our_key(false));
  ASSERT_THAT(told_, SizeIs(1));
  EXPECT_EQ(told_.front().second["same_key"], true);
}

TEST_F(OtherPresencesTest, ALateWillAndAnEarlierStartOfOursAreNoOtherMachine) {
  hear(nothing());
  hear(of_our_key(true));
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(OtherPresencesTest, AnotherCertificatesIsTellingEvenWhenItWasThereBefore) {
  auto retained = of_another_certificate();
  retained.retained = true;
  hear(retained);
  EXPECT_THAT(told_, SizeIs(1));
}

TEST_F(OtherPresencesTest, WhatIsRetainedOfOurKeyIsTheOtherMachinesOnceItHasThrownUsOff) {
  others_.taken_over(kOurs, "another client");
  hear(nothing());
  EXPECT_THAT(told_, IsEmpty()) << "its will tells nothing, and it is still to be named";
  hear(of_our_key(true));
  EXPECT_THAT(told_, SizeIs(1));
  hear(of_our_key(true));
  EXPECT_THAT(told_, SizeIs(1)) << "from then on it may be our own again";
}

TEST_F(OtherPresencesTest, TwoWhoFightForANameFillNoLogAndNoBus) {
  for (int i = 0; i < 10; ++i) hear(of_our_key(false));
  EXPECT_THAT(told_, SizeIs(kOtherPresenceLines.burst));
  loop_.advance(kOtherPresenceLines.every);
  hear(of_our_key(false));
  EXPECT_THAT(told_, SizeIs(kOtherPresenceLines.burst + 1));
}

TEST_F(OtherPresencesTest, PeopleAreToldWhatToDoAboutEach) {
  const auto lines = fakes::logged([this] {
    others_.taken_over(kOurs, "another client");
    hear(of_our_key(true));
    hear(of_another_certificate());
  });
  EXPECT_THAT(lines, HasSubstr("another machine uses this node's private key on the bus"));
  EXPECT_THAT(lines, HasSubstr("revoke the certificate and give this node a new key"));
  EXPECT_THAT(lines, HasSubstr("find out who issued it"));
}

}  // namespace
}  // namespace muster::agent
