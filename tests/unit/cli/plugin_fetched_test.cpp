#include "orchestrator/cli/plugin/fetched.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"
#include "proto/ddl/ddl.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::cli {
namespace {

class FetchedDescriptionTest : public testing::Test {
 protected:
  Result<Kept> keep(int version, bool replaces = false) const {
    return keep_description(folder_ / "ddl", "parrot", {{"version", version}}, replaces);
  }
  std::string text() const {
    return base::read_file(folder_ / "ddl/parrot.json").value_or(std::string());
  }
  const fakes::TempFolder folder_;
};

TEST_F(FetchedDescriptionTest, ItIsWrittenWithItsFolder) {
  EXPECT_EQ(keep(1), Kept::is_new);
  EXPECT_EQ(text(), "{\n  \"version\": 1\n}\n");
}

TEST_F(FetchedDescriptionTest, TheSameAgainChangesNothing) {
  ASSERT_TRUE(keep(1));
  ASSERT_TRUE(base::write_file(folder_ / "ddl/parrot.json", "{\"version\":1}"));
  EXPECT_EQ(keep(1), Kept::is_the_same);
  EXPECT_EQ(text(), "{\"version\":1}");
}

TEST_F(FetchedDescriptionTest, AnotherOneStaysUnlessItIsToBeReplaced) {
  ASSERT_TRUE(keep(1));
  const auto refused = keep(2);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("ddl/parrot.json holds another"));
  EXPECT_THAT(text(), testing::HasSubstr("1"));
  EXPECT_EQ(keep(2, /*replaces=*/true), Kept::replaced);
  EXPECT_THAT(text(), testing::HasSubstr("2"));
}

TEST_F(FetchedDescriptionTest, OneThatNobodyCouldReadAsAFileIsNotWritten) {
  // Small as it is sent, large as it is indented.
  auto numbers = Value::array();
  for (std::size_t i = 0; i < ddl::kDocumentMaxBytes / 4; ++i) numbers.push_back(1);
  const Value description{{"numbers", std::move(numbers)}};
  ASSERT_LT(description.dump().size(), ddl::kDocumentMaxBytes);
  const auto refused = keep_description(folder_ / "ddl", "parrot", description, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "ddl/parrot.json"));
}

TEST_F(FetchedDescriptionTest, AFileThatIsNoDescriptionIsAnotherOne) {
  ASSERT_TRUE(base::write_file(folder_ / "ddl/parrot.json", "{"));
  EXPECT_FALSE(keep(1));
}

}  // namespace
}  // namespace muster::cli
