#include "proto/base/secret_file.hpp"

#include <gmock/gmock.h>

#include "proto/base/files.hpp"
#include "proto/base/temp_folder.hpp"

namespace muster::base {
namespace {

class SecretFileTest : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& text, mode_t mode) {
    EXPECT_TRUE(write_file(folder_->path() / "secret", text, mode));
    return folder_->path() / "secret";
  }
  const Result<TempFolder> folder_ = TempFolder::make("secret-test");
};

TEST_F(SecretFileTest, AGuardedFileIsReadWhole) {
  const auto secret = read_secret(file("one\ntwo\n", 0600));
  ASSERT_TRUE(secret) << secret.error().message;
  EXPECT_EQ(secret->text(), "one\ntwo\n");
}

TEST_F(SecretFileTest, AFileThatOthersMayReadIsNotReadAtAll) {
  const auto secret = read_secret(file("password", 0644));
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, Errc::refused);
  EXPECT_THAT(secret.error().message, testing::HasSubstr("run: chmod 0600 "));
}

TEST_F(SecretFileTest, TheLimitIsKeptAndTheContentNeverTold) {
  EXPECT_EQ(read_secret(file("12345", 0600), Guard::secret, 5)->text(), "12345");
  const auto secret = read_secret(file("123456", 0600), Guard::secret, 5);
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, Errc::limit);
  EXPECT_THAT(secret.error().message, testing::Not(testing::HasSubstr("1234")));
}

TEST_F(SecretFileTest, WhatIsWipedOrMovedFromIsGone) {
  std::string text = "key";
  const char* const bytes = text.data();
  wipe(text);
  EXPECT_EQ(std::string(bytes, 3), std::string(3, '\0'));
  Secret first("short");
  const Secret second(std::move(first));
  EXPECT_EQ(second.text(), "short");
  EXPECT_EQ(first.text(), "");  // NOLINT(bugprone-use-after-move): that is the question
}

}  // namespace
}  // namespace muster::base
