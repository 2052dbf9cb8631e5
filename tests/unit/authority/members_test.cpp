#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/authority/authority.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::authority {
namespace {

using security::Role;
using testing::HasSubstr;

class MembersTest : public testing::Test {
 protected:
  MembersTest() {
    InitSpec spec;
    spec.folder = folder_.path();
    spec.broker_hosts = {"broker.example"};
    EXPECT_TRUE(init(spec));
  }
  fakes::TempFolder folder_;
};

TEST_F(MembersTest, FurtherMembersAreOfTheirRolesRoot) {
  const auto root = x509::Certificate::from_file(folder_ / "root.pem").value();
  const auto bob = issue_member(folder_.path(),
                                {.name = "bob", .role = Role::operator_, .out = folder_ / "out"});
  ASSERT_TRUE(bob) << bob.error().message;
  EXPECT_TRUE(bob->certificate.issued_by(root));
  EXPECT_EQ(bob->certificate.organizational_unit(), "operator");
  EXPECT_EQ(bob->key_file, folder_ / "out" / "bob.key");
  EXPECT_TRUE(bob->certificate.matches(x509::Key::private_from_file(bob->key_file).value()));
  const auto second = issue_member(
      folder_.path(), {.name = "o2", .role = Role::orchestrator, .out = folder_.path()});
  EXPECT_EQ(second->certificate.organizational_unit(), "orchestrator");
  EXPECT_TRUE(second->certificate.issued_by(
      x509::Certificate::from_file(folder_ / "orchestrator-root.pem").value()));
  EXPECT_FALSE(second->certificate.issued_by(root));
}

TEST_F(MembersTest, TakenNamesAndOtherRolesAreRefused) {
  ASSERT_TRUE(issue_member(folder_.path(),
                           {.name = "bob", .role = Role::operator_, .out = folder_.path()}));
  EXPECT_THAT(
      issue_member(folder_.path(), {.name = "bob", .role = Role::operator_, .out = folder_.path()})
          .error()
          .message,
      HasSubstr("--replace"));
  EXPECT_THAT(
      issue_member(folder_.path(), {.name = "b2", .role = Role::issuer, .out = folder_.path()})
          .error()
          .message,
      HasSubstr("'issuer'"));
  for (const auto* name : {"root", "orchestrator-root", "broker-watcher", "watcher", "", "a/b",
                           "../x", ".hidden", "-x"})
    EXPECT_EQ(
        issue_member(folder_.path(), {.name = name, .role = Role::operator_, .out = folder_.path()})
            .error()
            .code,
        Errc::config)
        << name;
}

TEST_F(MembersTest, WithoutTheRootsKeyItSaysWhereToDoIt) {
  std::filesystem::remove(folder_ / "root.key");
  const auto refused =
      issue_member(folder_.path(), {.name = "bob", .role = Role::operator_, .out = folder_.path()});
  EXPECT_EQ(refused.error().code, Errc::config);
  EXPECT_THAT(refused.error().message, HasSubstr("root.key is not there"));
  EXPECT_TRUE(issue_member(folder_.path(),
                           {.name = "o2", .role = Role::orchestrator, .out = folder_.path()}));
  std::filesystem::remove(folder_ / "orchestrator-root.key");
  EXPECT_THAT(issue_member(folder_.path(),
                           {.name = "o3", .role = Role::orchestrator, .out = folder_.path()})
                  .error()
                  .message,
              HasSubstr("orchestrator-root.key is not there"));
}

TEST_F(MembersTest, KeyAndCertificateOfDifferentRootsAreRefused) {
  std::filesystem::copy_file(folder_ / "operator.key", folder_ / "root.key",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(
      issue_member(folder_.path(), {.name = "bob", .role = Role::operator_, .out = folder_.path()})
          .error()
          .message,
      HasSubstr("do not belong together"));
}

}  // namespace
}  // namespace muster::authority
