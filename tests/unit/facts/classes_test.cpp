#include "plugins/facts/classes.hpp"

#include <gmock/gmock.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::facts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ClassesTest, EveryFileIsReadAndEachClassNamedOnce) {
  const fakes::TempFolder folder;
  folder.write("a", "settings\nntp\nntp::install\n\n");
  folder.write("b", "ntp\r\napache\n");
  EXPECT_THAT(
      read_classes({(folder / "a").string(), (folder / "none").string(), (folder / "b").string()}),
      ElementsAre("apache", "ntp", "ntp::install", "settings"));
}

TEST(ClassesTest, BeforeTheFirstRunThereAreNone) {
  EXPECT_THAT(read_classes({"/no/such/file"}), IsEmpty());
}

TEST(ClassesTest, WhereBytesAreNotUtf8IsSaidAndTheOtherClassesStand) {
  const fakes::TempFolder folder;
  const auto wrong = folder.write("a", "ntp\nrole::\xe9t\xe9\napache\n").string();
  const auto good = folder.write("b", "straße\n").string();
  EXPECT_THAT(read_classes({wrong}), ElementsAre("apache", "ntp", "role::\uFFFDt\uFFFD"));
  EXPECT_THAT(doubtful_classes({wrong, good, "/no/such/file"}), ElementsAre(wrong + ":2"));
}

TEST(ClassesTest, TheirNumberHasALimit) {
  const fakes::TempFolder folder;
  std::string text;
  for (std::size_t i = 0; i < kClassesMax + 5; ++i) text += "c" + std::to_string(i) + "\n";
  EXPECT_EQ(read_classes({folder.write("a", text).string()}).size(), kClassesMax);
}

}  // namespace
}  // namespace muster::facts
