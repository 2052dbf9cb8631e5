#include "orchestrator/workflow/variables.hpp"

#include <gtest/gtest.h>

namespace muster::workflow {
namespace {

const Variables kVariables{{"identity", "web1"}, {"fence", 7}, {"list", Value::array({"a", "b"})}};

TEST(VariablesTest, ATextThatIsOneVariableTakesItsType) {
  EXPECT_EQ(*expand("{fence}", kVariables), Value(7));
  EXPECT_EQ(*expand("{list}", kVariables), Value::array({"a", "b"}));
}

TEST(VariablesTest, InsideATextTheyAreWritten) {
  EXPECT_EQ(*expand("node {identity}, fence {fence}", kVariables), Value("node web1, fence 7"));
}

TEST(VariablesTest, MapsAndListsAreWalked) {
  const Value in = {{"a", {"{identity}", 1}}, {"b", {{"c", "{fence}"}}}};
  const Value out = {{"a", {"web1", 1}}, {"b", {{"c", 7}}}};
  EXPECT_EQ(*expand(in, kVariables), out);
}

TEST(VariablesTest, AnUnknownOneNamesTheNearest) {
  const auto result = expand("{identty}", kVariables);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::missing_data);
  EXPECT_NE(result.error().message.find("'identity'"), std::string::npos);
}

TEST(VariablesTest, ALoneBraceIsText) {
  EXPECT_EQ(*expand("a { b", kVariables), Value("a { b"));
}

}  // namespace
}  // namespace muster::workflow
