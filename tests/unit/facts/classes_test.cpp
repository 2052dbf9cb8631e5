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

TEST(ClassesTest, TheirNumberHasALimit) {
  const fakes::TempFolder folder;
  std::string text;
  for (std::size_t i = 0; i < kClassesMax + 5; ++i) text += "c" + std::to_string(i) + "\n";
  EXPECT_EQ(read_classes({folder.write("a", text).string()}).size(), kClassesMax);
}

}  // namespace
}  // namespace muster::facts
