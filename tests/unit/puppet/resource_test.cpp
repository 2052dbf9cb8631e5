#include "plugins/agents/puppet/resource.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/node/test_node.hpp"

namespace muster::plugins::puppet {
namespace {

using testing::HasSubstr;

TEST(ManifestTest, AResourceIsWrittenAsPuppetReadsIt) {
  EXPECT_EQ(manifest_of("user", "alice", Value()).value(), "user { 'alice': }");
  EXPECT_EQ(manifest_of("concat::fragment", "x",
                        {{"ensure", "present"}, {"order", 5}, {"replace", false}})
                .value(),
            "concat::fragment { 'x': ensure => 'present', order => 5, replace => false, }");
  EXPECT_EQ(
      manifest_of("user", "a", {{"groups", {"x", "y"}}, {"attributes", {{"k", nullptr}}}}).value(),
      "user { 'a': attributes => {'k' => undef, }, groups => ['x', 'y', ], }");
}

TEST(ManifestTest, NothingLeavesItsQuotes) {
  EXPECT_EQ(manifest_of("file", "a': } exec { 'reboot", {{"content", "\\' $(x) ${y}\n"}}).value(),
            "file { 'a\\': } exec { \\'reboot': content => '\\\\\\' $(x) ${y}\n', }");
}

TEST(ManifestTest, WhatPuppetCouldNotHaveIsRefused) {
  for (const char* name : {"", "a b", "Ensure", "x => 1, y", "0"}) {
    const auto manifest = manifest_of("file", "/a", {{name, 1}});
    ASSERT_FALSE(manifest) << name;
    EXPECT_THAT(manifest.error().message, HasSubstr("no property's name"));
  }
  EXPECT_THAT(manifest_of("class", "ntp", Value()).error().message, HasSubstr("no type"));
  Value deep = "x";
  for (std::size_t i = 0; i < kPropertiesMaxDepth; ++i) deep = Value::array({deep});
  EXPECT_THAT(manifest_of("file", "/a", {{"content", deep}}).error().message, HasSubstr("nested"));
}

TEST(ResourceSpecTest, ItsFoldersAreNotThoseOfRealRuns) {
  base::SystemClock clock;
  test::TestNode node("n1.example", clock);
  node.paths.program = node.folder.write("bin/puppet", "#!/bin/sh\n", 0755);
  const auto spec = resource_spec(node, "notify { 'x': }", "production");
  ASSERT_TRUE(spec) << spec.error().message;
  const auto value_of = [&](const std::string& option) {
    const auto at = std::find(spec->argv.begin(), spec->argv.end(), option);
    return at == spec->argv.end() ? "" : *(at + 1);
  };
  EXPECT_THAT(value_of("--vardir"), HasSubstr(node.state_folder().string()));
  EXPECT_THAT(value_of("--publicdir"), HasSubstr(node.state_folder().string()));
  EXPECT_EQ(value_of("--libdir"), (node.paths.vardir / "lib").string());
  EXPECT_EQ(value_of("--environment"), "production");
  EXPECT_EQ(value_of("-e"), "notify { 'x': }");
  EXPECT_EQ(resource_spec(node, std::string(kManifestMaxBytes + 1, ' '), "").error().code,
            Errc::limit);
}

}  // namespace
}  // namespace muster::plugins::puppet
