#include "orchestrator/broker/password_file.hpp"

#include <gtest/gtest.h>

namespace muster::broker {
namespace {

TEST(PasswordFileTest, TheLineHasMosquittosForm) {
  const auto line = password_line("join", "secret");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->rfind("join:$7$101$", 0), 0U) << *line;
  EXPECT_EQ(line->back(), '\n');
  // 12 bytes of salt are 16 characters, 64 of hash are 88.
  EXPECT_EQ(line->size(), std::string("join:$7$101$").size() + 16 + 1 + 88 + 1);
  EXPECT_EQ(line->find("secret"), std::string::npos);
}

TEST(PasswordFileTest, TheSamePasswordGetsAnotherSaltEachTime) {
  EXPECT_NE(*password_line("join", "secret"), *password_line("join", "secret"));
}

TEST(PasswordFileTest, AnEmptyPasswordIsRefused) {
  const auto line = password_line("join", "");
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, Errc::config);
}

}  // namespace
}  // namespace muster::broker
