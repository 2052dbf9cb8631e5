#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/cli/present/presenter.hpp"
#include "tests/unit/cli/results.hpp"

namespace muster::cli {
namespace {

using client::Outcome;
using testing::HasSubstr;

// Which of ok, failed and refused are shown: "ofr".
std::string shown(const OutputOptions& options, ddl::Display rule, bool verbose = false) {
  const auto selection = Selection::of(options, rule, verbose).value();
  std::string out;
  if (selection.shows(node_result("n1", Outcome::ok, {{"x", 1}}))) out += "o";
  if (selection.shows(node_result("n2", Outcome::failed))) out += "f";
  if (selection.shows(node_result("n3", Outcome::refused))) out += "r";
  EXPECT_FALSE(selection.shows(node_result("n4", Outcome::silent)));
  EXPECT_FALSE(selection.shows(node_result("n5", Outcome::filtered)));
  return out;
}

TEST(SelectionTest, WhatIsShownIsTheActionsRuleUntilSomebodySaysOtherwise) {
  EXPECT_EQ(shown({}, ddl::Display::ok), "o");
  EXPECT_EQ(shown({}, ddl::Display::failed), "fr");
  EXPECT_EQ(shown({}, ddl::Display::always), "ofr");
  EXPECT_EQ(shown({}, ddl::Display::failed, true), "ofr") << "-v";
  EXPECT_EQ(shown({.display = "ok"}, ddl::Display::failed, true), "o");
  EXPECT_EQ(shown({.display = "all"}, ddl::Display::failed), "ofr");
  EXPECT_EQ(shown({.display = "none"}, ddl::Display::always), "");
}

TEST(SelectionTest, DocumentsHoldAllAndNamesAreOfTheGood) {
  EXPECT_EQ(shown({.jsonl = true}, ddl::Display::failed), "ofr");
  EXPECT_EQ(shown({.table = true}, ddl::Display::failed), "ofr");
  EXPECT_EQ(shown({.senders = true}, ddl::Display::failed), "o");
  EXPECT_EQ(shown({.senders = true, .display = "failed"}, ddl::Display::ok), "fr");
}

TEST(SelectionTest, AnExpressionChooses) {
  EXPECT_EQ(shown({.filter_replies = "ok() and data.x = 1"}, ddl::Display::failed), "o");
  EXPECT_EQ(shown({.filter_replies = "not ok()"}, ddl::Display::ok), "fr");
  EXPECT_EQ(shown({.display = "ok", .filter_replies = "not ok()"}, ddl::Display::ok), "");
}

TEST(SelectionTest, WhatIsTypedWrongIsNamed) {
  EXPECT_THAT(Selection::of({.display = "fialed"}, ddl::Display::ok, false).error().message,
              HasSubstr("did you mean 'failed'?"));
  EXPECT_FALSE(Selection::of({.filter_replies = "ok("}, ddl::Display::ok, false));
  const ddl::Action action;
  EXPECT_THAT(make_presenter({}, {.jsonl = true, .table = true}, action).error().message,
              HasSubstr("say one"));
}

}  // namespace
}  // namespace muster::cli
