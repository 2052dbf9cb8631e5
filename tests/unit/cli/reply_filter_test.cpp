#include "orchestrator/cli/reply_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/filter/filter.hpp"
#include "tests/unit/cli/results.hpp"

namespace muster::cli {
namespace {

using client::Outcome;
using testing::HasSubstr;

client::NodeResult reply(Outcome outcome = Outcome::ok, int status = 0) {
  auto node = node_result("web1.example.com", outcome,
                          Value::parse(R"({"enabled": true, "last": 1400, "status": "applied",
                            "resources": {"failed": 0, "out of sync": 3}, "tags": ["a", "b"],
                            "rows": [{"pid": 7}], "none": null, "a.b": 1})"));
  node.status = status;
  return node;
}

std::string ask(std::string_view expression, const client::NodeResult& node = reply()) {
  const auto filter = ReplyFilter::parse(expression);
  return !filter ? filter.error().message : filter->matches(node) ? "yes" : "no";
}

struct Case {
  const char* expression;
  const char* answer;
};

TEST(ReplyFilterTest, ComparesWhatAReplyHolds) {
  constexpr Case kRows[] = {
      {"sender=web1.example.com", "yes"},
      {"sender = /^web/", "yes"},
      {"sender != /^web/", "no"},
      {"sender=/^WEB/i", "yes"},
      {"outcome=ok", "yes"},
      {"code=0", "yes"},
      {"code>0", "no"},
      {"msg=OK", "yes"},
      {"msg='OK'", "yes"},
      {"time<12.35", "yes"},
      {"time>12.33", "yes"},
      {"time>=12.34 and time<=12.34", "yes"},
      {"data.status=applied", "yes"},
      {"data('status')=applied", "yes"},
      {"data(\"status\") != applied", "no"},
      {"data.enabled=true", "yes"},
      {"data.last>=1400", "yes"},
      {"data.last>1400", "no"},
      {"data.resources.failed=0", "yes"},
      {"data('resources.out of sync')>2", "yes"},
      {"data.rows.0.pid=7", "yes"},
      {"data('rows.0.pid') = 7", "yes"},
      {"data.a.b=1", "yes"},
      {"data.tags=b", "yes"},
      {"data.tags.0=b", "no"},
      {"data.resources=failed", "yes"},
      {"data.absent=1", "no"},
      {"data.absent!=1", "no"},
      {"not data.absent=1", "yes"},
      {"data.none!=1", "yes"},  // null is the empty text
      {"ok() and data.last>1000", "yes"},
      {"not ok() or sender=/^db/", "no"},
      {"!(failed() or refused())", "yes"},
  };
  for (const auto& row : kRows) EXPECT_EQ(ask(row.expression), row.answer) << row.expression;
}

TEST(ReplyFilterTest, EachOutcomeHasItsFunction) {
  const std::pair<const char*, client::NodeResult> functions[] = {
      {"ok()", reply()},
      {"aborted()", reply(Outcome::failed, 1)},
      {"unknown_action()", reply(Outcome::failed, 2)},
      {"missing_data()", reply(Outcome::failed, 3)},
      {"invalid_data()", reply(Outcome::failed, 4)},
      {"unknown_error()", reply(Outcome::failed, 5)},
      {"refused()", reply(Outcome::refused, 1)},
      {"busy()", reply(Outcome::busy, 5)},
      {"expired()", reply(Outcome::expired, 5)},
  };
  for (const auto& [function, unused] : functions)
    for (const auto& [its, node] : functions)
      EXPECT_EQ(ask(function, node), function == its ? "yes" : "no") << function << " of " << its;
  for (int status = 1; status <= 5; ++status)
    EXPECT_EQ(ask("failed()", reply(Outcome::failed, status)), "yes");
  EXPECT_EQ(ask("failed()", reply(Outcome::refused, 1)), "no");
}

TEST(ReplyFilterTest, ASilentNodeSentNoReply) {
  EXPECT_EQ(ask("not ok()", reply(Outcome::silent)), "no");
  EXPECT_EQ(ask("sender=/./", reply(Outcome::silent)), "no");
}

TEST(ReplyFilterTest, DataMayBeAnything) {
  auto node = reply();
  for (const Value& data : {Value(), Value("text"), Value(7), Value::array({1, 2})}) {
    node.data = data;
    EXPECT_EQ(ask("data.status=applied", node), "no");
    EXPECT_EQ(ask("ok()", node), "yes");
  }
}

TEST(ReplyFilterTest, NoHalfOfAnExpressionCrashesTheParser) {
  const std::string whole = "not (data('a.b') >= 5 or data.x=/a\\/b/i) and !ok() and msg='it\\'s'";
  ASSERT_TRUE(ReplyFilter::parse(whole));
  for (std::size_t cut = 0; cut < whole.size(); ++cut) {
    for (const auto& text :
         {whole.substr(0, cut), whole.substr(cut), whole.substr(0, cut) + whole.substr(cut + 1)}) {
      const auto filter = ReplyFilter::parse(text);
      if (filter) filter->matches(reply());
      EXPECT_TRUE(filter || !filter.error().message.empty()) << text;
    }
  }
}

TEST(ReplyFilterTest, WhatIsWrongIsPointedAt) {
  EXPECT_EQ(ask("ok() and sendr=/^web/"),
            "--filter-replies: 'sendr' is no part of a reply; did you mean 'sender'?\n"
            "  ok() and sendr=/^web/\n"
            "           ^");
  constexpr Case kRows[] = {
      {"", "a function as ok(), a comparison of sender"},
      {"ok", "write ok()"},
      {"fialed()", "did you mean 'failed()'?"},
      {"refuse()", "did you mean 'refused()'?"},
      {"sender()=/x/", "write sender without parentheses"},
      {"hostname=x", "'hostname' is no part of a reply; known: sender, "},
      {"ok(1)", "ok() takes nothing"},
      {"ok() ok()", "'and', 'or' or the end must stand here"},
      {"ok() && code=0", "'and', 'or' or the end must stand here"},
      {"code", "an operator must follow"},
      {"code=", "a value must follow '='"},
      {"code.x=1", "code has no parts"},
      {"data=1", "a field of the data must be named"},
      {"data.=1", "a field of the data must be named"},
      {"data()=1", "a field in quotes must stand here"},
      {"data(a)=1", "a field in quotes must stand here"},
      {"data('')=1", "the field is empty"},
      {"data('a'=1", "')' must stand here"},
      {"data('a')", "an operator must follow"},
      {"msg=/(/", "not a regular expression"},
      {"code>/1/", "cannot compare with a regular expression"},
      {"(ok()", "this parenthesis is not closed"},
      {"ok() and", "must stand here"},
      {"ok()\n", "a control character"},
  };
  for (const auto& row : kRows)
    EXPECT_THAT(ask(row.expression), HasSubstr(row.answer)) << row.expression;
  EXPECT_THAT(ask(std::string(9000, '(')), HasSubstr("the limit of an expression"));
  EXPECT_THAT(ask(std::string(60, '(') + "ok()"), HasSubstr("nested deeper"));
}

}  // namespace
}  // namespace muster::cli
