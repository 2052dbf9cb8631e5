#include "proto/x509/pair_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/x509/certificate.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::x509 {
namespace {

class PairFilesTest : public testing::Test {
 protected:
  test::Holder holder() const { return pki_.root().issue_member("bob", "operator"); }
  Status write(const test::Holder& holder) const {
    return write_pair(files_, holder.key.private_pem().value(), holder.certificate.pem());
  }
  bool fits() const {
    const auto key = Key::private_from_file(files_.key);
    const auto certificate = Certificate::from_file(files_.certificate);
    return key && certificate && certificate->matches(*key);
  }

  const test::TestPki pki_;
  const fakes::TempFolder folder_;
  const PairFiles files_{folder_ / "bob.key", folder_ / "bob.pem"};
};

TEST_F(PairFilesTest, WhatIsWrittenFitsAndLeavesNothingBeside) {
  ASSERT_TRUE(write(holder()));
  ASSERT_TRUE(write(holder()));
  EXPECT_TRUE(fits());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "bob.pem.next"));
  EXPECT_EQ(std::filesystem::status(files_.key).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

// The three moments in which a kill may come.
TEST_F(PairFilesTest, WhereverItIsKilledWhoReadsFindsAPair) {
  const auto first = holder();
  const auto second = holder();
  ASSERT_TRUE(write(first));
  folder_.write("bob.pem.next", second.certificate.pem());
  ASSERT_TRUE(finish_pair(files_));
  EXPECT_TRUE(fits()) << "the first, for the second key is not there";
  EXPECT_EQ(Certificate::from_file(files_.certificate)->fingerprint(),
            first.certificate.fingerprint());
  folder_.write("bob.key", second.key.private_pem().value());
  std::filesystem::permissions(
      files_.key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_FALSE(fits());
  ASSERT_TRUE(finish_pair(files_));
  EXPECT_TRUE(fits()) << "the second";
  ASSERT_TRUE(finish_pair(files_));
  EXPECT_TRUE(fits());
}

TEST_F(PairFilesTest, WhatIsDamagedOrNotThereIsLeftToWhoReads) {
  EXPECT_TRUE(finish_pair(files_));
  ASSERT_TRUE(write(holder()));
  folder_.write("bob.pem.next", "half");
  EXPECT_TRUE(finish_pair(files_));
  EXPECT_TRUE(fits());
}

TEST_F(PairFilesTest, WhereItCannotBeFinishedTheFilesAreNamed) {
  const auto second = holder();
  folder_.write("bob.pem.next", second.certificate.pem());
  folder_.write("bob.key", second.key.private_pem().value());
  std::filesystem::permissions(
      files_.key, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  folder_.write("bob.pem/in-the-way", "");
  const auto refused = finish_pair(files_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("bob.pem.next belongs to the key"));
}

}  // namespace
}  // namespace muster::x509
