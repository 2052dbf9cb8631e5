#include "plugins/agents/puppet/catalog.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::puppet {
namespace {

class CatalogTest : public testing::Test {
 protected:
  CatalogTest() {
    paths_.vardir = folder_.path();
    folder_.write("state/resources.txt",
                  "file[/etc/motd]\nconcat::fragment[a [b]]\nfile[/srv]\n\nconcat::fragment[c]\n"
                  "\xff[x]\n");
  }
  fakes::TempFolder folder_;
  PuppetPaths paths_;
};

TEST_F(CatalogTest, TypesAreCountedUnderTheNamesThatPuppetWrites) {
  EXPECT_EQ(type_distribution(paths_),
            Value({{"File", 2}, {"Concat::Fragment", 2}, {"\uFFFD", 1}}));
}

TEST_F(CatalogTest, AResourceIsFoundInEitherCase) {
  EXPECT_TRUE(manages(paths_, "File[/etc/motd]").value());
  EXPECT_TRUE(manages(paths_, "concat::fragment[a [b]]").value());
  EXPECT_FALSE(manages(paths_, "file[/etc]").value());
  EXPECT_FALSE(manages(paths_, "file[/etc/motd]x").value());
}

TEST_F(CatalogTest, BeforeTheFirstRunNothingIsManaged) {
  paths_.vardir = folder_ / "elsewhere";
  EXPECT_EQ(type_distribution(paths_), Value::object());
  EXPECT_FALSE(manages(paths_, "file[/etc/motd]").value());
}

}  // namespace
}  // namespace muster::plugins::puppet
