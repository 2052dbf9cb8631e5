// The real apt and dpkg.
#include "tests/integration/package/sandbox.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

class AptTest : public PackageSandbox {
 protected:
  AptTest() : PackageSandbox("apt-sandbox") {}
};

TEST_F(AptTest, FromNothingToInstalledUpdatedRemovedAndPurged) {
  EXPECT_EQ(ensure("muster-one"), "purged");

  auto reply = call("install", {{"package", "muster-two"}});
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("ensure"), "1.0");
  EXPECT_EQ(reply.data.at("changed"), true);
  EXPECT_EQ(reply.data.at("provider"), "apt");
  EXPECT_THAT(reply.data.at("output").get<std::string>(), HasSubstr("Setting up muster-two"));
  EXPECT_EQ(ensure("muster-one"), "1.0-1") << "what it needs came too";

  reply = call("install", {{"package", "muster-two"}});
  EXPECT_EQ(reply.status, 0) << "it is there already";
  EXPECT_FALSE(reply.data.contains("job"));

  publish_later();
  reply = call("checkupdates");
  ASSERT_EQ(reply.data.at("outdated_packages").size(), 1) << reply.data;
  EXPECT_EQ(reply.data.at("outdated_packages").at(0).at("package"), "muster-one");
  EXPECT_EQ(reply.data.at("outdated_packages").at(0).at("installed"), "1.0-1");
  EXPECT_EQ(reply.data.at("outdated_packages").at(0).at("version"), "1:2.0-1");

  reply = call("update", {{"package", "muster-one"}});
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("ensure"), "1:2.0-1");
  EXPECT_EQ(reply.data.at("epoch"), "1");
  EXPECT_EQ(reply.data.at("release"), "1");
  EXPECT_EQ(call("checkupdates").data.at("outdated_packages"), Value::array());

  reply = call("install", {{"package", "muster-one"}, {"version", "1.0-1"}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("ensure"), "1.0-1") << "an older version, since it was named";

  reply = call("uninstall", {{"package", "muster-one"}});
  EXPECT_EQ(reply.data.at("ensure"), "absent") << "its configuration is still there";
  EXPECT_EQ(ensure("muster-two"), "absent") << "it needed the other";
  EXPECT_EQ(call("uninstall", {{"package", "muster-one"}}).status, 0);
  reply = call("purge", {{"package", "muster-one"}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("ensure"), "purged");
}

TEST_F(AptTest, ConfigurationThatAnAdministratorChangedStays) {
  ASSERT_EQ(call("install", {{"package", "muster-one"}}).status, 0);
  folder_.write("root/etc/muster-one/config", "by hand\n");
  publish_later();
  const auto reply = call("update", {{"package", "muster-one"}});
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(folder_.read("root/etc/muster-one/config"), "by hand\n");
}

TEST_F(AptTest, WhatCannotBeInstalledSaysWhy) {
  auto reply = call("install", {{"package", "muster-oen"}});
  EXPECT_NE(reply.status, 0);
  EXPECT_THAT(reply.message, HasSubstr("did you mean 'muster-one'?"));
  reply = call("install", {{"package", "muster-one"}, {"version", "9.9"}});
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("Version '9.9' for 'muster-one' was not found"));
  reply = call("install", {{"package", "muster-bad"}});
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("apt-get ended with exit code 100: "));
  EXPECT_THAT(reply.message, HasSubstr("muster-bad"));
  EXPECT_EQ(call("update", {{"package", "muster-one"}}).message,
            "'muster-one' is not installed here; action install installs it");
}

TEST_F(AptTest, NamesAreNeverOptionsOrPatterns) {
  for (const char* name : {"--purge", "muster-one-", "muster-*", "/etc/passwd", "a b"})
    EXPECT_EQ(call("install", {{"package", name}}).status, 4) << name;
  // To apt-get, which finds no such package, a dot is any character.
  EXPECT_THAT(call("install", {{"package", "muster.one"}}).message,
              HasSubstr("did you mean 'muster-one'?"));
  EXPECT_EQ(ensure("muster-one"), "purged");
}

TEST_F(AptTest, AnInstallationThatOutlastsTheCallGoesOnToItsEnd) {
  const auto reply = call("install", {{"package", "muster-slow"}}, std::chrono::seconds(10));
  EXPECT_EQ(reply.status, 1);
  const auto at = reply.message.find("as job ");
  ASSERT_NE(at, std::string::npos) << reply.message;
  const auto job = reply.message.substr(at + 7, 32);
  EXPECT_TRUE(fakes::wait_until([&] { return exists(folder_ / "preinst.pid"); }));
  EXPECT_EQ(call("job", {{"job", job}}).data.at("state"), "running");
  folder_.write("gate", "");
  ASSERT_TRUE(spool_->wait(job, std::chrono::steady_clock::now() + fakes::kPatience));
  EXPECT_EQ(call("job", {{"job", job}}).data.at("exit_code"), 0);
  EXPECT_EQ(ensure("muster-slow"), "1.0");
}

TEST_F(AptTest, SearchCountAndFingerprint) {
  auto reply = call("search", {{"term", "package muster-t"}});
  EXPECT_EQ(reply.data.at("count"), 1) << reply.message;
  EXPECT_EQ(reply.data.at("packages").at(0).at("name"), "muster-two");
  EXPECT_EQ(call("search", {{"term", "muster."}}).data.at("count"), 0) << "a dot is a dot";
  EXPECT_EQ(call("count").data.at("output"), "0");
  const auto before = call("md5").data.at("output");
  ASSERT_EQ(call("install", {{"package", "muster-one"}}).status, 0);
  EXPECT_EQ(call("count").data.at("output"), "1");
  EXPECT_NE(call("md5").data.at("output"), before);
}

TEST_F(AptTest, WordsOfTheOtherPackageManagerSayWhichOneThisIs) {
  EXPECT_EQ(call("apt_update").status, 0);
  EXPECT_EQ(call("apt_checkupdates").status, 0);
  for (const char* action : {"yum_checkupdates", "yum_clean"})
    EXPECT_EQ(call(action).message, "the package manager of this node is apt, not dnf") << action;
}

TEST_F(AptTest, ListsThatCannotBeFetchedAreAFailure) {
  std::filesystem::remove(folder_ / "repo/Packages");
  const auto reply = call("refresh");
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("E: "));
}

}  // namespace
}  // namespace muster::test
