#include "orchestrator/broker/capath.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/fakes/temp_folder.hpp"
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

TEST_F(CapathTest, AnIntermediateCaIsTrustedWithoutItsRoot) {
  const auto issuing = test::TestCa::under(ca_, "Puppet CA: m1");
  EXPECT_EQ(capath_.add(issuing.certificate()), true);
  EXPECT_EQ(capath_.add(issuing.certificate()), false) << "it is read back";
  EXPECT_TRUE(folder_.read(issuing.certificate().subject_hash() + ".0")
                  .starts_with("-----BEGIN TRUSTED CERTIFICATE-----"));
  EXPECT_EQ(capath_.all().front().fingerprint(), issuing.certificate().fingerprint());
  EXPECT_EQ(capath_.remove(issuing.certificate()), true);
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

TEST_F(CapathTest, AllItsCasAreTold) {
  const test::TestCa other("Puppet CA: two");
  ASSERT_EQ(capath_.add(ca_.certificate()), true);
  ASSERT_EQ(capath_.add(other.certificate()), true);
  folder_.write("0123abcd.0", "no certificate");
  const auto all = capath_.all();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_NE(all[0].fingerprint(), all[1].fingerprint());
}

}  // namespace
}  // namespace muster::broker
