#include "proto/x509/puppet_oids.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::x509 {
namespace {

using testing::HasSubstr;

TEST(PuppetOidsTest, NamesAreThoseOfPuppetsRegistryAndNumbersAreThemselves) {
  EXPECT_EQ(puppet_oid("pp_role"), "1.3.6.1.4.1.34380.1.1.13");
  EXPECT_EQ(puppet_oid("pp_owner"), "1.3.6.1.4.1.34380.1.1.26");
  EXPECT_EQ(puppet_oid("1.3.6.1.4.1.34380.1.2.7"), "1.3.6.1.4.1.34380.1.2.7");
  EXPECT_EQ(puppet_name("1.3.6.1.4.1.34380.1.1.13"), "pp_role");
  EXPECT_EQ(puppet_name("1.3.6.1.4.1.34380.1.2.7"), "1.3.6.1.4.1.34380.1.2.7");
  EXPECT_THAT(puppet_oid("pp_rol").error().message, HasSubstr("did you mean 'pp_role'?"));
  EXPECT_THAT(puppet_oid("role").error().message, HasSubstr("1.3.6.1.4.1.34380.1.2.N"));
}

TEST(PuppetOidsTest, ANodeIsGivenNoAuthorityUnderAnySpelling) {
  for (const auto* name : {"pp_auth_role", "pp_authorization", "pp_cli_auth",
                           "1.3.6.1.4.1.34380.1.3.39", "1.3.6.1.4.1.34380.1.3"}) {
    const auto oid = node_extension(name);
    ASSERT_FALSE(oid) << name;
    EXPECT_EQ(oid.error().code, Errc::refused) << name;
  }
}

TEST(PuppetOidsTest, OfOthersThanPuppetsExtensionsNodesHaveNone) {
  for (const auto* name :
       {"2.5.29.19", "2.5.29.17", "1.3.6.1.4.1.34380.1.1", "1.3.6.1.4.1.34380.1.10.1",
        "1.3.6.1.4.1.34380.1.01.13", "1.3.6.1.4.1.34380.1.1.", "basicConstraints", "", "1"})
    EXPECT_FALSE(node_extension(name)) << name;
  EXPECT_TRUE(node_extension("1.3.6.1.4.1.34380.1.2.1.1"));
}

TEST(PuppetOidsTest, AttributesOfRequestsHaveOpensslsNamesToo) {
  EXPECT_EQ(request_attribute("challengePassword"), "1.2.840.113549.1.9.7");
  EXPECT_EQ(request_attribute("1.2.840.113549.1.9.7"), "1.2.840.113549.1.9.7");
  EXPECT_EQ(request_attribute("pp_preshared_key"), "1.3.6.1.4.1.34380.1.1.4");
  EXPECT_FALSE(request_attribute("nonsense"));
  for (const auto* name : {"extReq", "1.2.840.113549.1.9.14", "msExtReq"})
    EXPECT_THAT(request_attribute(name).error().message, HasSubstr("extension_requests")) << name;
}

}  // namespace
}  // namespace muster::x509
