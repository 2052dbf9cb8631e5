#include "orchestrator/notify/digest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::notify {
namespace {

using testing::HasSubstr;

TEST(DigestTest, ListsEverySubjectBeforeTheTexts) {
  const auto digest =
      digest_of("d1", {{"a", "one", "first text", Value(1)}, {"b", "two", "", Value(2)}});
  EXPECT_EQ(digest.id, "d1");
  EXPECT_EQ(digest.subject, "2 notifications");
  EXPECT_EQ(digest.text, "- one\n- two\n\n== one\nfirst text\n");
  EXPECT_EQ(digest.data, Value::parse("[1, 2]"));
}

TEST(DigestTest, StaysWithinItsLimitAndSaysWhatIsMissing) {
  std::vector<plugins::Notification> parts;
  for (std::size_t i = 0; i < kDigestRowsMax; ++i)
    parts.push_back({std::to_string(i), std::string(100, 's'), std::string(1000, 't'), {}});
  const auto digest = digest_of("d1", parts);
  EXPECT_LE(digest.text.size(), kDigestTextMaxBytes + 200);
  EXPECT_THAT(digest.text, HasSubstr("- and 302 more"));
  EXPECT_THAT(digest.text, HasSubstr("texts are left out"));
}

}  // namespace
}  // namespace muster::notify
