#include "tests/swarm/ca/folder_ca.hpp"

#include <gmock/gmock.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::swarm {
namespace {

constexpr auto kCaNode = "node00001.swarm.example";

// What one process does, another sees: each has a CA object of its own on the folder.
class FolderCaTest : public testing::Test {
 protected:
  FolderCaTest() { test::TestCa("Puppet CA: swarm").holder().write(folder_.path(), "ca"); }
  x509::SigningRequest request(const x509::Key& key) const {
    return x509::make_request({.common_name = kCaNode}, key).value();
  }

  const fakes::TempFolder folder_;
  const x509::Key key_ = x509::Key::generate_p256().value();
};

TEST_F(FolderCaTest, AnotherProcessSignsWhatWasPutAndIsKilledInBetween) {
  const auto asked = request(key_);
  EXPECT_TRUE(FolderCa(folder_.path()).put_request(kCaNode, asked));
  EXPECT_TRUE(FolderCa(folder_.path()).sign(kCaNode, asked.fingerprint).value());
  EXPECT_FALSE(FolderCa(folder_.path()).sign(kCaNode, asked.fingerprint).value());
  const auto its = FolderCa(folder_.path()).certificate(kCaNode);
  ASSERT_TRUE(its);
  EXPECT_TRUE(its->matches(key_));
}

TEST_F(FolderCaTest, AnotherRequestWaitsUntilTheNameIsCleaned) {
  FolderCa ca(folder_.path());
  const auto asked = request(key_);
  EXPECT_TRUE(ca.put_request(kCaNode, asked));
  EXPECT_TRUE(ca.put_request(kCaNode, asked)) << "the same may come again";
  const auto other = request(x509::Key::generate_p256().value());
  EXPECT_EQ(ca.put_request(kCaNode, other).error().code, Errc::aborted);
  EXPECT_EQ(ca.clean(kCaNode).was, "requested");
  EXPECT_TRUE(ca.put_request(kCaNode, other));
  EXPECT_EQ(ca.sign(kCaNode, asked.fingerprint).error().code, Errc::aborted);
}

TEST_F(FolderCaTest, WhatIsCleanedIsAmongTheRevokedAndNowhereElse) {
  FolderCa ca(folder_.path());
  const auto asked = request(key_);
  EXPECT_TRUE(ca.put_request(kCaNode, asked));
  EXPECT_TRUE(ca.sign(kCaNode, asked.fingerprint));
  const auto serial = ca.certificate(kCaNode)->serial_hex();
  EXPECT_GT(ca.signed_at_ms(kCaNode), 0);
  EXPECT_EQ(ca.clean(kCaNode).serials, std::vector<std::string>{serial});
  EXPECT_FALSE(ca.certificate(kCaNode));
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "revoked" / (serial + ".pem")));
  EXPECT_EQ(ca.clean(kCaNode).was, "absent");
  EXPECT_EQ(ca.signed_at_ms(kCaNode), 0);
}

}  // namespace
}  // namespace muster::swarm
