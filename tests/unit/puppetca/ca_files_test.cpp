#include "plugins/agents/puppetca/ca_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <string>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::puppetca {
namespace {

// The folder is that of another user, who may lay there what they like.
class CaProbeTest : public testing::Test {
 protected:
  std::ptrdiff_t files() const {
    return std::distance(std::filesystem::directory_iterator(folder_ / "ca"), {});
  }
  const fakes::TempFolder folder_;
  const std::filesystem::path others_ = folder_.write("others", "not to be written");
  const std::filesystem::path in_ca_ = folder_.write("ca/ca_crt.pem", "a certificate");
};

TEST_F(CaProbeTest, AFolderThatCanBeWrittenIsLeftAsItWas) {
  EXPECT_TRUE(CaFiles(folder_ / "ca").can_be_written());
  EXPECT_EQ(files(), 1);
}

TEST_F(CaProbeTest, AHardLinkUnderTheNameThatItOnceHadIsNeitherWrittenNorRemoved) {
  const auto planted =
      folder_ / "ca" /
      (".muster-probe-" + std::to_string(::getpid()) + "-" + std::to_string(::gettid()));
  std::filesystem::create_hard_link(others_, planted);
  EXPECT_TRUE(CaFiles(folder_ / "ca").can_be_written());
  EXPECT_EQ(folder_.read("others"), "not to be written");
  EXPECT_TRUE(std::filesystem::exists(planted));
  EXPECT_EQ(files(), 2);
}

// ext4 keeps the last twentieth for root, who finds room where the CA finds none.
TEST_F(CaProbeTest, WhatIsLeftForRootAloneIsNoRoomForTheCa) {
  struct statvfs its {};
  its.f_blocks = its.f_bfree = 1'000;
  its.f_files = its.f_ffree = 1'000;
  its.f_bavail = its.f_favail = 1;
  EXPECT_TRUE(has_room("/ca", its));
  its.f_bavail = 0;
  const auto full = has_room("/ca", its);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().message, "its CA cannot write to /ca: No space left on device");
  its.f_bavail = 1;
  its.f_favail = 0;
  EXPECT_FALSE(has_room("/ca", its));
}

TEST_F(CaProbeTest, AFileSystemThatCountsNothingIsNotTakenForFull) {
  EXPECT_TRUE(has_room("/ca", {}));
}

TEST_F(CaProbeTest, AFolderThatIsNotThereIsSaidSo) {
  const auto written = CaFiles(folder_ / "none").can_be_written();
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::io);
}

}  // namespace
}  // namespace muster::plugins::puppetca
