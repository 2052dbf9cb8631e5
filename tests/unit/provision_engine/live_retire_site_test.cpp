// The site as an orchestrator sees it, on a bus in memory and a loop in virtual time.
#include "orchestrator/provision/live/live_retire_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/client/retire_master.hpp"
#include "orchestrator/provision/live/live_collective.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {
namespace {

using testing::ElementsAre;

class LiveRetireSiteTest : public testing::Test {
 protected:
  LiveRetireSiteTest() { client::endorse(link(), ca(), {"*"}, "m1"); }

  client::Link& link() { return lab_.orchestrator(); }
  const x509::Certificate& ca() const { return lab_.pki().puppet_ca().certificate(); }
  Status done(loop::Task<Status> task) {
    task.start([] {});
    EXPECT_TRUE(loop_.advance_until([&] { return task.ended(); }, std::chrono::minutes(1)));
    return task.take();
  }
  Retiring retire() {
    EXPECT_TRUE(client::mark_master(link(), "m1", "alice"));
    return site_.retiring().at(0);
  }

  const fakes::TempFolder folder_;
  client::ClientLab lab_;
  const test::TestCa other_{"Puppet CA: m2"};
  fakes::VirtualLoop loop_;
  loop::Waits waits_{loop_};
  std::unique_ptr<client::Records> records_ =
      client::Records::watch(lab_.orchestrator(), {}, client::Records::Duty::keeps).value();
  std::unique_ptr<client::Fleet> fleet_ = client::Fleet::watch(lab_.orchestrator()).value();
  std::unique_ptr<DebtKeeper> debts_ =
      DebtKeeper::open(lab_.orchestrator(), folder_ / "debts.json").value();
  LiveCollective collective_{lab_.orchestrator(), *fleet_, *records_, loop_, waits_};
  std::vector<std::string> told_;
  LiveRetireSite site_{
      {lab_.orchestrator(), *fleet_, *records_, collective_, *debts_, loop_, waits_},
      [this](const RetirementNews& news) {
        told_.push_back(news.id);
        return Status{};
      }};
};

TEST_F(LiveRetireSiteTest, WhoIsRetiredIsWhatEndorsementsSayAndOthersAreThoseThatAreNot) {
  EXPECT_TRUE(site_.retiring().empty());
  EXPECT_EQ(site_.other_masters(), 1U);
  const auto retired = retire();
  EXPECT_EQ(retired.master, "m1");
  EXPECT_EQ(retired.ca, ca().fingerprint());
  EXPECT_EQ(retired.ca_pem, ca().pem());
  EXPECT_EQ(retired.retired_by, "alice");
  EXPECT_EQ(retired.signed_by, link().caller());
  EXPECT_EQ(site_.other_masters(), 0U);
  client::endorse(link(), other_.certificate(), {"*"}, "m2");
  EXPECT_EQ(site_.other_masters(), 1U) << "though it is not online";
}

TEST_F(LiveRetireSiteTest, MembersAreThoseOfPresenceAndRecordsOurOwnWordsAmongThem) {
  const auto retired = retire();
  client::LabNode node(lab_, "n1");
  node.show(node.presence({{"provision", "finished"}}));
  ASSERT_TRUE(fakes::wait_until([&] { return fleet_->find("n1") != nullptr; }));
  client::Record record;
  record.identity = "n1";
  record.state = "finished";
  record.key_fingerprint = "key";
  record.ca_fingerprint = ca().fingerprint();
  record.started_at_ms = record.updated_at_ms = link().clock().unix_ms();
  collective_.publish(record);
  loop_.advance(std::chrono::milliseconds(0));
  ASSERT_TRUE(fakes::wait_until([&] { return records_->find("n1").has_value(); }));
  EXPECT_THAT(site_.members_of(retired).movable, ElementsAre("n1"));
  record.state = "waiting";
  record.run_id = "r";
  ++record.updated_at_ms;
  collective_.publish(record);
  EXPECT_EQ(site_.members_of(retired).under_way.size(), 1U) << "before it has come back";
}

TEST_F(LiveRetireSiteTest, WhatIsSignedAnewKeepsTheMarkAndWhatWasNotReadIsNotSigned) {
  const auto retired = retire();
  ASSERT_TRUE(done(site_.sign_anew(retired)));
  EXPECT_EQ(site_.retiring().at(0).number, retired.number + 1);
  EXPECT_EQ(site_.retiring().at(0).retired_at_ms, retired.retired_at_ms);
  EXPECT_EQ(done(site_.sign_anew(retired)).error().code, Errc::aborted);
}

TEST_F(LiveRetireSiteTest, TheCaOfARetiredMasterIsWithdrawnAndOfOneThatStaysItIsNot) {
  const auto retired = retire();
  ASSERT_TRUE(client::mark_master(link(), "m1", ""));
  EXPECT_EQ(done(site_.withdraw(retired)).error().code, Errc::aborted);
  EXPECT_TRUE(link().nodes().trusts(ca().fingerprint()));
  ASSERT_TRUE(done(site_.withdraw(retire())));
  EXPECT_FALSE(link().nodes().trusts(ca().fingerprint()));
  EXPECT_TRUE(site_.retiring().empty());
}

TEST_F(LiveRetireSiteTest, WhatIsToldAndOwedIsTheOutboxesAndTheDebtsOwn) {
  RetirementNews news;
  news.id = "id-1";
  ASSERT_TRUE(done(site_.tell(news)));
  EXPECT_THAT(told_, ElementsAre("id-1"));
  EXPECT_EQ(site_.debts_of("m1"), 0U);
  ASSERT_TRUE(debts_->owe({"m1", "n1", link().clock().unix_ms(), {}}));
  EXPECT_EQ(site_.debts_of("m1"), 1U);
}

}  // namespace
}  // namespace muster::provision
