#include "proto/x509/revocations.hpp"

#include <gtest/gtest.h>

#include "tests/support/pki/test_crl.hpp"

namespace muster::x509 {
namespace {

using test::revocation_list;

class RevocationsTest : public testing::Test {
 protected:
  const test::TestCa ca_{"Puppet CA: m1.example"};
  const test::TestCa other_{"Puppet CA: m2.example"};
};

TEST_F(RevocationsTest, TellsWhichSerialsAreRevoked) {
  const auto node = ca_.issue_node("n1.example").certificate.serial_hex();
  const auto list = Revocations::from_pem(revocation_list(ca_, {node, "1f"}), ca_.certificate());
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_TRUE(list->contains(node));
  EXPECT_TRUE(list->contains("1f"));
  EXPECT_FALSE(list->contains("20"));
  EXPECT_EQ(list->size(), 2U);
}

TEST_F(RevocationsTest, OfABundleTheCasOwnListCounts) {
  const auto bundle = revocation_list(other_, {"01"}) + revocation_list(ca_, {"02"});
  const auto list = Revocations::from_pem(bundle, ca_.certificate());
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_TRUE(list->contains("02"));
  EXPECT_FALSE(list->contains("01"));
}

TEST_F(RevocationsTest, AListOfAnotherCaIsRefusedAlsoUnderTheSameName) {
  const test::TestCa namesake("Puppet CA: m1.example");
  for (const auto& pem : {revocation_list(other_, {}), revocation_list(namesake, {"01"}),
                          std::string("no list"), std::string()})
    EXPECT_EQ(Revocations::from_pem(pem, ca_.certificate()).error().code, Errc::refused);
}

TEST_F(RevocationsTest, AnEmptyListRevokesNothing) {
  const auto list = Revocations::from_pem(revocation_list(ca_, {}), ca_.certificate());
  ASSERT_TRUE(list);
  EXPECT_EQ(list->size(), 0U);
}

}  // namespace
}  // namespace muster::x509
