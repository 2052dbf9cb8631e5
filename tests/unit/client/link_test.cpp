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

TEST_F(LinkTest, CasThatAreRetainedAreKnownOnceItHasSettled) {
  must(publish_trusted_ca(lab_.orchestrator(), ca(), "m1"));
  EXPECT_FALSE(trusted());
  must(lab_.link().learn_cas());
  must(lab_.link().settle());
  EXPECT_TRUE(trusted());
}

TEST_F(LinkTest, ANewCaIsTold) {
  std::atomic<int> told{0};
  const auto handle = lab_.link().on_new_ca().add([&told] { ++told; });
  must(lab_.link().learn_cas());
  must(publish_trusted_ca(lab_.orchestrator(), ca(), "m1"));
  EXPECT_TRUE(fakes::wait_until([&told] { return told == 1; }));
  EXPECT_TRUE(trusted());
}

TEST_F(LinkTest, AWithdrawnCaIsTrustedNoMore) {
  must(publish_trusted_ca(lab_.orchestrator(), ca(), "m1"));
  must(lab_.link().learn_cas());
  must(lab_.link().settle());
  must(lab_.link().bus().publish(transport::topics::trusted_ca("main", ca().fingerprint()), "",
                                 {.retain = true}));
  EXPECT_TRUE(fakes::wait_until([this] { return !trusted(); }));
}

TEST_F(LinkTest, ACaThatNobodyEndorsedIsNotTrusted) {
  const auto thief = lab_.broker().connect("thief");
  must(thief->publish(transport::topics::trusted_ca("main", ca().fingerprint()), "forged",
                      {.retain = true}));
  must(lab_.link().learn_cas());
  must(lab_.link().settle());
  EXPECT_FALSE(trusted());
}

TEST_F(LinkTest, WithoutCasToLearnThereIsNothingToSettle) {
  lab_.broker().drop("alice");
  EXPECT_TRUE(lab_.link().settle());
}

TEST_F(LinkTest, AFenceComesBackAndFailsWithoutALink) {
  EXPECT_TRUE(lab_.link().fence(20s));
  lab_.broker().drop("alice");
  EXPECT_EQ(lab_.link().fence(20s).error().code, Errc::unavailable);
  lab_.broker().restore("alice");
  EXPECT_TRUE(lab_.link().fence(20s));
}

TEST_F(LinkTest, AMarkIsToldOnceAndNotWhenTheLinkWasLost) {
  std::atomic<int> passed{0};
  const auto count = [&passed] { ++passed; };
  ASSERT_TRUE(lab_.link().mark(count));
  EXPECT_TRUE(fakes::wait_until([&passed] { return passed == 1; }));
  lab_.broker().drop("alice");
  EXPECT_EQ(lab_.link().mark(count).error().code, Errc::unavailable);
  lab_.broker().restore("alice");
  EXPECT_TRUE(lab_.link().fence(20s));
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
  must(lab_.link().fence(20s));  // past the first connection
  const auto lost = lab_.link().on_lost().add(tell("lost"));
  const auto relinked = lab_.link().on_relinked().add(tell("relinked"));
  lab_.broker().drop("alice");
  lab_.broker().restore("alice");
  must(lab_.link().fence(20s));
  const std::lock_guard lock(mutex);
  EXPECT_EQ(told, (std::vector<std::string>{"lost", "relinked"}));
}

}  // namespace
}  // namespace muster::client
