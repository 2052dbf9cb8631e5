#include "orchestrator/workflow/values.hpp"

#include <gtest/gtest.h>

namespace muster::workflow {
namespace {

Value found(const Values& values, std::string_view name) {
  const auto* value = values.find(name);
  return value == nullptr ? Value("absent") : *value;
}

TEST(ValuesTest, FactsAreFoundByTheirPath) {
  Values values;
  values.set_facts("node.facts", std::make_shared<const Value>(
                                     Value{{"os", {{"family", "Debian"}}}, {"a.b", "dotted"}}));
  EXPECT_EQ(found(values, "node.facts.os.family"), "Debian");
  EXPECT_EQ(found(values, "node.facts.a.b"), "dotted");
  EXPECT_EQ(found(values, "node.facts.city"), "absent");
  EXPECT_EQ(found(values, "node.facts"), "absent");
}

TEST(ValuesTest, PartsOfAnOutputAreFoundByFurtherNames) {
  Values values;
  values.set("steps.look-up.values", Value{{"rack", {{"row", 7}}}});
  EXPECT_EQ(found(values, "steps.look-up.values.rack.row"), 7);
  EXPECT_EQ(found(values, "steps.look-up.values.rack.column"), "absent");
}

TEST(ValuesTest, OutputsOfOneStepAreForgottenTogether) {
  Values values;
  values.set("steps.look.state", "signed");
  values.set("steps.look.serial", 5);
  values.set("steps.look-up.state", "revoked");
  values.forget_outputs_of("look");
  EXPECT_EQ(found(values, "steps.look.state"), "absent");
  EXPECT_EQ(found(values, "steps.look.serial"), "absent");
  EXPECT_EQ(found(values, "steps.look-up.state"), "revoked");
}

TEST(ValuesTest, TheLastWordCounts) {
  Values values;
  values.set("master.identity", "m1");
  values.set("master.identity", "m2");
  EXPECT_EQ(found(values, "master.identity"), "m2");
  EXPECT_EQ(found(values, ""), "absent");
}

}  // namespace
}  // namespace muster::workflow
