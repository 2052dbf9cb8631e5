#include "proto/ddl/to_json.hpp"

#include <gtest/gtest.h>

#include "proto/ddl/texts.hpp"
#include "tests/unit/ddl/sample.hpp"

namespace muster::ddl {
namespace {

TEST(DdlToJsonTest, WhatIsWrittenIsReadAsTheSame) {
  auto document = sample_document();
  document["metadata"]["provider"] = "external";
  document["metadata"]["service"] = true;
  document["actions"][0]["aggregate"][0]["args"] = {"state", {{"format", "%s: %d"}, {"up", "on"}}};
  const auto agent = parse(document.dump(), "service.json");
  ASSERT_TRUE(agent) << agent.error().message;
  const auto written = to_json(*agent);
  const auto again = parse(written.dump(), "again.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_json(*again), written);
  EXPECT_EQ(again->actions.front().aggregates.front().mapping,
            agent->actions.front().aggregates.front().mapping);
  EXPECT_EQ(written["actions"][0]["input"]["mode"]["list"], Value::parse(R"(["soft", "hard"])"));
}

TEST(DdlToJsonTest, EveryBuiltInDescriptionSurvives) {
  for (const auto& text : texts()) {
    const auto agent = built_in(text.name);
    ASSERT_TRUE(agent);
    const auto again = parse(to_json(*agent).dump(), "again.json");
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(to_json(*again), to_json(*agent));
  }
}

}  // namespace
}  // namespace muster::ddl
