#include "orchestrator/broker/capath.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

#include "orchestrator/broker/capath_watch.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::broker {
namespace {

namespace fs = std::filesystem;

class CapathTest : public testing::Test {
 protected:
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_.path()), {}));
  }

  fakes::TempFolder folder_;
  Capath capath_{folder_.path()};
  test::TestCa ca_{"Puppet CA: one"};
};

TEST_F(CapathTest, ACaIsWrittenUnderItsSubjectHashAndOnlyOnce) {
  EXPECT_EQ(capath_.add(ca_.certificate()), true);
  EXPECT_EQ(capath_.add(ca_.certificate()), false);
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(folder_.read(ca_.certificate().subject_hash() + ".0"), ca_.certificate().pem());
}

TEST_F(CapathTest, CasOfTheSameNameStandSideBySide) {
  const test::TestCa twin("Puppet CA: one");
  EXPECT_EQ(capath_.add(ca_.certificate()), true);
  EXPECT_EQ(capath_.add(twin.certificate()), true);
  EXPECT_EQ(capath_.add(twin.certificate()), false);
  EXPECT_EQ(folder_.read(twin.certificate().subject_hash() + ".1"), twin.certificate().pem());
}

TEST_F(CapathTest, SoManyCasOfOneNameAreALimit) {
  for (int i = 0; i < kSameNameMax; ++i)
    ASSERT_EQ(capath_.add(test::TestCa("Puppet CA: one").certificate()), true);
  const auto refused = capath_.add(ca_.certificate());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
}

TEST_F(CapathTest, ANodesCertificateIsNoCa) {
  const auto refused = capath_.add(ca_.issue_node("n1").certificate);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
  EXPECT_EQ(files(), 0U);
}
TEST_F(CapathTest, ACaIsTakenAwayWithoutAGapBeforeItsNamesakes) {
  const test::TestCa twin("Puppet CA: one");
  EXPECT_EQ(capath_.remove(ca_.certificate()), false);
  ASSERT_EQ(capath_.add(ca_.certificate()), true);
  ASSERT_EQ(capath_.add(twin.certificate()), true);
  EXPECT_EQ(capath_.remove(ca_.certificate()), true);
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(folder_.read(twin.certificate().subject_hash() + ".0"), twin.certificate().pem());
  EXPECT_EQ(capath_.remove(twin.certificate()), true);
  EXPECT_EQ(files(), 0U);
}

TEST_F(CapathTest, AWithdrawalTakesTheCaAwayAndAnOlderEndorsementDoesNotBringItBack) {
  test::MemoryBroker broker;
  const auto bus = broker.connect("watch");
  const auto publisher = broker.connect("orchestrator");
  std::atomic<int> asked{0};
  CapathWatch watch(
      *bus, "main",
      [&](std::string_view, std::string_view payload) -> Result<admission::Endorsement> {
        ++asked;
        return admission::Endorsement{.certificate = ca_.certificate(),
                                      .number = payload == "first" ? 1U : 2U,
                                      .withdrawn = payload == "withdrawn"};
      },
      Capath(folder_.path()));
  ASSERT_TRUE(watch.start());
  const auto topic = transport::topics::trusted_ca("main", ca_.certificate().fingerprint());
  ASSERT_TRUE(publisher->publish(topic, "first", {}));
  EXPECT_TRUE(fakes::wait_until([&] { return files() == 1; }));
  ASSERT_TRUE(publisher->publish(topic, "withdrawn", {}));
  EXPECT_TRUE(fakes::wait_until([&] { return files() == 0; }));
  ASSERT_TRUE(publisher->publish(topic, "first", {}));
  ASSERT_TRUE(publisher->publish(topic, "first", {}));
  EXPECT_TRUE(fakes::wait_until([&] { return asked == 4; }));
  EXPECT_EQ(files(), 0U);
  EXPECT_EQ(watch.written(), 1U);
}

TEST_F(CapathTest, TheWatchWritesWhatVerifiesAndNothingElse) {
  test::MemoryBroker broker;
  const auto bus = broker.connect("watch");
  const auto publisher = broker.connect("orchestrator");
  std::atomic<int> asked{0};
  CapathWatch watch(
      *bus, "main",
      [&](std::string_view, std::string_view payload) -> Result<admission::Endorsement> {
        ++asked;
        if (payload == "forged") return fail(Errc::refused, "forged");
        return admission::Endorsement{.certificate = ca_.certificate(), .number = 1};
      },
      Capath(folder_.path()));
  ASSERT_TRUE(watch.start());
  const auto topic = transport::topics::trusted_ca("main", ca_.certificate().fingerprint());
  ASSERT_TRUE(publisher->publish(topic, "", {}));
  ASSERT_TRUE(publisher->publish(topic, "forged", {}));
  ASSERT_TRUE(publisher->publish(topic, "signed", {}));
  ASSERT_TRUE(publisher->publish(topic, "signed", {}));
  EXPECT_TRUE(fakes::wait_until([&] { return asked == 3; }));
  EXPECT_TRUE(fakes::wait_until([&] { return watch.written() == 1; }));
  EXPECT_EQ(files(), 1U);
}

}  // namespace
}  // namespace muster::broker
