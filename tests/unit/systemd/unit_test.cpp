#include "plugins/systemd/unit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::systemd {
namespace {

using testing::HasSubstr;

TEST(UnitNameTest, WhatPeopleTypeBecomesAUnitsFullName) {
  const std::pair<const char*, const char*> names[] = {
      {"nginx", "nginx.service"},           {"nginx.service", "nginx.service"},
      {"getty@tty1", "getty@tty1.service"}, {"apt-daily.timer", "apt-daily.timer"},
      {"ssh.socket", "ssh.socket"},         {"my.conf", "my.conf.service"},
      {"a\\x2db", "a\\x2db.service"}};
  for (const auto& [typed, unit] : names) EXPECT_EQ(unit_name(typed).value_or("?"), unit) << typed;
}

TEST(UnitNameTest, WhatIsNoServiceIsRefusedInWords) {
  const std::pair<std::string, const char*> wrong[] = {
      {"", "no service's name"},
      {"a b", "no service's name"},
      {"../x", "no service's name"},
      {"x;reboot", "no service's name"},
      {"multi-user.target", "is a target: only services"},
      {"system.slice", "is a slice"},
      {".service", "has no name"},
      {"getty@", "name an instance: getty@NAME.service"},
      {"getty@.service", "name an instance: getty@NAME.service"},
      {std::string(250, 'a'), "at most 247 characters"}};
  for (const auto& [typed, says] : wrong) {
    const auto name = unit_name(typed);
    ASSERT_FALSE(name) << typed;
    EXPECT_EQ(name.error().code, Errc::invalid_data) << typed;
    EXPECT_THAT(name.error().message, HasSubstr(says)) << typed;
  }
}

TEST(UnitStateTest, RunningIsWhatSystemctlCallsActive) {
  UnitState state;
  for (const char* up : {"active", "reloading"}) {
    state.active_state = up;
    EXPECT_TRUE(state.running()) << up;
  }
  for (const char* down : {"inactive", "failed", "activating", "deactivating", ""}) {
    state.active_state = down;
    EXPECT_FALSE(state.running()) << down;
  }
}

TEST(UnitStateTest, StaticAndMaskedUnitsAreNotEnabled) {
  UnitState state;
  for (const char* yes : {"enabled", "enabled-runtime"}) {
    state.unit_file_state = yes;
    EXPECT_TRUE(state.enabled()) << yes;
  }
  for (const char* no : {"disabled", "static", "masked", "linked", "indirect", "generated", ""}) {
    state.unit_file_state = no;
    EXPECT_FALSE(state.enabled()) << no;
  }
}

}  // namespace
}  // namespace muster::systemd
