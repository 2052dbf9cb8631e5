// What machines before the door are told, and how often the holder of the join password can have that written.
#include "orchestrator/provision/join_answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

#include "tests/support/fakes/logged.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::provision {
namespace {

using testing::SizeIs;
using namespace std::chrono_literals;

// Writes down what is said; nobody is asked here.
class HeardZone final : public JoinZone {
 public:
  struct Answer {
    messages::JoinAnswer answer;
    std::string identity;
  };
  void answer(messages::JoinAnswer answer, const std::string& identity) override {
    answers.push_back({std::move(answer), identity});
  }
  void refused(const std::string& identity, const std::string& reason) override {
    refusals.push_back(identity + ": " + reason);
  }
  void postponed(const std::string& identity, const std::string& reason) override {
    postponements.push_back(identity + ": " + reason);
  }

  loop::Task<Result<Examined>> examine(std::string, std::string) override { throw nobody(); }
  loop::Task<std::optional<std::vector<admission::CaAnswer>>> ask_cas(std::string,
                                                                      std::string) override {
    throw nobody();
  }
  bool has_provider() const override { throw nobody(); }
  loop::Task<Result<bool>> ask_provider(std::string, std::string, Value) override {
    throw nobody();
  }
  loop::Task<admission::Attestation> attest(std::string, std::string, Value) override {
    throw nobody();
  }
  std::optional<std::string> distrust(const admission::Applicant&) const override {
    throw nobody();
  }
  std::optional<std::string> ban(const std::string&) const override { throw nobody(); }
  std::optional<client::Record> record(const std::string&) const override { throw nobody(); }
  std::optional<admission::OnlineMember> member(const std::string&) const override {
    throw nobody();
  }
  bool record_may_come_back(const std::string&, bool) const override { throw nobody(); }
  std::optional<MachineHere> machine_here(const std::string&) const override { throw nobody(); }
  std::string identity_of_ca(const std::string&) const override { throw nobody(); }
  admission::Rules rules() const override { throw nobody(); }
  loop::Task<Status> endorse(admission::Applicant) override { throw nobody(); }
  void joined(const Joiner&) override { throw nobody(); }
  void asks_for_name(const admission::Applicant&, const std::string&) override { throw nobody(); }

  std::vector<Answer> answers;
  std::vector<std::string> refusals;       // that leave a record
  std::vector<std::string> postponements;  // the same

 private:
  static std::logic_error nobody() { return std::logic_error("answers decide nothing"); }
};

class JoinAnswersTest : public testing::Test {
 protected:
  static Announced announced(const std::string& identity, const std::string& token = "t1") {
    Announced it;
    it.opened.announce.client_id = "c-" + identity;
    it.opened.announce.nonce = "n-" + identity;
    it.opened.announce.identity = it.applicant.identity = identity;
    it.applicant.token.id = token;
    return it;
  }
  const messages::JoinAnswer& last() const { return zone_.answers.back().answer; }
  static std::size_t lines(const std::string& log) {
    return static_cast<std::size_t>(std::count(log.begin(), log.end(), '\n'));
  }

  fakes::VirtualLoop loop_;
  HeardZone zone_;
  JoinAnswers answers_{zone_, loop_.clock()};
};

TEST_F(JoinAnswersTest, EachAnswerIsForThatAnnouncementAndCarriesOurTime) {
  loop_.set_unix_ms(4'711);
  answers_.accepted(announced("web1"));
  ASSERT_THAT(zone_.answers, SizeIs(1));
  EXPECT_EQ(zone_.answers.front().identity, "web1");
  EXPECT_EQ(last().client_id, "c-web1");
  EXPECT_EQ(last().nonce, "n-web1");
  EXPECT_EQ(last().sent_at_ms, 4'711);
  EXPECT_TRUE(last().accepted);
  EXPECT_FALSE(last().member) << "a node is provisioned first";
  EXPECT_FALSE(last().waiting);
}

TEST_F(JoinAnswersTest, WhoIsRefusedHearsWhyAndItsRecordSaysSo) {
  answers_.refused(announced("web1"), "the token is over");
  EXPECT_FALSE(last().accepted);
  EXPECT_FALSE(last().waiting);
  EXPECT_EQ(last().reason, "the token is over");
  EXPECT_THAT(zone_.refusals, testing::ElementsAre("web1: the token is over"));
}

TEST_F(JoinAnswersTest, OfAStrangerNoRecordIsMade) {
  answers_.refused_stranger(announced("web1").opened.announce, "its token is forged");
  EXPECT_EQ(last().reason, "its token is forged");
  EXPECT_THAT(zone_.refusals, SizeIs(0));
}

TEST_F(JoinAnswersTest, WhoWaitsForAPersonIsNotRefused) {
  answers_.waits(announced("web1"), "its name is held");
  EXPECT_TRUE(last().waiting);
  EXPECT_FALSE(last().accepted);
  EXPECT_EQ(last().reason, "its name is held");
  EXPECT_THAT(zone_.refusals, SizeIs(0));
  EXPECT_THAT(zone_.postponements, SizeIs(0));
}

TEST_F(JoinAnswersTest, WhoIsPostponedWaitsAndItsRecordSaysSo) {
  answers_.postponed(announced("web1"), "no CA answers");
  EXPECT_TRUE(last().waiting);
  EXPECT_THAT(zone_.postponements, testing::ElementsAre("web1: no CA answers"));
}

TEST_F(JoinAnswersTest, OneTokenHasOnlySoManyRefusalsAnsweredAndFewerRecorded) {
  for (std::size_t i = 0; i < 2 * kRefusedAnswers.burst; ++i)
    answers_.refused(announced("web" + std::to_string(i)), "the token is over");
  EXPECT_THAT(zone_.answers, SizeIs(kRefusedAnswers.burst));
  EXPECT_THAT(zone_.refusals, SizeIs(kRefusedRecords.burst));
  answers_.refused(announced("db1", "t2"), "banned");
  EXPECT_THAT(zone_.answers, SizeIs(kRefusedAnswers.burst + 1)) << "holders of another do not pay";
  EXPECT_EQ(zone_.refusals.back(), "db1: banned");
  loop_.advance(kRefusedAnswers.every);
  answers_.refused(announced("web1"), "the token is over");
  EXPECT_THAT(zone_.answers, SizeIs(kRefusedAnswers.burst + 2));
}

TEST_F(JoinAnswersTest, StrangersShareOneRateWhateverTheyCallThemselves) {
  for (std::size_t i = 0; i < 2 * kRefusedAnswers.burst; ++i)
    answers_.refused_stranger(announced("web" + std::to_string(i)).opened.announce, "forged");
  EXPECT_THAT(zone_.answers, SizeIs(kRefusedAnswers.burst));
  answers_.refused(announced("web1"), "the token is over");
  EXPECT_THAT(zone_.answers, SizeIs(kRefusedAnswers.burst + 1))
      << "who shows a good token does not pay for them";
}

TEST_F(JoinAnswersTest, WhoIsLetInIsToldHoweverManyAreRefused) {
  for (std::size_t i = 0; i < kRefusedAnswers.burst; ++i)
    answers_.refused(announced("web" + std::to_string(i)), "no");
  answers_.accepted(announced("web1"));
  EXPECT_TRUE(last().accepted);
}

TEST_F(JoinAnswersTest, LinesOfWhomNobodyCanAnswerAreLimitedByTheirKind) {
  const auto log = fakes::logged([this] {
    for (std::size_t i = 0; i < 3 * kUnreadableLines.burst; ++i) {
      answers_.unreadable({Errc::invalid_data, "no announcement"});
      answers_.behind_another(announced("web1").applicant);
      answers_.left_out(announced("web1").applicant);
    }
  });
  EXPECT_EQ(lines(log), 3 * kUnreadableLines.burst);
  EXPECT_THAT(zone_.answers, SizeIs(0));
}

}  // namespace
}  // namespace muster::provision
