#include "orchestrator/workflow/descriptions.hpp"

#include <gmock/gmock.h>

#include "orchestrator/workflow/parse.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::workflow {
namespace {

constexpr std::string_view kParrot = R"({
  "metadata": {"name": "parrot", "description": "d", "author": "a", "license": "l", "version": "1", "url": "u", "timeout": 5},
  "actions": [{"action": "say", "description": "d", "display": "always",
    "input": {"words": {"prompt": "p", "description": "d", "type": "string", "optional": false, "validation": "shellsafe", "maxlength": 20},
              "fence": {"prompt": "p", "description": "d", "type": "integer", "optional": false}},
    "output": {"said": {"description": "d", "display_as": "Said"}}}]})";

std::shared_ptr<const Descriptions> with_parrot() {
  Descriptions::OfSite of_site;
  of_site.emplace("parrot", ddl::parse(kParrot, "parrot.json"));
  of_site.emplace("broken", fail(Errc::invalid_data, "broken.json: /actions: is no list"));
  of_site.emplace("provision", fail(Errc::invalid_data, "a site's own"));
  return std::make_shared<const Descriptions>(std::move(of_site));
}

std::string refused(const std::string& step) {
  const auto workflow = parse_workflow(
      "name: w\nsteps:\n  - {name: claim, do: claim}\n  - " + step + "\n", "w.yaml", with_parrot());
  return workflow ? "" : workflow.error().message;
}

TEST(DescriptionsTest, EachThatIsBuiltInIsKnown) {
  for (const auto& text : ddl::texts())
    EXPECT_TRUE(Descriptions::built_in()->agent(std::string(text.name))) << text.name;
}

TEST(DescriptionsTest, WhichCallsCarryTheFenceTheySayThemselves) {
  const auto& known = *Descriptions::built_in();
  for (const auto* action : {"renew", "release", "set_puppet_host", "run", "finish"})
    EXPECT_TRUE(known.takes("provision", action, kFence)) << action;
  for (const auto* action : {"claim", "status", "again", "job"})
    EXPECT_FALSE(known.takes("provision", action, kFence)) << action;
  EXPECT_FALSE(known.takes("puppetca", "sign", kFence));
  EXPECT_FALSE(known.takes("nobody", "nothing", kFence));
}

TEST(DescriptionsTest, WhatIsUnknownNamesTheNearest) {
  const auto& known = *Descriptions::built_in();
  EXPECT_THAT(known.agent("provison").error().message, testing::HasSubstr("'provision'"));
  EXPECT_THAT(known.action("provision", "statis").error().message, testing::HasSubstr("'status'"));
}

TEST(DescriptionsTest, ASitesAgentIsCheckedAsABuiltInOne) {
  EXPECT_EQ(refused("{name: a, call: parrot#say, with: {words: '${node.identity}'}}\n"
                    "  - {name: b, call: parrot#say, with: {words: '${steps.a.said}'}}"),
            "");
  EXPECT_THAT(refused("{name: a, call: parrot#sya, with: {words: x}}"),
              testing::HasSubstr("did you mean 'say'?"));
  EXPECT_THAT(refused("{name: a, call: parrot#say, with: {word: x}}"),
              testing::HasSubstr("did you mean 'words'?"));
  EXPECT_THAT(refused("{name: a, call: parot#say}"), testing::HasSubstr("did you mean 'parrot'?"));
  EXPECT_TRUE(with_parrot()->takes("parrot", "say", kFence));
}

TEST(DescriptionsTest, OneThatCannotBeReadIsToldToWhoCallsIt) {
  EXPECT_THAT(refused("{name: a, call: broken#x}"),
              testing::HasSubstr("broken.json: /actions: is no list"));
  EXPECT_FALSE(with_parrot()->takes("broken", "x", kFence));
}

TEST(DescriptionsTest, ABuiltInOneGoesBeforeASitesOwn) {
  EXPECT_TRUE(with_parrot()->agent("provision"));
}

}  // namespace
}  // namespace muster::workflow
