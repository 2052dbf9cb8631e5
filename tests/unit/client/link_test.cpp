#include "orchestrator/client/link.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/client/trusted_ca.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;

class LinkTest : public testing::Test {
 protected:
  const x509::Certificate& ca() const { return lab_.pki().puppet_ca().certificate(); }
  bool trusted() { return lab_.link().nodes().trusts(ca().fingerprint()); }

  ClientLab lab_;
};

TEST_F(LinkTest, ItKnowsWhoWeAre) {
  EXPECT_EQ(lab_.link().caller(), "alice");
  EXPECT_EQ(lab_.link().collective(), "main");
  EXPECT_FALSE(lab_.link().session().empty());
}

TEST_F(LinkTest, CasThatAreRetainedAreKnownOnceTheyWereWaitedFor) {
  endorse(lab_.orchestrator(), ca());
  EXPECT_FALSE(trusted());
  must(lab_.link().learn_trust());
  must(lab_.link().wait_trust());
  EXPECT_TRUE(trusted());
}

TEST_F(LinkTest, ANewCaIsTold) {
  std::atomic<int> told{0};
  const auto handle = lab_.link().on_new_ca().add([&told] { ++told; });
  must(lab_.link().learn_trust());
  endorse(lab_.orchestrator(), ca());
  EXPECT_TRUE(fakes::wait_until([&told] { return told == 1; }));
  EXPECT_TRUE(trusted());
}

TEST_F(LinkTest, AnEmptyMessageWithdrawsNothing) {
  endorse(lab_.orchestrator(), ca());
  must(lab_.link().learn_trust());
  must(lab_.link().wait_trust());
  must(lab_.link().bus().publish(transport::topics::trusted_ca("main", ca().fingerprint()), "",
                                 {.retain = true}));
  must(lab_.link().wait_trust());
  must(lab_.link().echo(20s));
  must(lab_.link().wait_trust());
  EXPECT_TRUE(trusted());
}

TEST_F(LinkTest, AWithdrawnCaIsTrustedNoMoreAndAnOldEndorsementDoesNotBringItBack) {
  must(lab_.link().learn_trust());
  const auto first = endorse(lab_.orchestrator(), ca());
  const auto topic = transport::topics::trusted_ca("main", ca().fingerprint());
  EXPECT_TRUE(fakes::wait_until([this] { return trusted(); }));
  // The handler may still run when this function has returned.
  const auto old_message = std::make_shared<std::string>();
  const auto heard = lab_.link().bus().subscribe(transport::topics::trusted_ca("main", "+"),
                                                 transport::Qos::at_least_once,
                                                 [old_message](transport::Message message) {
                                                   if (old_message->empty())
                                                     *old_message = message.payload;
                                                 });
  must(lab_.link().echo(20s));
  auto withdrawal = first;
  withdrawal.withdrawn = true;
  ASSERT_EQ(publish_trusted_ca(lab_.orchestrator(), withdrawal).value().number, 2U);
  EXPECT_TRUE(fakes::wait_until([this] { return !trusted(); }));
  ASSERT_FALSE(old_message->empty());
  must(lab_.link().bus().publish(topic, *old_message, {.retain = true}));
  must(lab_.link().echo(20s));
  must(lab_.link().wait_trust());
  EXPECT_FALSE(trusted());
  EXPECT_EQ(endorse(lab_.orchestrator(), ca()).number, 3U) << "a person added it again";
  EXPECT_TRUE(fakes::wait_until([this] { return trusted(); }));
}

TEST_F(LinkTest, ACaThatNobodyEndorsedIsNotTrusted) {
  const auto thief = lab_.broker().connect("thief");
  must(thief->publish(transport::topics::trusted_ca("main", ca().fingerprint()), "forged",
                      {.retain = true}));
  must(lab_.link().learn_trust());
  must(lab_.link().wait_trust());
  EXPECT_FALSE(trusted());
}

TEST_F(LinkTest, WithoutCasToLearnThereIsNothingToWaitFor) {
  lab_.broker().drop("alice");
  EXPECT_TRUE(lab_.link().wait_trust());
}

TEST_F(LinkTest, AnEchoComesBackAndFailsWithoutALink) {
  EXPECT_TRUE(lab_.link().echo(20s));
  lab_.broker().drop("alice");
  EXPECT_EQ(lab_.link().echo(20s).error().code, Errc::unavailable);
  lab_.broker().restore("alice");
  EXPECT_TRUE(lab_.link().echo(20s));
}

TEST_F(LinkTest, AMarkIsToldOnceAndNotWhenTheLinkWasLost) {
  std::atomic<int> passed{0};
  const auto count = [&passed] { ++passed; };
  ASSERT_TRUE(lab_.link().mark(count));
  EXPECT_TRUE(fakes::wait_until([&passed] { return passed == 1; }));
  lab_.broker().drop("alice");
  EXPECT_EQ(lab_.link().mark(count).error().code, Errc::unavailable);
  lab_.broker().restore("alice");
  EXPECT_TRUE(lab_.link().echo(20s));
  EXPECT_EQ(passed, 1);
}

TEST_F(LinkTest, LossAndReturnAreToldInThisOrder) {
  std::mutex mutex;
  std::vector<std::string> told;
  const auto tell = [&](const std::string& what) {
    return [&, what] {
      const std::lock_guard lock(mutex);
      told.push_back(what);
    };
  };
  must(lab_.link().echo(20s));  // past the first connection
  const auto lost = lab_.link().on_lost().add(tell("lost"));
  const auto relinked = lab_.link().on_relinked().add(tell("relinked"));
  lab_.broker().drop("alice");
  lab_.broker().restore("alice");
  must(lab_.link().echo(20s));
  const std::lock_guard lock(mutex);
  EXPECT_EQ(told, (std::vector<std::string>{"lost", "relinked"}));
}

}  // namespace
}  // namespace muster::client
