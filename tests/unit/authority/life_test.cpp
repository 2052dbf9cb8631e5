// What an authority's folder remembers, and how its certificates, roots and passwords are replaced.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/group_file.hpp"
#include "orchestrator/authority/index.hpp"
#include "orchestrator/authority/join_passwords.hpp"
#include "orchestrator/authority/rotation.hpp"
#include "proto/security/issuer.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::authority {
namespace {

using security::Role;
using security::Root;
using testing::ElementsAre;
using testing::HasSubstr;

class LifeTest : public testing::Test {
 protected:
  LifeTest() {
    InitSpec spec;
    spec.folder = folder_.path();
    spec.broker_hosts = {"broker.example"};
    EXPECT_TRUE(init(spec));
  }
  Index index() const { return read_index(folder_.path(), clock_.unix_ms()).value(); }
  std::vector<CertificateState> states(const std::string& name) const {
    std::vector<CertificateState> found;
    const auto all = index();
    for (const auto& [issued, state] : all.certificates)
      if (issued.name == name) found.push_back(state);
    return found;
  }
  Result<Member> make(const std::string& name, bool replace = false) {
    return issue_member(folder_.path(), {.name = name, .replace = replace});
  }
  x509::Certificate root() const {
    return x509::Certificate::from_file(folder_ / "root.pem").value();
  }

  fakes::TempFolder folder_;
  base::SystemClock clock_;
};

using IndexTest = LifeTest;

TEST_F(IndexTest, InitNotesWhatItMade) {
  std::vector<std::string> all;
  const auto index_now = index();
  for (const auto& [issued, state] : index_now.certificates) {
    EXPECT_EQ(state, CertificateState::current);
    all.push_back(issued.role + " " + issued.name);
  }
  EXPECT_THAT(all, ElementsAre("broker broker", "broker broker-watcher", "issuer issuer",
                               "operator operator", "orchestrator orchestrator"));
}

TEST_F(IndexTest, ASecondCertificateOfANameNeedsReplaceAndTheFirstIsKept) {
  ASSERT_TRUE(make("bob"));
  EXPECT_THAT(make("bob").error().message, HasSubstr("--replace"));
  ASSERT_TRUE(make("bob", true));
  EXPECT_THAT(states("bob"), ElementsAre(CertificateState::replaced, CertificateState::current));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "bob.key.replaced"));
}

TEST_F(IndexTest, ADamagedLineCostsThatLineAlone) {
  ASSERT_TRUE(make("bob"));
  std::ofstream(folder_ / kIndexFile, std::ios::app) << "{\"name\": \"half";
  ASSERT_TRUE(make("carol"));
  const auto read = index();
  ASSERT_EQ(read.problems.size(), 1U);
  EXPECT_THAT(read.problems.front(), HasSubstr("certificates.index:7"));
  EXPECT_THAT(states("bob"), ElementsAre(CertificateState::current));
  EXPECT_THAT(states("carol"), ElementsAre(CertificateState::current));
}

TEST_F(IndexTest, ALostIndexIsReadFromTheCertificatesThatAreThere) {
  ASSERT_TRUE(make("bob"));
  std::filesystem::remove(folder_ / kIndexFile);
  EXPECT_THAT(states("bob"), ElementsAre(CertificateState::current));
  EXPECT_TRUE(renew_member(folder_.path(), {.name = "bob"}));
}

TEST_F(IndexTest, TwoAtOnceGiveANameOnce) {
  std::atomic<int> made{0};
  const auto race = [&] { made += make("bob") ? 1 : 0; };
  std::thread other(race);
  race();
  other.join();
  EXPECT_EQ(made, 1);
  EXPECT_THAT(states("bob"), ElementsAre(CertificateState::current));
}

TEST_F(IndexTest, WhatWasRevokedIsShownSoAndNotRenewed) {
  const auto bob = make("bob").value();
  ASSERT_TRUE(note_revoked(folder_.path(), bob.certificate.fingerprint(), clock_.unix_ms()));
  EXPECT_THAT(states("bob"), ElementsAre(CertificateState::revoked));
  EXPECT_THAT(renew_member(folder_.path(), {.name = "bob"}).error().message, HasSubstr("revoked"));
  EXPECT_TRUE(make("bob", true)) << "a new one may be made";
}

TEST_F(IndexTest, GroupsAreJoinedInTheOrchestratorsPolicies) {
  ASSERT_TRUE(issue_member(folder_.path(), {.name = "bob", .groups = {"admins", "web"}}));
  const auto groups = groups_of(folder_ / kGroupsFile).value();
  EXPECT_THAT(groups.at("bob"), ElementsAre("admins", "web"));
  EXPECT_THAT(groups.at("operator"), ElementsAre("admins"));
}

using RenewTest = LifeTest;

TEST_F(RenewTest, TheKeyIsKeptAndNeedNotBeThere) {
  const auto bob = make("bob").value();
  std::filesystem::rename(bob.key_file, folder_ / "in-a-token");
  const auto renewed =
      renew_member(folder_.path(), {.name = "bob", .valid_for = std::chrono::hours(48)});
  ASSERT_TRUE(renewed) << renewed.error().message;
  EXPECT_TRUE(
      renewed->certificate.matches(x509::Key::private_from_file(folder_ / "in-a-token").value()));
  EXPECT_NE(renewed->certificate.serial_hex(), bob.certificate.serial_hex());
  EXPECT_LT(renewed->certificate.not_after_ms(), bob.certificate.not_after_ms());
}

TEST_F(RenewTest, AnotherKeyTakesThePlaceOfTheFirstInItsFile) {
  const auto renewed = renew_member(
      folder_.path(), {.name = "orchestrator", .role = Role::orchestrator, .new_key = true});
  ASSERT_TRUE(renewed) << renewed.error().message;
  EXPECT_EQ(renewed->key_file, folder_ / "orchestrator.key");
  EXPECT_TRUE(
      renewed->certificate.matches(x509::Key::private_from_file(renewed->key_file).value()));
}

TEST_F(RenewTest, BrokersKeepTheirHostsAndIssuersTheirLimits) {
  const auto broker = renew_member(folder_.path(), {.name = "broker", .role = Role::broker});
  ASSERT_TRUE(broker) << broker.error().message;
  const auto issuer = renew_member(folder_.path(), {.name = "issuer", .role = Role::issuer});
  ASSERT_TRUE(issuer) << issuer.error().message;
  EXPECT_TRUE(security::limits_of(issuer->certificate)->master);
  const auto watcher =
      renew_member(folder_.path(), {.name = "broker-watcher", .role = Role::broker});
  ASSERT_TRUE(watcher) << watcher.error().message;
  EXPECT_EQ(watcher->certificate_file, folder_ / "watcher.pem");
}

using RotationTest = LifeTest;

TEST_F(RotationTest, TheNewRootIssuesAtOnceAndTheOldOneStandsBehindIt) {
  const auto before = root();
  const auto rotation = begin_rotation(folder_.path(), Root::operators, clock_);
  ASSERT_TRUE(rotation) << rotation.error().message;
  EXPECT_EQ(root().common_name(), "Muster operator root 2");
  const auto bob = make("bob").value();
  EXPECT_TRUE(bob.certificate.issued_by(root()));
  // Who knows the old root alone believes the new one's certificates by the link behind them.
  security::TrustStore old_only(clock_);
  ASSERT_TRUE(old_only.add(before, Root::operators));
  std::vector<std::string> chain;
  const auto certificates =
      x509::Certificate::all_from_pem(folder_.read("bob.pem"), "bob.pem").value();
  for (const auto& one : certificates) chain.push_back(one.der());
  ASSERT_EQ(chain.size(), 2U);
  EXPECT_TRUE(old_only.verify(chain));
}

TEST_F(RotationTest, BegunAgainItSaysTheSame) {
  const auto first = begin_rotation(folder_.path(), Root::orchestrators, clock_).value();
  const auto again = begin_rotation(folder_.path(), Root::orchestrators, clock_).value();
  EXPECT_EQ(first.statement, again.statement);
}

TEST_F(RotationTest, WhatWasInterruptedGoesOn) {
  const auto first = begin_rotation(folder_.path(), Root::operators, clock_).value();
  // As if it had ended before the new key took its place.
  std::filesystem::rename(folder_ / "root.key", folder_ / "root-next.key");
  std::filesystem::copy_file(folder_ / "root-old.key", folder_ / "root.key");
  std::ofstream(folder_ / "root-next.pem") << first.new_root.pem();
  EXPECT_TRUE(make("bob")) << "whichever key is there issues";
  const auto again = begin_rotation(folder_.path(), Root::operators, clock_);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->statement, first.statement);
  EXPECT_TRUE(make("carol")->certificate.issued_by(first.new_root));
}

TEST_F(RotationTest, ItEndsWithTheNewRootAloneAndNumbersGrow) {
  EXPECT_EQ(sign_finish(folder_.path(), Root::operators, clock_).error().code, Errc::aborted);
  ASSERT_TRUE(begin_rotation(folder_.path(), Root::operators, clock_));
  const auto finish = sign_finish(folder_.path(), Root::operators, clock_).value();
  ASSERT_TRUE(complete_rotation(folder_.path(), Root::operators));
  EXPECT_EQ(read_root_folder(folder_.path(), Root::operators)->in_force.size(), 1U);
  const auto next = begin_rotation(folder_.path(), Root::operators, clock_).value();
  EXPECT_EQ(next.new_root.common_name(), "Muster operator root 3");
  EXPECT_EQ(security::read_root_statement(finish.statement)->number, 2U);
  EXPECT_EQ(security::read_root_statement(next.statement)->number, 3U);
}

using JoinPasswordsTest = LifeTest;

TEST_F(JoinPasswordsTest, TheNewestComesFirstAndTheOldOneGoesWhenItIsSaid) {
  const auto first = join_passwords(folder_.path()).value();
  EXPECT_EQ(finish_join_password(folder_.path()).error().code, Errc::aborted);
  const auto both = rotate_join_password(folder_.path()).value();
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].user, "join-2");
  EXPECT_EQ(both[1].password, first[0].password);
  EXPECT_EQ(rotate_join_password(folder_.path())->front().password, both[0].password);
  EXPECT_EQ(finish_join_password(folder_.path())->front().user, "join-2");
  EXPECT_EQ(rotate_join_password(folder_.path())->front().user, "join-3");
}

}  // namespace
}  // namespace muster::authority
