#include "orchestrator/cli/render/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli::render {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Value kNode = {
    {"identity", "n1"},
    {"version", "1.2.3"},
    {"agents", {"puppet", "rpcutil"}},
    {"classes", Value::array()},
    {"facts", {{"os", {{"family", "Debian"}}}, {"mounts", {"/", "/srv"}}, {"up", true}}}};

std::string line(const std::string& format) {
  const auto report = Report::parse(format, "--report");
  EXPECT_TRUE(report) << report.error().message;
  return report ? report->line(kNode) : "";
}
std::string complaint(const std::string& format) {
  const auto report = Report::parse(format, "--report");
  return report ? "nothing wrong" : report.error().message;
}

TEST(ReportTest, PlaceholdersAreFilledAlignedAndCut) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"{identity} {facts.os.family}", "n1 Debian\n"},
      {"[{identity:5}][{identity:<5}][{identity:>5}][{identity:^5}]",
       "[n1   ][n1   ][   n1][ n1  ]\n"},
      {"[{facts.os.family:.3}][{facts.os.family:>5.3}]", "[De…][  De…]\n"},
      {"{agents}|{classes}|{facts.mounts.1}|{facts.mounts}", "puppet, rpcutil||/srv|/, /srv\n"},
      {"{facts.none}{{{version}}} {facts.up}", "{1.2.3} true\n"},
      {"{facts.os}", "{\"family\":\"Debian\"}\n"}};
  for (const auto& [format, wanted] : table) EXPECT_EQ(line(format), wanted) << format;
}

TEST(ReportTest, WhatIsWrongIsShownWithItsPlace) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"{identity} {versoin}",
       "--report:1:12: unknown placeholder 'versoin'; did you mean 'version'?"},
      {"a\n {identity", "--report:2:2: a { without its }"},
      {"a } b", "--report:1:3: a } that closes nothing"},
      {"{identity:wide}", "--report:1:11: 'wide' is no layout"},
      {"{identity:0}", "is no layout"},
      {"{identity:1001}", "is no layout"},
      {"{facts.}", "unknown placeholder 'facts.'"},
      {"a\n%%\nb\n%%\nc\n%%\nd", "--report:6: a third line of %%"},
      {"{identity}\n%%\n{count}", "unknown placeholder 'identity'"}};
  for (const auto& [format, wanted] : table)
    EXPECT_THAT(complaint(format), HasSubstr(wanted)) << format;
  EXPECT_THAT(complaint("{identity} {versoin}"),
              HasSubstr("\n  {identity} {versoin}\n             ^"));
}

TEST(ReportTest, HeaderAndFooterKnowTheWhole) {
  const auto report =
      Report::parse("Report of {collective}\n%%\n{identity}\n%%\n{count:>3} nodes\n", "t");
  ASSERT_TRUE(report) << report.error().message;
  const Value frame = {{"count", 7}, {"collective", "main"}};
  EXPECT_EQ(report->header(frame), "Report of main\n");
  EXPECT_EQ(report->line(kNode), "n1\n");
  EXPECT_EQ(report->footer(frame), "  7 nodes\n");
  EXPECT_THAT(report->fields(), ElementsAre("identity"));
}

TEST(ReportTest, ANodeCannotSteerTheTerminalNorBreakALine) {
  const auto report = Report::parse("{facts.evil}", "t");
  EXPECT_EQ(report->line({{"facts", {{"evil", "a\x1b[2J\nb"}}}}), "a\\x1b[2J b\n");
}

TEST(ReportTest, AGraphHasAnEdgeForEachMembership) {
  const auto dot =
      collective_graph({{{"identity", "n1"}, {"collectives", {"main", "lab"}}},
                        {{"identity", "n2"}, {"collectives", {"main", "x\" -- \"y"}}}});
  EXPECT_THAT(dot, HasSubstr("  \"collective lab\" -- \"n1\";\n  \"collective main\" -- \"n1\";\n"
                             "  \"collective main\" -- \"n2\";\n}\n"));
}

}  // namespace
}  // namespace muster::cli::render
