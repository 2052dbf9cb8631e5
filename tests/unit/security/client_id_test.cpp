#include "proto/security/client_id.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::security {
namespace {

TEST(ClientIdTest, ItIsTheKeysAndThePurposesOwn) {
  const auto key = x509::Key::generate_p256().value();
  const auto id = client_id(key, "member n1").value();
  EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(client_id(key, "member n1").value(), id);
  EXPECT_NE(client_id(key, "orchestrator main").value(), id);
  EXPECT_NE(client_id(x509::Key::generate_p256().value(), "member n1").value(), id);
}

TEST(ClientIdTest, ThePublicHalfDoesNotMakeIt) {
  const auto key = x509::Key::generate_p256().value();
  const auto half = x509::Key::public_from_der(key.public_der()).value();
  EXPECT_EQ(client_id(half, "member n1").error().code, Errc::refused);
}

}  // namespace
}  // namespace muster::security
