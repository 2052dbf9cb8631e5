// Who has a name, and what proof of the old key is worth, by what the CAs and the records say.
#include "orchestrator/admission/holding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/admission/grounds.hpp"
#include "tests/unit/admission/case_lab.hpp"

namespace muster::admission {
namespace {

using State = Holding::State;

State state_of(const std::function<void(Case&)>& change) {
  auto it = usual_case();
  change(it);
  return holding_of(it).state;
}

const NameRecord kFinished{"finished", "puppet-2.example", "old-key", 1, {}};

TEST(HoldingTest, ACaThatIsDownCountsByTheNamesRecord) {
  EXPECT_EQ(state_of([](Case& it) {
              it.name.record = kFinished;
              it.name.answers = std::vector{answer_of("puppet-1.example", false)};
            }),
            State::held)
      << "the record's master does not answer";
  EXPECT_EQ(state_of([](Case& it) {
              it.name.record = kFinished;
              it.name.answers = std::vector{answer_of("puppet-2.example", false)};
            }),
            State::free_name)
      << "it answers that the certificate is gone or revoked";
}

TEST(HoldingTest, NoRecordMeansFreeSoThatNoCaThatIsDownStopsTheFleet) {
  EXPECT_EQ(state_of([](Case& it) { it.name.answers = std::vector<CaAnswer>{}; }),
            State::free_name);
}

TEST(HoldingTest, AnyCaWithAValidCertificateHoldsTheName) {
  EXPECT_EQ(state_of([](Case& it) {
              it.name.answers = std::vector{answer_of("puppet-1.example", false),
                                            answer_of("puppet-2.example", true, "f")};
            }),
            State::held);
}

TEST(HoldingTest, ARecordTellsOfACertificateOnceAMasterWasChosen) {
  const auto with = [](const char* state, const char* master) {
    return state_of([&](Case& it) {
      it.name.record = NameRecord{state, master, "old-key", 1, {}};
      it.name.answers = std::vector<CaAnswer>{};
    });
  };
  EXPECT_EQ(with("finished", ""), State::held);
  EXPECT_EQ(with("running", "puppet-2.example"), State::held);
  EXPECT_EQ(with("failed", "puppet-2.example"), State::held);
  EXPECT_EQ(with("running", ""), State::free_name);
  EXPECT_EQ(with("refused", "puppet-2.example"), State::free_name);
}

TEST(HoldingTest, AMemberThatIsOnlineHoldsItsNameUnlessItsCaSaysItIsRevoked) {
  EXPECT_EQ(state_of([](Case& it) {
              it.name.member = OnlineMember{"ca-of-another", "f"};
            }),
            State::held);
  EXPECT_EQ(state_of([](Case& it) {
              it.name.member = OnlineMember{"ca-of-puppet-1.example", "f"};
            }),
            State::free_name);
}

TEST(OldKeyTest, ProofCountsWhileItsCaHoldsThatVeryCertificateValid) {
  auto it = held_case();
  it.applicant.old = OldCertificate{"old-certificate", "ca-of-puppet-1.example"};
  EXPECT_TRUE(proves_old_key(it));
  EXPECT_EQ(judge(it).ground, Ground::old_key);
  it.applicant.old->fingerprint = "one-before";
  EXPECT_FALSE(proves_old_key(it));
  EXPECT_EQ(judge(it).decision, Decision::wait);
}

TEST(OldKeyTest, OfARevokedCertificateItProvesNothing) {
  auto it = held_case();
  it.applicant.old = OldCertificate{"old-certificate", "ca-of-puppet-1.example"};
  it.name.answers = std::vector{answer_of("puppet-1.example", false),
                                answer_of("puppet-2.example", true, "successor")};
  EXPECT_FALSE(proves_old_key(it));
  EXPECT_EQ(judge(it).decision, Decision::wait);
}

// Who stole another master makes the certificate, and its CA says that it is valid, or nothing at all.
TEST(OldKeyTest, ACertificateOfAnotherCaProvesNothing) {
  auto it = held_case();
  it.applicant.old = OldCertificate{"forged", "ca-of-puppet-2.example"};
  const auto forger = answer_of("puppet-2.example", true, "forged");
  it.name.answers->push_back(forger);
  EXPECT_EQ(judge(it).decision, Decision::wait) << "the name's own CA has it, too";
  it.name.answers = std::vector{forger};
  EXPECT_EQ(judge(it).decision, Decision::wait) << "the name's own CA is down";
  it.name.answers = std::vector<CaAnswer>{};
  EXPECT_EQ(judge(it).decision, Decision::wait) << "both are down";
  it.name.record.reset();
  it.name.answers = std::vector{answer_of("puppet-1.example", true, "old-certificate"), forger};
  EXPECT_EQ(judge(it).decision, Decision::wait) << "there is no record";
}

// Or a stolen master could keep every node of the others from coming back.
TEST(OldKeyTest, AnotherCasWordTakesNoNameThatARecordGives) {
  auto it = held_case();
  it.applicant.old = OldCertificate{"old-certificate", "ca-of-puppet-1.example"};
  it.name.answers->push_back(answer_of("puppet-2.example", true, "made up"));
  EXPECT_EQ(judge(it).ground, Ground::old_key);
}

TEST(OldKeyTest, WithItsCaDownTheRecordDecides) {
  auto it = held_case();
  it.applicant.old = OldCertificate{"old-certificate", "ca-of-puppet-1.example"};
  it.name.answers = std::vector<CaAnswer>{};
  EXPECT_TRUE(proves_old_key(it));
  it.name.answers = std::vector{answer_of("puppet-2.example", true, "successor")};
  EXPECT_FALSE(proves_old_key(it)) << "the name has moved to another CA";
  it.name.answers = std::vector<CaAnswer>{};
  it.name.record.reset();
  EXPECT_FALSE(proves_old_key(it));
}

}  // namespace
}  // namespace muster::admission
