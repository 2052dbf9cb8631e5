#include "plugins/puppet/exit_code.hpp"

#include <gmock/gmock.h>

namespace muster::plugins::puppet {
namespace {

TEST(PuppetExitCodeTest, ARunWithOrWithoutChangesSucceeded) {
  for (const int exit_code : {0, 2}) {
    EXPECT_TRUE(run_succeeded(exit_code)) << exit_code;
    EXPECT_TRUE(check_exit_code(exit_code).has_value()) << exit_code;
  }
  EXPECT_FALSE(run_changed(0));
  EXPECT_TRUE(run_changed(2));
}

TEST(PuppetExitCodeTest, EveryOtherCodeFailedAndSaysHow) {
  for (const auto& [exit_code, code, text] : {
           std::tuple{1, Errc::aborted, "puppet could not run (exit 1)"},
           std::tuple{4, Errc::aborted, "resources of the catalogue failed (exit 4)"},
           std::tuple{6, Errc::aborted,
                      "some changes were made and some resources failed (exit 6)"},
           std::tuple{124, Errc::timeout, "puppet was stopped at its time limit"},
           std::tuple{3, Errc::aborted, "puppet ended with exit 3"},
           std::tuple{137, Errc::aborted, "puppet ended with exit 137"},
           std::tuple{-1, Errc::aborted, "puppet ended with exit -1"},
       }) {
    EXPECT_FALSE(run_succeeded(exit_code)) << exit_code;
    const auto judged = check_exit_code(exit_code);
    ASSERT_FALSE(judged.has_value()) << exit_code;
    EXPECT_EQ(judged.error().code, code) << exit_code;
    EXPECT_EQ(judged.error().message, text);
  }
}

TEST(PuppetExitCodeTest, ChangesBesideFailuresAreChangesToo) {
  EXPECT_TRUE(run_changed(6));
  EXPECT_FALSE(run_changed(4));
  EXPECT_FALSE(run_changed(1));
}

}  // namespace
}  // namespace muster::plugins::puppet
