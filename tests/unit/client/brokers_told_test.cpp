#include "orchestrator/client/brokers_told.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class BrokersToldTest : public testing::Test {
 protected:
  OnDuty watcher(const std::string& host, const std::string& session, bool has) const {
    return {"broker-watcher",
            host,
            certificate_,
            true,
            has ? std::vector<std::string>{"old", "new"} : std::vector<std::string>{"old"},
            session};
  }

  const test::TestPki pki_;
  const x509::Certificate certificate_ =
      pki_.orchestrator_root().issue_member("broker-watcher", "broker").certificate;
  BrokersTold told_{"new"};
};

TEST_F(BrokersToldTest, EachHasToSaySoItself) {
  told_.note({watcher("a", "1", true), watcher("b", "2", false)});
  EXPECT_THAT(told_.lacking(), ElementsAre(Pair("b", 1U)));
  told_.note({watcher("b", "2", true)});
  EXPECT_THAT(told_.lacking(), IsEmpty());
}

// Else the one that answers this time would speak for the one that does not.
TEST_F(BrokersToldTest, TwoThatCallTheirHostAlikeAreTwo) {
  told_.note({watcher("localhost", "1", true), watcher("localhost", "2", false)});
  told_.note({watcher("localhost", "1", true)});
  EXPECT_THAT(told_.lacking(), ElementsAre(Pair("localhost", 1U)));
  told_.note({watcher("localhost", "2", true)});
  EXPECT_THAT(told_.lacking(), IsEmpty());
}

TEST_F(BrokersToldTest, OfTwoAnswersOfOneTheWorseOneCounts) {
  told_.note({watcher("a", "1", false), watcher("a", "1", true)});
  EXPECT_THAT(told_.lacking(), ElementsAre(Pair("a", 1U)));
}

TEST_F(BrokersToldTest, AnOrchestratorIsNoBroker) {
  auto orchestrator = watcher("a", "1", false);
  orchestrator.watcher = false;
  told_.note({orchestrator});
  EXPECT_THAT(told_.lacking(), IsEmpty());
}

}  // namespace
}  // namespace muster::client
