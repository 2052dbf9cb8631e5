#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/notifiers/email/address.hpp"
#include "plugins/notifiers/xmpp/address.hpp"

namespace muster::notifiers {
namespace {

TEST(MailAddressTest, OrdinaryOnesAreTaken) {
  for (const char* address : {"a@b", "first.last+tag@mail.example.com", "o'neil@example.com"})
    EXPECT_TRUE(email::check_address(address)) << address;
}

TEST(MailAddressTest, TheRestIsRefused) {
  for (const char* address :
       {"a", "@b", "a@", "a@b..c", "\"a b\"@c", "a@[127.0.0.1]", "a@b\n", "a>@b", "ü@b.c"})
    EXPECT_FALSE(email::check_address(address)) << address;
  EXPECT_FALSE(email::check_address(std::string(65, 'a') + "@b.c")) << "local part too long";
  EXPECT_FALSE(email::check_address("a@" + std::string(64, 'b'))) << "label too long";
}

TEST(ChatTargetTest, IsAPersonOrARoom) {
  const auto person = xmpp::parse_target("xmpp:ops@example.com").value();
  EXPECT_EQ(person.address, "ops@example.com");
  EXPECT_FALSE(person.room);
  const auto room = xmpp::parse_target("xmpp:room@conference.example.com?join").value();
  EXPECT_EQ(room.address, "room@conference.example.com");
  EXPECT_TRUE(room.room);
}

TEST(ChatTargetTest, TheRestIsRefused) {
  for (const char* target :
       {"xmpp:", "xmpp:ops", "xmpp:ops@", "xmpp:Ops@example.com", "xmpp:ops@example.com/phone",
        "xmpp:ops@example.com?message", "xmpp:room@c.example.com?join;password=secret",
        "xmpp:a@b@c", "xmpp:a%20b@c"})
    EXPECT_EQ(xmpp::parse_target(target).error().code, Errc::config) << target;
}

}  // namespace
}  // namespace muster::notifiers
