#include "plugins/agents/puppetca/lost.hpp"

#include <gtest/gtest.h>

#include "proto/base/files.hpp"
#include "tests/unit/puppetca/ca_folder_lab.hpp"

namespace muster::plugins::puppetca {
namespace {

constexpr std::int64_t kNowMs = 1'800'000'000'000;  // 2027

class LostTest : public CaFolderTest {
 protected:
  std::vector<std::string> lost(const std::string& certname = "") {
    const auto found = find_lost(files(), kNowMs, certname);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    std::vector<std::string> serials;
    if (found)
      for (const auto& one : found->lost) serials.push_back(one.serial);
    return serials;
  }
};

using Serials = std::vector<std::string>;

TEST_F(LostTest, AValidOneInNoListAndWithoutItsFileIsLost) {
  issued("0002", "n1.example");
  EXPECT_EQ(lost(), Serials{"02"});
}

TEST_F(LostTest, RevokedAndExpiredOnesAreNot) {
  issued("0002", "n1.example");
  issued("0003", "n2.example", 2026);
  revoke({"02"});
  EXPECT_EQ(lost(), Serials{});
}

TEST_F(LostTest, TheCurrentOneOfANameIsNotItsPredecessorIs) {
  const auto current = ca_.issue_node("n1.example").certificate;
  folder_.write("signed/n1.example.pem", current.pem());
  issued("0002", "n1.example");
  issued(current.serial_hex(), "n1.example");
  EXPECT_EQ(lost(), Serials{"02"});
}

TEST_F(LostTest, TheCaItselfIsNotAndOneNameMayBeAskedFor) {
  issued("0001", "Puppet CA: m1.example");
  issued("0002", "n1.example");
  issued("0003", "n2.example");
  EXPECT_EQ(lost(), (Serials{"02", "03"}));
  EXPECT_EQ(lost("n2.example"), Serials{"03"});
}

TEST_F(LostTest, AListThatTheCaDidNotSignProvesNothing) {
  issued("0002", "n1.example");
  folder_.write("ca_crl.pem", test::revocation_list(test::TestCa("Puppet CA: m1.example"), {"02"}));
  const auto found = find_lost(files(), kNowMs);
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("ca_crl.pem"), std::string::npos);
}

}  // namespace
}  // namespace muster::plugins::puppetca
