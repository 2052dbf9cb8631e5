#include "orchestrator/cli/verified_nodes.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <ctime>
#include <thread>

#include "proto/base/files.hpp"
#include "proto/base/temp_folder.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

// A command, as far as it verifies nodes.
class VerifiedNodesTest : public testing::Test {
 protected:
  VerifiedNodesTest() : file_(folder_.path() / "muster" / "verified" / "nodes") {}

  std::unique_ptr<security::TrustStore> store() const {
    auto store = std::make_unique<security::TrustStore>(clock_);
    EXPECT_TRUE(store->add(ca_.certificate()));
    return store;
  }
  // How many signatures it verified; recalled, and kept for the next.
  std::size_t command(const std::vector<test::Holder>& nodes) const {
    const auto its = store();
    EXPECT_TRUE(recall_verified_nodes(*its, file_));
    for (const auto& node : nodes) EXPECT_TRUE(its->verify({node.certificate.der()}));
    EXPECT_TRUE(keep_verified_nodes(*its, file_));
    return its->verified_anew();
  }
  static mode_t mode_of(const fs::path& path) {
    struct ::stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777U;
  }
  std::size_t kept() const {
    const auto its = store();
    EXPECT_TRUE(recall_verified_nodes(*its, file_));
    return its->known_chains().size();
  }

  fakes::FakeClock clock_{std::int64_t{std::time(nullptr)} * 1000};
  base::TempFolder folder_ = base::TempFolder::make("muster-verified").value();
  const fs::path file_;
  test::TestCa ca_{"Puppet CA: de"};
  test::Holder n1_ = ca_.issue_node("n1");
  test::Holder n2_ = ca_.issue_node("n2");
};

TEST_F(VerifiedNodesTest, ANodesCertificateIsVerifiedByTheFirstCommandAlone) {
  EXPECT_EQ(command({n1_}), 1U);
  EXPECT_EQ(command({n1_}), 0U);
  EXPECT_EQ(command({n1_, n2_}), 1U);
  EXPECT_EQ(command({n2_}), 0U);
  EXPECT_EQ(kept(), 2U) << "whoever is not met is kept";
}

TEST_F(VerifiedNodesTest, FolderAndFileAreTheUsersAlone) {
  command({n1_});
  EXPECT_EQ(mode_of(file_.parent_path()), 0700U);
  EXPECT_EQ(mode_of(file_), 0600U);
}

TEST_F(VerifiedNodesTest, WhatOthersCouldHaveWrittenIsNotBelieved) {
  command({n1_});
  ASSERT_EQ(::chmod(file_.c_str(), 0666), 0);
  const auto its = store();
  const auto recalled = recall_verified_nodes(*its, file_);
  ASSERT_FALSE(recalled);
  EXPECT_EQ(recalled.error().code, Errc::refused);
  EXPECT_THAT(its->known_chains(), SizeIs(0));
}

TEST_F(VerifiedNodesTest, ADamagedFileIsNamedAndReplaced) {
  command({n1_});
  ASSERT_TRUE(base::write_file(file_, "what is this?", 0600));
  const auto its = store();
  const auto recalled = recall_verified_nodes(*its, file_);
  ASSERT_FALSE(recalled);
  EXPECT_THAT(recalled.error().message, HasSubstr(file_.string()));
  EXPECT_TRUE(its->verify({n1_.certificate.der()})) << "it is verified then";
  EXPECT_TRUE(keep_verified_nodes(*its, file_));
  EXPECT_EQ(kept(), 1U);
}

TEST_F(VerifiedNodesTest, AnEmptyFileIsADamagedOne) {
  ASSERT_TRUE(base::write_file(file_, "", 0600));
  EXPECT_FALSE(recall_verified_nodes(*store(), file_));
}

TEST_F(VerifiedNodesTest, WhoeverDeletesItLosesNothingElse) {
  command({n1_});
  fs::remove_all(file_.parent_path());
  EXPECT_EQ(command({n1_}), 1U);
}

TEST_F(VerifiedNodesTest, WhereNothingIsNewNothingIsWritten) {
  command({n1_});
  const auto before = fs::last_write_time(file_);
  fs::last_write_time(file_, before - std::chrono::hours(1));
  command({n1_});
  EXPECT_EQ(fs::last_write_time(file_), before - std::chrono::hours(1));
}

TEST_F(VerifiedNodesTest, AFolderThatCannotBeMadeIsAnErrorAndNoMore) {
  ASSERT_TRUE(base::write_file(folder_.path() / "muster", "a file", 0600));
  const auto its = store();
  ASSERT_TRUE(its->verify({n1_.certificate.der()}));
  EXPECT_FALSE(keep_verified_nodes(*its, file_));
}

TEST_F(VerifiedNodesTest, OfTwoCommandsAtOnceOneFileIsLeftWhole) {
  std::vector<std::thread> commands;
  for (int i = 0; i < 2; ++i)
    commands.emplace_back([this, i] {
      for (int again = 0; again < 20; ++again) {
        const auto its = store();
        EXPECT_TRUE(its->verify({(i == 0 ? n1_ : n2_).certificate.der()}));
        EXPECT_TRUE(keep_verified_nodes(*its, file_));
        EXPECT_TRUE(recall_verified_nodes(*its, file_));
      }
    });
  for (auto& one : commands) one.join();
  EXPECT_EQ(kept(), 1U);
  EXPECT_THAT(std::vector(fs::directory_iterator(file_.parent_path()), fs::directory_iterator()),
              SizeIs(1))
      << "and nothing beside it";
}

}  // namespace
}  // namespace muster::cli
