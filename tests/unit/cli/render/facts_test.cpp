#include "orchestrator/cli/render/facts.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/results.hpp"

namespace muster::cli::render {
namespace {

using client::Outcome;

client::CallResult countries() {
  return call_result({node_result("n1", Outcome::ok, {{"value", "us"}}),
                      node_result("n2", Outcome::ok, {{"value", "de"}}),
                      node_result("n3", Outcome::ok, {{"value", "de"}}),
                      node_result("n4", Outcome::ok, {{"value", nullptr}}),
                      node_result("n5", Outcome::failed)});
}

TEST(FactsTest, ValuesAreCountedAndSorted) {
  EXPECT_EQ(facts_text("country", fact_values(countries()), false),
            "Report for fact: country\n\n"
            "        de                                       found 2 times\n"
            "        us                                       found 1 time\n\n");
}

TEST(FactsTest, WithNodesEachValueNamesItsNodes) {
  const auto text = facts_text("country", fact_values(countries()), true);
  EXPECT_NE(text.find("found 2 times\n            n2\n            n3\n"), std::string::npos)
      << text;
}

TEST(FactsTest, AFactThatNobodyHasIsSaid) {
  EXPECT_EQ(facts_text("nope", {}, false), "No values found for fact nope\n\n");
}

TEST(FactsTest, NumbersAndTextStayApartInJson) {
  const auto values = fact_values(call_result({node_result("n1", Outcome::ok, {{"value", 5}})}));
  ASSERT_EQ(values.size(), 1U);
  EXPECT_TRUE(values.front().value.is_number_integer());
}

}  // namespace
}  // namespace muster::cli::render
