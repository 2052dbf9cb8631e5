#include "tests/chaos/promises.hpp"

#include <gmock/gmock.h>

namespace muster::chaos {
namespace {

using plugins::provision::State;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kNode = "node00000.swarm.example";
constexpr std::int64_t kNow = 1'000'000;

// One node in production, as its records say.
class ChaosPromisesTest : public testing::Test {
 protected:
  ChaosPromisesTest() {
    NodeFound node;
    node.name = kNode;
    node.progress.emplace();
    node.progress->state = State::finished;
    node.key = "k1";
    node.certificate_serial = "01";
    node.is_online = true;
    found_.now_ms = kNow;
    found_.nodes = {node};
    found_.certificates = {{kNode, "master1", "01", "k1", false, 500}};
    found_.records = {{kNode, {"finished", "run", ""}}};
    found_.notices = {good("o1", "run.provisioned")};
  }
  static NoticeFound good(const std::string& orchestrator, const std::string& id) {
    return {orchestrator, id, std::string(kNode) + " is in production"};
  }
  NodeFound& node() { return found_.nodes.front(); }
  void fail_it() {
    node().progress->state = State::failed;
    node().certificate_serial.clear();
    node().is_online = false;
    found_.certificates.clear();
    found_.records[kNode].state = "failed";
    found_.notices = {{"o1", "run.failed-5", std::string(kNode) + " could not be provisioned"}};
  }

  Evidence found_;
};

TEST_F(ChaosPromisesTest, ANodeInProductionAsItsRecordsSayBreaksNone) {
  EXPECT_THAT(broken_promises(found_), IsEmpty());
  EXPECT_EQ(count_of(found_, State::finished), 1U);
}

TEST_F(ChaosPromisesTest, ANodeThatHasFailedAndOfWhichPeopleAreToldBreaksNone) {
  fail_it();
  EXPECT_THAT(broken_promises(found_), IsEmpty());
  found_.notices.clear();
  EXPECT_THAT(broken_promises(found_), ElementsAre(HasSubstr("nobody is told")));
}

TEST_F(ChaosPromisesTest, ANodeOnItsWayIsStuck) {
  node().progress->state = State::waiting;
  found_.notices.clear();
  found_.records[kNode] = {"waiting", "run", "no master"};
  EXPECT_THAT(unsettled(found_), ElementsAre(HasSubstr("stuck: it is waiting")));
  node().progress.reset();
  found_.records.clear();
  EXPECT_THAT(unsettled(found_), ElementsAre(HasSubstr("says nothing")));
}

TEST_F(ChaosPromisesTest, ARecordThatSaysSomethingElseIsNamed) {
  found_.records[kNode].state = "running";
  EXPECT_THAT(unsettled(found_), ElementsAre(HasSubstr("its record says running")));
}

TEST_F(ChaosPromisesTest, ANodeInProductionThatIsNotOnlineIsNamed) {
  node().is_online = false;
  EXPECT_THAT(unsettled(found_), ElementsAre(HasSubstr("not online")));
}

TEST_F(ChaosPromisesTest, ACertificateForAnothersKeyIsNamedEvenWhenItIsRevoked) {
  found_.certificates.push_back({kNode, "master2", "02", "k2", true, 600});
  EXPECT_THAT(broken_promises(found_), ElementsAre(HasSubstr("did not make the key")));
}

TEST_F(ChaosPromisesTest, ASecondValidCertificateIsNamedUnlessItIsOwed) {
  found_.certificates.push_back({kNode, "master2", "02", "k1", false, 600});
  EXPECT_THAT(broken_promises(found_), ElementsAre(HasSubstr("that nobody owes: 02 by master2")));
  found_.debts = {{"master1", kNode, 700, {}}};
  EXPECT_THAT(broken_promises(found_), testing::SizeIs(1)) << "the other master owes something";
  found_.debts = {{"master2", kNode, 700, {}}};
  EXPECT_THAT(broken_promises(found_), IsEmpty());
  found_.debts = {{"master2", kNode, 600, {}}};
  EXPECT_THAT(broken_promises(found_), testing::SizeIs(1)) << "it was signed later";
  found_.debts = {{"master2", kNode, 0, {"02"}}};
  EXPECT_THAT(broken_promises(found_), IsEmpty());
}

TEST_F(ChaosPromisesTest, ANodesOwnCertificateThatIsRevokedIsNamed) {
  found_.certificates[0].is_revoked = true;
  EXPECT_THAT(broken_promises(found_), ElementsAre(HasSubstr("is revoked")));
}

TEST_F(ChaosPromisesTest, ALeaseThatIsLongOverIsNamed) {
  node().progress->state = State::claimed;
  node().progress->lease_expires_at_ms =
      kNow - std::chrono::milliseconds(kLeaseOverdue).count() - 1;
  found_.notices.clear();
  EXPECT_THAT(broken_promises(found_), testing::Contains(HasSubstr("nobody took it over")));
  ++node().progress->lease_expires_at_ms;
  EXPECT_THAT(broken_promises(found_),
              testing::Not(testing::Contains(HasSubstr("nobody took it over"))));
}

TEST_F(ChaosPromisesTest, OneIdInTwoOutboxesIsOneMessageAndTwoIdsAreTwo) {
  found_.notices.push_back(good("o2", "run.provisioned"));
  EXPECT_THAT(broken_promises(found_), IsEmpty());
  EXPECT_EQ(told_by_several(found_), 1U);
  found_.notices.push_back(good("o2", "other.provisioned"));
  EXPECT_THAT(broken_promises(found_), ElementsAre(HasSubstr("under 2 ids")));
}

TEST_F(ChaosPromisesTest, ANodeThatFailedIsNotToldToBeInProduction) {
  fail_it();
  found_.notices.push_back(good("o1", "run.provisioned"));
  EXPECT_THAT(broken_promises(found_), ElementsAre(HasSubstr("under 1 ids")));
}

}  // namespace
}  // namespace muster::chaos
