#include "plugins/agents/puppetca/lost.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_crl.hpp"

namespace muster::plugins::puppetca {
namespace {

constexpr std::int64_t kNowMs = 1'800'000'000'000;  // 2027

class LostTest : public testing::Test {
 protected:
  LostTest() {
    folder_.write("ca_crt.pem", ca_.certificate().pem());
    revoke({});
  }
  void revoke(const std::vector<std::string>& serials) {
    folder_.write("ca_crl.pem", test::revocation_list(ca_, serials));
  }
  void issued(const std::string& serial, const std::string& name, int until_year = 2031) {
    inventory_ += fmt::format("0x{} 2026-11-27T22:07:32UTC {}-11-27T22:07:32UTC /CN={}\n", serial,
                              until_year, name);
    folder_.write("inventory.txt", inventory_);
  }
  std::vector<std::string> lost(const std::string& certname = "") {
    const auto found = find_lost(CaFiles(folder_.path()), kNowMs, certname);
    EXPECT_TRUE(found) << (found ? "" : found.error().message);
    std::vector<std::string> serials;
    if (found)
      for (const auto& one : found->lost) serials.push_back(one.serial);
    return serials;
  }

  const fakes::TempFolder folder_;
  const test::TestCa ca_{"Puppet CA: m1.example"};
  std::string inventory_;
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
  const auto found = find_lost(CaFiles(folder_.path()), kNowMs);
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("ca_crl.pem"), std::string::npos);
}

}  // namespace
}  // namespace muster::plugins::puppetca
