#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/ddl/format.hpp"
#include "tests/unit/ddl/sample.hpp"

namespace muster::ddl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Result<Agent> with(const char* function, const char* args) {
  auto document = sample_document();
  document["actions"][0]["aggregate"] =
      Value::array({{{"function", function}, {"args", Value::parse(args)}}});
  return parse(document.dump(), "service.json");
}

Aggregate read(const char* function, const char* args) {
  const auto agent = with(function, args);
  EXPECT_TRUE(agent) << agent.error().message;
  return agent ? agent->actions.front().aggregates.front() : Aggregate{};
}

std::string why(const char* function, const char* args) {
  const auto agent = with(function, args);
  return agent ? "" : agent.error().message;
}

TEST(AggregateDdlTest, ChoriasAndMCollectivesFormsAreRead) {
  EXPECT_EQ(read("summary", R"(["state"])").output, "state");
  for (const char* args : {R"(["state", {"format": "%10s %d", "true": "on", "0": 1}])",
                           R"([["state"], {"format": "%10s %d", "true": "on", "0": 1}])"}) {
    const auto aggregate = read("summary", args);
    EXPECT_EQ(aggregate.output, "state");
    EXPECT_EQ(aggregate.format, "%10s %d");
    EXPECT_THAT(aggregate.mapping, ElementsAre(Pair("0", "1"), Pair("true", "on")));
  }
  EXPECT_EQ(read("average", R"(["pid", {"format": "on average %.1f"}])").format, "on average %.1f");
  EXPECT_EQ(read("chart", R"(["pid"])").function, "chart");
}

TEST(AggregateDdlTest, MistakesNamePathAndReason) {
  struct Row {
    const char* function;
    const char* args;
    const char* error;
  };
  for (const Row& row : {
           Row{"summary", R"(["stat"])", "no output 'stat' to summary; did you mean 'state'?"},
           Row{"summary", R"([])", "args must be the name of an output"},
           Row{"summary", R"([7])", "args/0: must be the name of an output"},
           Row{"summary", R"(["state", {}, {}])", "at most one map of options"},
           Row{"summary", R"(["state", "x"])", "args/1: must be an object"},
           Row{"summary", R"(["state", {"format": "%x"}])", "/args/1/format: format '%x': '%x' at"},
           Row{"summary", R"(["state", {"format": "%n%d"}])", "only %s, %d, %f and %% are known"},
           Row{"summary", R"(["state", {"format": "none"}])",
               "must hold one or two (value, count)"},
           Row{"summary", R"(["state", {"format": "%s%s%s"}])", "not 3 directives"},
           Row{"summary", R"(["state", {"format": "%d %d"}])",
               "the value comes first and needs %s"},
           Row{"average", R"(["pid", {"format": "%s %s"}])", "must hold one, not 2 directives"},
           Row{"average", R"(["pid", {"true": "on"}])", "average maps no values"},
           Row{"summary", R"(["state", {"true": null}])",
               "must be a string, a number or a boolean"},
       })
    EXPECT_THAT(why(row.function, row.args), HasSubstr(row.error)) << row.args;
}

TEST(AggregateFormatTest, DirectivesAreReadWithTheirLimits) {
  const auto format = parse_format("100%% %-10s has %05.2f nodes");
  ASSERT_TRUE(format) << format.error().message;
  ASSERT_EQ(format->directives.size(), 2U);
  EXPECT_EQ(format->directives[0].before, "100% ");
  EXPECT_TRUE(format->directives[0].left);
  EXPECT_EQ(format->directives[0].width, 10U);
  EXPECT_TRUE(format->directives[1].zeros);
  EXPECT_EQ(format->directives[1].precision, 2U);
  EXPECT_EQ(format->after, " nodes");
  for (const char* wrong : {"%", "%5", "%201s", "%.21f", "%.2d", "%*s", "%1$s", "%ls", "%n", "%+d",
                            "%05s", "%99999999999999999999s"})
    EXPECT_FALSE(parse_format(wrong)) << wrong;
  EXPECT_FALSE(parse_format(std::string(kFormatMaxBytes + 1, 'a')));
}

}  // namespace
}  // namespace muster::ddl
