// The real dnf and rpm, as Debian packages them.
#include "tests/integration/package/sandbox.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

class DnfTest : public PackageSandbox {
 protected:
  DnfTest() : PackageSandbox("dnf-sandbox") {}
};

TEST_F(DnfTest, FromNothingToInstalledUpdatedAndRemoved) {
  EXPECT_EQ(ensure("muster-one"), "absent");

  auto reply = call("install", {{"package", "muster-two"}});
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("ensure"), "1.0-1");
  EXPECT_EQ(reply.data.at("provider"), "dnf");
  EXPECT_EQ(reply.data.at("arch"), "noarch");
  EXPECT_EQ(ensure("muster-one"), "1.0-1") << "what it needs came too";
  EXPECT_FALSE(call("install", {{"package", "muster-two"}}).data.contains("job"));

  publish_later();
  reply = call("checkupdates");
  ASSERT_EQ(reply.data.at("outdated_packages").size(), 1) << reply.message << reply.data;
  EXPECT_EQ(reply.data.at("exitcode"), 100);
  EXPECT_EQ(reply.data.at("outdated_packages").at(0), Value({{"package", "muster-one"},
                                                             {"installed", "1.0-1"},
                                                             {"version", "1:2.0-1"},
                                                             {"repo", "muster"}}));

  reply = call("update", {{"package", "muster-one"}});
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("ensure"), "1:2.0-1");
  EXPECT_EQ(reply.data.at("version"), "2.0");
  EXPECT_EQ(reply.data.at("epoch"), "1");

  reply = call("install", {{"package", "muster-one"}, {"version", "1.0-1"}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("ensure"), "1.0-1") << "an older version, since it was named";

  reply = call("uninstall", {{"package", "muster-one"}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("ensure"), "absent");
  EXPECT_EQ(ensure("muster-two"), "absent") << "it needed the other";
  EXPECT_EQ(call("purge", {{"package", "muster-one"}}).status, 0);
}

TEST_F(DnfTest, WhatCannotBeInstalledSaysWhy) {
  auto reply = call("install", {{"package", "muster-oen"}});
  EXPECT_NE(reply.status, 0);
  EXPECT_THAT(reply.message, HasSubstr("did you mean 'muster-one'?"));
  reply = call("install", {{"package", "muster-needy"}});
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("nothing provides muster-nowhere"));
}

TEST_F(DnfTest, SearchCountAndCache) {
  EXPECT_EQ(call("search", {{"term", "muster-T"}}).data.at("count"), 1);
  EXPECT_EQ(call("count").data.at("output"), "0");
  const auto cleaned = call("yum_clean", {{"mode", "all"}});
  EXPECT_EQ(cleaned.status, 0) << cleaned.message;
  EXPECT_EQ(call("yum_checkupdates").data.at("exitcode"), 0);
  EXPECT_EQ(call("apt_update").message, "the package manager of this node is dnf, not apt");
}

}  // namespace
}  // namespace muster::test
