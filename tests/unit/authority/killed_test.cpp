// A command that is killed while it writes a key and its certificate leaves a pair that is of use.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/issuers.hpp"
#include "proto/x509/pair_files.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::authority {
namespace {

constexpr int kKills = 12;

ino_t inode_of(const std::filesystem::path& file) {
  struct stat is {};
  return ::stat(file.c_str(), &is) == 0 ? is.st_ino : 0;
}

class KilledTest : public testing::Test {
 protected:
  KilledTest() {
    InitSpec spec;
    spec.folder = folder_.path();
    spec.broker_hosts = {"broker.example"};
    EXPECT_TRUE(init(spec));
  }
  // `writes` for ever in a process of its own, which is killed the moment it has put the key in place.
  void kill_between(const std::filesystem::path& key, const std::function<void()>& writes) const {
    const auto before = inode_of(key);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0)
      for (;;) writes();
    const auto deadline = std::chrono::steady_clock::now() + fakes::kPatience;
    while (inode_of(key) == before && std::chrono::steady_clock::now() < deadline) {
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_NE(inode_of(key), before) << "nothing was written";
  }

  fakes::TempFolder folder_;
};

TEST_F(KilledTest, ARenewedOperatorHasAPairThatFits) {
  for (int i = 0; i < kKills; ++i) {
    kill_between(folder_ / "operator.key", [&] {
      static_cast<void>(renew_member(folder_.path(), {.name = "operator", .new_key = true}));
    });
    ASSERT_TRUE(x509::finish_pair({folder_ / "operator.key", folder_ / "operator.pem"}));
    const auto key = x509::Key::private_from_file(folder_ / "operator.key");
    const auto certificate = x509::Certificate::from_file(folder_ / "operator.pem");
    ASSERT_TRUE(key) << key.error().message;
    ASSERT_TRUE(certificate) << certificate.error().message;
    EXPECT_TRUE(certificate->matches(*key)) << "at kill " << i;
  }
  EXPECT_TRUE(renew_member(folder_.path(), {.name = "operator", .new_key = true}))
      << "and the next command goes on";
}

// The certificate of the killed command is nowhere noted: the next one goes on from it all the same.
TEST_F(KilledTest, WhatIsRenewedThenIsOfTheKeyThatIsThere) {
  const auto files = x509::PairFiles{folder_ / "operator.key", folder_ / "operator.pem"};
  kill_between(files.key, [&] {
    static_cast<void>(renew_member(folder_.path(), {.name = "operator", .new_key = true}));
  });
  const auto renewed = renew_member(folder_.path(), {.name = "operator"});
  ASSERT_TRUE(renewed) << renewed.error().message;
  EXPECT_TRUE(renewed->certificate.matches(x509::Key::private_from_file(files.key).value()));
}

TEST_F(KilledTest, AnIssuerOfTokensIsReadByItself) {
  for (int i = 0; i < kKills; ++i) {
    kill_between(folder_ / "issuer.key", [&] {
      static_cast<void>(renew_member(
          folder_.path(), {.name = "issuer", .role = security::Role::issuer, .new_key = true}));
    });
    const auto issuer = load_issuer(folder_.path(), "issuer");
    EXPECT_TRUE(issuer) << issuer.error().message;
  }
}

}  // namespace
}  // namespace muster::authority
