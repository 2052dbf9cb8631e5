#include "proto/approval/checker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/messages/approval.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/approval/approved.hpp"

namespace muster::approval {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class CheckerTest : public testing::Test {
 protected:
  CheckerTest() {
    pki_.trust(commanding_);
    wire_.caller = "alice";
    wire_.collective = "main";
    wire_.agent = "echo";
    wire_.action = "act";
    statement_ = statement_for(wire_, arguments_, clock_.unix_ms());
  }
  test::Holder approver(const std::string& name) const {
    return pki_.root().issue_member(name, "operator");
  }
  Checked check() const { return checker_.check(wire_, arguments_); }

  test::TestPki pki_;
  base::SystemClock real_clock_;
  security::TrustStore commanding_{real_clock_};
  fakes::FakeClock clock_;
  fakes::TempFolder folder_;
  Checker checker_{commanding_, clock_, folder_ / "approvals.used"};
  messages::Request wire_;
  const Value arguments_ = {{"count", 7}};
  Statement statement_;
};

TEST_F(CheckerTest, WithoutApprovalsThereIsNothingToCheck) {
  const auto checked = check();
  EXPECT_TRUE(checked.by.empty());
  EXPECT_EQ(checked.why_not, "");
  EXPECT_FALSE(checked.statement);
}

TEST_F(CheckerTest, WhoSignedCountsOnce) {
  attach(wire_, statement_, {approver("bob"), approver("carol"), approver("bob")});
  const auto checked = check();
  EXPECT_THAT(checked.by, ElementsAre("cert=bob", "cert=carol"));
  EXPECT_EQ(checked.why_not, "");
  ASSERT_TRUE(checked.statement);
  EXPECT_TRUE(checker_.use(*checked.statement));
  EXPECT_THAT(check().why_not, HasSubstr("was used here before"));
  EXPECT_TRUE(check().by.empty());
}

TEST_F(CheckerTest, TheGoodOnesCountBesideOthersWhichAreNamed) {
  attach(wire_, statement_,
         {approver("bob"), pki_.orchestrator(), pki_.node("n1"),
          test::TestCa("other").issue_member("eve", "operator")});
  auto elsewhere = statement_;
  elsewhere.action = "other";
  wire_.approved->approvals.push_back(
      sign(elsewhere, text(elsewhere), approver("dave").signer()).value());
  wire_.approved->approvals.push_back("noise");
  const auto checked = check();
  EXPECT_THAT(checked.by, ElementsAre("cert=bob"));
  EXPECT_THAT(checked.why_not, AllOf(HasSubstr("operators alone approve"), HasSubstr("unknown CA"),
                                     HasSubstr("dave approved another request than this")));
}

TEST_F(CheckerTest, NobodyApprovesInAnothersName) {
  messages::Approval forged;
  forged.id = statement_.id;
  forged.approver = "bob";
  forged.digest = digest_of(text(statement_));
  attach(wire_, statement_, std::vector<test::Holder>{});
  wire_.approved->approvals.push_back(
      approver("carol").signer().seal(envelope::Kind::approval, test::body_of(forged)).value());
  EXPECT_THAT(check().why_not, HasSubstr("in the name of 'bob' is signed by 'carol'"));
}

TEST_F(CheckerTest, AStatementOfAnotherRequestCostsNoSignature) {
  attach(wire_, statement_, {approver("bob")});
  wire_.action = "other";
  EXPECT_THAT(check().why_not, HasSubstr("is for echo#act"));
  wire_.action = "act";
  clock_.set_unix_ms(statement_.until_ms + 1);
  EXPECT_THAT(check().why_not, HasSubstr("ended"));
}

TEST_F(CheckerTest, TooManyAreNotLookedAt) {
  attach(wire_, statement_, std::vector<test::Holder>(kAttachedMax + 1, approver("bob")));
  EXPECT_THAT(check().why_not, HasSubstr("11 approvals are attached"));
}

}  // namespace
}  // namespace muster::approval
