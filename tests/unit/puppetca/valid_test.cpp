#include "plugins/agents/puppetca/valid.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/puppetca/ca_folder_lab.hpp"

namespace muster::plugins::puppetca {
namespace {

constexpr std::int64_t kListedAtMs = 1'800'000'000'000;  // 2027

class ValidTest : public CaFolderTest {
 protected:
  ValidPage page(std::size_t from = 0) {
    auto found = find_valid(files(), kListedAtMs, from);
    if (!found) throw std::runtime_error(found.error().message);
    return *std::move(found);
  }
};

TEST_F(ValidTest, ExpiredRevokedAndTheCasOwnAreLeftOut) {
  issued("0001", "Puppet CA: m1.example");
  issued("0002", "n1.example");
  issued("0003", "n2.example", 2026);
  issued("0004", "n3.example");
  revoke({"02"});
  const auto found = page();
  ASSERT_EQ(found.certificates.size(), 1U);
  EXPECT_EQ(found.certificates.front().issued.name, "n3.example");
  EXPECT_FALSE(found.certificates.front().current) << "signed/ holds none";
  EXPECT_EQ(found.next, 0U);
}

TEST_F(ValidTest, TheCurrentOneOfANameIsToldFromItsPredecessor) {
  const auto current = ca_.issue_node("n1.example").certificate;
  folder_.write("signed/n1.example.pem", current.pem());
  issued("0002", "n1.example");
  issued(current.serial_hex(), "n1.example");
  const auto found = page();
  ASSERT_EQ(found.certificates.size(), 2U);
  EXPECT_FALSE(found.certificates.at(0).current);
  EXPECT_TRUE(found.certificates.at(1).current);
}

TEST_F(ValidTest, PagesHoldEachOnceAndTheLastSaysSo) {
  for (std::size_t i = 0; i < kValidPerPage + 2; ++i) {
    issued(fmt::format("{:04x}", 2 * i + 2), fmt::format("old{}.example", i), 2026);
    issued(fmt::format("{:04x}", 2 * i + 3), fmt::format("n{}.example", i));
  }
  const auto first = page();
  EXPECT_EQ(first.certificates.size(), kValidPerPage);
  ASSERT_GT(first.next, 0U);
  const auto second = page(first.next);
  ASSERT_EQ(second.certificates.size(), 2U);
  EXPECT_EQ(second.certificates.front().issued.name, fmt::format("n{}.example", kValidPerPage));
  EXPECT_EQ(second.next, 0U);
  EXPECT_TRUE(page(inventory_.size()).certificates.empty()) << "beyond the end is nothing";
}

}  // namespace
}  // namespace muster::plugins::puppetca
