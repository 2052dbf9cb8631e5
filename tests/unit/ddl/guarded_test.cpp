// Inputs that a policy has to name: what marks them, and when they are there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/ddl/ddl.hpp"
#include "proto/ddl/to_json.hpp"

namespace muster::ddl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// An agent whose action `act` has the inputs `user`, with these keys, and `mode`, "fast" by default.
Result<Agent> with_user(const std::string& keys) {
  return parse(R"({"metadata": {"name": "sample", "description": "d", "author": "a",
    "license": "l", "version": "1", "url": "u", "timeout": 5}, "actions": [{"action": "act",
    "description": "d", "display": "always", "output": {}, "input": {
      "mode": {"prompt": "p", "description": "d", "type": "string", "optional": true,
               "default": "fast", "validation": ".", "maxlength": 9},
      "user": {"prompt": "p", "description": "d", "type": "string", "validation": ".",
               "maxlength": 9, )" +
                   keys + "}}}]}",
               "sample.json");
}

TEST(GuardedTest, AMarkedInputCountsWhenItIsGiven) {
  const auto agent = with_user(R"("optional": true, "guarded": true)").value();
  EXPECT_THAT(guarded_inputs(agent, "act", {{"user", "x"}}), ElementsAre("user"));
  EXPECT_THAT(guarded_inputs(agent, "act", {{"user", nullptr}}), IsEmpty()) << "no value";
  EXPECT_THAT(guarded_inputs(agent, "act", {{"mode", "x"}}), IsEmpty());
  EXPECT_THAT(guarded_inputs(agent, "act", nullptr), IsEmpty());
  EXPECT_THAT(guarded_inputs(agent, "other", {{"user", "x"}}), IsEmpty());
}

TEST(GuardedTest, OnlyAnInputThatMayBeLeftOutCanBeMarked) {
  for (const char* keys : {R"("optional": false, "guarded": true)",
                           R"("optional": true, "default": "x", "guarded": true)"}) {
    const auto agent = with_user(keys);
    ASSERT_FALSE(agent) << keys;
    EXPECT_THAT(agent.error().message, HasSubstr("a guarded input must be optional"));
  }
  EXPECT_THAT(with_user(R"("optional": true, "gaurded": true)").error().message,
              HasSubstr("did you mean 'guarded'?"));
}

TEST(GuardedTest, TheMarkTravelsWithTheDescription) {
  const auto agent = with_user(R"("optional": true, "guarded": true)").value();
  const auto json = to_json(agent).at("actions").at(0).at("input");
  EXPECT_EQ(json.at("user").at("guarded"), true);
  EXPECT_FALSE(json.at("mode").contains("guarded"));
}

TEST(GuardedTest, DefaultsAreJudgedAsTheActionGetsThem) {
  const auto agent = with_user(R"("optional": true)").value();
  EXPECT_EQ(with_defaults(agent, "act", {{"user", "x"}}), (Value{{"user", "x"}, {"mode", "fast"}}));
  EXPECT_EQ(with_defaults(agent, "act", {{"mode", nullptr}}), (Value{{"mode", "fast"}}));
  EXPECT_EQ(with_defaults(agent, "act", "text"), (Value{{"mode", "fast"}}));
  EXPECT_EQ(with_defaults(agent, "other", {{"user", "x"}}), (Value{{"user", "x"}}));
}

}  // namespace
}  // namespace muster::ddl
