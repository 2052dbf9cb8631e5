#include "proto/base/temp_folder.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace muster::base {
namespace {

TEST(TempFolderTest, GoesWithAllThatIsInIt) {
  std::filesystem::path path;
  {
    const auto folder = TempFolder::make("muster-test").value();
    path = folder.path();
    std::ofstream(folder.file("note")) << "x";
    EXPECT_TRUE(std::filesystem::exists(path / "note"));
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(TempFolderTest, OnlyTheLastOwnerTakesItAway) {
  auto first = TempFolder::make("muster-test").value();
  const auto path = first.path();
  {
    const TempFolder second = std::move(first);
    EXPECT_TRUE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace muster::base
