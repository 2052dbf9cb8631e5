#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/notifiers/percent.hpp"
#include "plugins/notifiers/secret.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::notifiers {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(SecretTest, IsTheFilesOnlyLine) {
  const fakes::TempFolder folder;
  EXPECT_EQ(read_secret(folder.write("a", "s3cret with blanks \n", 0600)).value(),
            "s3cret with blanks ");
  EXPECT_EQ(read_secret(folder.write("b", "s3cret", 0600)).value(), "s3cret");
}

TEST(SecretTest, ErrorsNameTheFileAndNeverItsContent) {
  const fakes::TempFolder folder;
  for (const auto& content :
       {std::string("hidden\nsecond"), std::string(2000, 'h'), std::string("\n")}) {
    const auto secret = read_secret(folder.write("pw", content, 0600));
    ASSERT_FALSE(secret);
    EXPECT_EQ(secret.error().code, Errc::config);
    EXPECT_THAT(secret.error().message, HasSubstr((folder / "pw").string()));
    EXPECT_THAT(secret.error().message, Not(HasSubstr("hh")));
    EXPECT_THAT(secret.error().message, Not(HasSubstr("hidden")));
  }
  EXPECT_EQ(read_secret(folder / "none").error().code, Errc::config);
}

TEST(PercentTest, IsDecodedStrictly) {
  EXPECT_EQ(percent_decoded("a%2Bb%40").value(), "a+b@");
  for (const char* text : {"%", "%4", "%4g", "%+4", "% 4"})
    EXPECT_FALSE(percent_decoded(text)) << text;
}

}  // namespace
}  // namespace muster::notifiers
