// What people and `muster events` hear when an operator bans a node or revokes a certificate.
#include "orchestrator/daemon/trust_duty.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TrustDutyTest : public testing::Test {
 protected:
  client::Link& link() { return lab_.orchestrator(); }

  client::ClientLab lab_;
  const fakes::TempFolder folder_;
  std::vector<client::LifecycleEvent> events_;
  std::vector<plugins::Notification> people_;
  const std::unique_ptr<provision::TrustKeeper> keeper_ =
      provision::TrustKeeper::open(link(), folder_.path()).value();
  TrustDuty duty_{link(), *keeper_, [this](const auto& event, const auto& people) {
                    events_.push_back(event);
                    people_.push_back(people);
                  }};
};

TEST_F(TrustDutyTest, ABanAndItsEndAreToldWithWhoAndWhy) {
  ASSERT_TRUE(duty_.ban("n1", "it was stolen", "alice"));
  ASSERT_TRUE(duty_.unban("n1", "bob"));
  ASSERT_EQ(events_.size(), 2U);
  EXPECT_EQ(events_[0].type, "banned");
  EXPECT_EQ(events_[0].identity, "n1");
  EXPECT_EQ(events_[0].data, (Value{{"by", "alice"}, {"reason", "it was stolen"}}));
  EXPECT_EQ(events_[1].type, "unbanned");
  EXPECT_THAT(people_[0].text, AllOf(HasSubstr("alice"), HasSubstr("it was stolen"),
                                     HasSubstr("muster node unban n1")));
  EXPECT_THAT(people_[1].text, HasSubstr("bob lifted the ban of n1"));
}

TEST_F(TrustDutyTest, WhoeverTellsItTheIdIsTheSame) {
  ASSERT_TRUE(duty_.ban("n1", "", "alice"));
  ASSERT_TRUE(duty_.ban("n1", "", "alice"));  // as another orchestrator that heard the request
  EXPECT_EQ(events_[0].id, events_[1].id);
  EXPECT_EQ(people_[0].id, people_[1].id);
  ASSERT_TRUE(duty_.unban("n1", "alice"));
  EXPECT_NE(events_[2].id, events_[1].id);
}

TEST_F(TrustDutyTest, ARevocationNamesTheCertificates) {
  const auto bob = lab_.pki().root().issue_member("bob", "operator").certificate;
  const auto list = test::revoke(lab_.pki().root(), 2, {bob});
  ASSERT_TRUE(duty_.revoke(list, "alice"));
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].type, "revoked");
  EXPECT_EQ(events_[0].identity, link().caller());
  EXPECT_EQ(events_[0].data.at("certificates").at(0).at("serial"), bob.serial_hex());
  EXPECT_THAT(people_[0].text, AllOf(HasSubstr(bob.serial_hex()), HasSubstr("key-compromise"),
                                     HasSubstr("muster trust list")));
}

TEST_F(TrustDutyTest, WhatIsRefusedIsNotTold) {
  EXPECT_FALSE(duty_.unban("n1", "alice"));
  const test::TestCa stranger("Muster operator root");
  EXPECT_FALSE(duty_.revoke(test::revoke(stranger, 9, {}), "alice"));
  EXPECT_TRUE(events_.empty());
}

}  // namespace
}  // namespace muster::daemon
