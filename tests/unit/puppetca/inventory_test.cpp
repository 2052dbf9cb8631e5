#include "plugins/agents/puppetca/inventory.hpp"

#include <gtest/gtest.h>

namespace muster::plugins::puppetca {
namespace {

TEST(CaInventoryTest, ReadsWhatPuppetServerWrites) {
  const auto inventory = parse_inventory(
      "0x0001 2026-11-27T22:07:32UTC 2031-11-27T22:07:32UTC /CN=Puppet CA: m1.test\n"
      "0x001F 2026-11-27T22:07:33UTC 2031-11-27T22:07:33UTC /CN=n1.test\n"
      "0x0123 1970-01-01T00:00:00UTC 1970-01-01T00:00:01UTC /OU=x/CN=n2.test\n");
  ASSERT_EQ(inventory.issued.size(), 3U);
  EXPECT_EQ(inventory.unread_lines, 0U);
  EXPECT_EQ(inventory.issued[0].name, "Puppet CA: m1.test");
  EXPECT_EQ(inventory.issued[0].serial, "01");
  EXPECT_EQ(inventory.issued[1].serial, "1f");
  EXPECT_EQ(inventory.issued[1].not_after_ms, 1'953'583'653'000);
  EXPECT_EQ(inventory.issued[2].serial, "0123");
  EXPECT_EQ(inventory.issued[2].name, "n2.test");
  EXPECT_EQ(inventory.issued[2].not_after_ms, 1'000);
}

TEST(CaInventoryTest, DamagedLinesAreCountedAndTheOthersRead) {
  const auto inventory = parse_inventory(
      "0x0001 2026-11-27T22:07:32UTC 2031-11-27T22:07:32UTC /CN=a.test\n"
      "0x 2026-11-27T22:07:32UTC 2031-11-27T22:07:32UTC /CN=b.test\n"
      "0xzz 2026-11-27T22:07:32UTC 2031-11-27T22:07:32UTC /CN=b.test\n"
      "0x0002 2026-11-27T22:07:32UTC never /CN=b.test\n"
      "0x0002 2026-11-27T22:07:32UTC 2031-11-27T22:07:32UTC\n"
      "0x0002 2026-11-27T22:07:32UTC 2031-11-27T22:07:32UTC b.test\n"
      "\n"
      "0x0003 2026-11-27T22:07:32UTC 2031-11-27T22:07:32UTC /CN=c.te");
  EXPECT_EQ(inventory.issued.size(), 2U);
  EXPECT_EQ(inventory.unread_lines, 5U);
}

}  // namespace
}  // namespace muster::plugins::puppetca
