#include "orchestrator/admission/reserved.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/admission/approval.hpp"
#include "tests/unit/admission/case_lab.hpp"

namespace muster::admission {
namespace {

using testing::HasSubstr;

class ReservedTest : public testing::Test {
 protected:
  ReservedTest() {
    rules_.masters = {"master-1.example"};
    rules_.reserved_names = {"vpn-*", "gateway"};
  }
  bool reserved(const std::string& name) const { return !check_reserved({name}, rules_); }
  Rules rules_;
};

TEST_F(ReservedTest, NamesOfMastersAndOfTheMachineItselfAreNobodys) {
  for (const auto* name : {"puppet", "puppet.example", "ca", "localhost", "localhost.localdomain",
                           "localhost6.localdomain6", "ip6-localhost", "ip6-loopback.example",
                           "localhost-live", "master-1.example", "gateway", "vpn-7"})
    EXPECT_TRUE(reserved(name)) << name;
  for (const auto* name :
       {"web-1.example", "puppetmaster-2", "ca-1", "local", "localhost7", "master-10.example"})
    EXPECT_FALSE(reserved(name)) << name;
}

TEST_F(ReservedTest, NeitherCaseNorDotsNorWildcardsGoAround) {
  for (const auto* name : {"PUPPET", "Puppet.", "Master-1.Example", "*", "pup*", "*.example"})
    EXPECT_TRUE(reserved(name)) << name;
}

TEST_F(ReservedTest, AlternativeNamesAreNamesToo) {
  auto it = usual_case();
  it.applicant.alternative_names = {"www.example", "puppet"};
  it.applicant.token.replace = true;
  const auto verdict = judge(it);
  EXPECT_EQ(verdict.decision, Decision::refuse);
  EXPECT_THAT(verdict.reason, HasSubstr("'puppet' is reserved"));
}

TEST_F(ReservedTest, NoGroundOverrulesAReservedName) {
  auto it = held_case();
  it.applicant.identity = "puppet-1.example";  // a master's own
  it.applicant.token.replace = true;
  it.name.record->approval =
      messages::NameApproval{"new-key", "alice", kCaseNowMs - 1, kCaseNowMs + 1};
  EXPECT_EQ(judge(it).decision, Decision::refuse);
}

TEST(ApprovalTest, OnlyWhatWaitsCanBeApproved) {
  EXPECT_THAT(approve("web-1", std::nullopt, "key", "alice", kCaseNowMs).error().message,
              HasSubstr("no machine waits"));
  const messages::NameClaim waits{"key", "192.0.2.1", 1};
  const auto approval = approve("web-1", waits, "key", "alice", kCaseNowMs);
  ASSERT_TRUE(approval);
  EXPECT_EQ(approval->key_fingerprint, "key");
  EXPECT_EQ(approval->until_ms - kCaseNowMs, 24 * kCaseHourMs);
}

TEST(ApprovalTest, WhatIsApprovedIsWhatWasShown) {
  const auto other =
      approve("web-1", messages::NameClaim{"key", "192.0.2.1", 1}, "shown", "alice", kCaseNowMs);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::refused);
  EXPECT_THAT(other.error().message, HasSubstr("another machine waits"));
}

TEST(RulesTest, AMistypedModeIsNamedWithTheNearest) {
  EXPECT_EQ(replace_names_from("any-token").value(), ReplaceNames::any_token);
  EXPECT_THAT(replace_names_from("exakt-token").error().message,
              HasSubstr("did you mean 'exact-token'?"));
}

}  // namespace
}  // namespace muster::admission
