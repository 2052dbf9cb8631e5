#include "orchestrator/cli/render/inventory.hpp"
#include "tests/unit/cli/render/plain_style.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace muster::cli::render {
namespace {

using testing::HasSubstr;

std::string shown(const Value& facts) {
  return inventory_text("n1", {{"facts", facts}, {"classes", {"base"}}}, Value::object(), kPlain);
}

TEST(InventoryTest, NestedFactsHaveTheNamesThatFiltersTake) {
  const auto text = shown({{"os", {{"name", "Debian"}, {"release", {{"major", "12"}}}}}});
  EXPECT_THAT(text, HasSubstr("\n   os.name => Debian\n   os.release.major => 12\n"));
}

TEST(InventoryTest, ListsAndEmptyMapsStandOnTheirLine) {
  EXPECT_THAT(shown({{"disks", {"sda", "sdb"}}}), HasSubstr("   disks => sda, sdb\n"));
  EXPECT_THAT(shown({{"empty", Value::object()}}), HasSubstr("   empty => {}\n"));
}

TEST(InventoryTest, DisabledAgentsAreNamedWithTheirReasonWhereThereAreAny) {
  const Value inventory{
      {"disabled_agents", Value::array({{{"agent", "parrot"}, {"reason", "not JSON"}}})}};
  EXPECT_THAT(inventory_text("n1", inventory, Value::object(), kPlain),
              HasSubstr("\nDisabled Agents:\n   parrot: not JSON\n"));
  EXPECT_THAT(shown(Value::object()), testing::Not(HasSubstr("Disabled")));
}

TEST(InventoryTest, WhatANodeSendsCannotSteerTheTerminal) {
  EXPECT_EQ(shown({{"\x1b[2J", {{"a\nb", "\x1b[0m"}}}}).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace muster::cli::render
