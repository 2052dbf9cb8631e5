// Every answer of versions/table.tsv, made by the real tools (versions/ask_tools.rb), is ours too.
#include "proto/filter/version.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "proto/base/files.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"

namespace muster::filter {
namespace {

using testing::HasSubstr;

std::string sign_of(std::strong_ordering order) {
  return order < 0 ? "<" : order > 0 ? ">" : "=";
}

TEST(VersionTableTest, EveryAnswerIsTheRealTools) {
  std::istringstream table(base::read_file(MUSTER_VERSIONS).value());
  int rows = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    std::string tool;
    std::string left;
    std::string order;
    std::string right;
    fields >> tool >> left >> order >> right;
    const auto rule = tool == "dpkg" ? VersionRule::debian : VersionRule::dotted;
    const auto forward = compare_versions(rule, left, right);
    const auto backward = compare_versions(rule, right, left);
    ASSERT_TRUE(forward && backward) << line;
    EXPECT_EQ(sign_of(*forward), order) << line;
    EXPECT_EQ(*backward, 0 <=> *forward) << line;
    ++rows;
  }
  EXPECT_GT(rows, 40);
}

TEST(VersionTest, AbsentPartsAreZeroAndMarksDoNotCount) {
  EXPECT_EQ(compare_versions(VersionRule::dotted, "6.9", "6.9.0"), std::strong_ordering::equal);
  EXPECT_EQ(compare_versions(VersionRule::dotted, "v1.2", "1.2"), std::strong_ordering::equal);
  EXPECT_EQ(compare_versions(VersionRule::dotted, "1.2+a", "1.2+b"), std::strong_ordering::equal);
  EXPECT_EQ(compare_versions(VersionRule::dotted, "unknown", "1.2"), std::nullopt);
  EXPECT_EQ(compare_versions(VersionRule::debian, "", "1.2"), std::nullopt);
}

bool holds(const Text& text) {
  static const Value facts{{"kernelversion", "6.18.2"},
                           {"kernelrelease", "6.1.0-18-amd64"},
                           {"os", {{"release", {{"full", "12.11"}}}}},
                           {"runtimes", {"3.9.2", "3.11.4"}},
                           {"major", 12},
                           {"state", "unknown"}};
  const auto filter = Filter::parse(text);
  EXPECT_TRUE(filter) << filter.error().message;
  return filter && filter->matches({"n1", &facts, nullptr, nullptr, nullptr});
}

bool fact(const std::string& word) {
  return holds({.facts = {word}});
}

TEST(VersionFilterTest, FactsCompareAsVersions) {
  EXPECT_FALSE(fact("kernelversion>6.9")) << "text and decimals stay MCollective's";
  EXPECT_TRUE(fact("version(kernelversion)>6.9"));
  EXPECT_TRUE(fact("version(kernelversion) >= 6.18.2"));
  EXPECT_FALSE(fact("version(kernelversion)<6.9"));
  EXPECT_TRUE(fact("version(os.release.full)>12.2"));
  EXPECT_TRUE(fact("version(os.release.full)=12.11.0"));
  EXPECT_TRUE(fact("version(major)!=9"));
  EXPECT_TRUE(fact("deb_version(kernelrelease)>6.1"));
  EXPECT_TRUE(fact("version(runtimes)>=3.10")) << "any of a list";
  EXPECT_TRUE(
      holds({.compounds = {"version(kernelversion) > 6.9 and not deb_version( major ) < 2"}}));
}

class Packages final : public DataSource {
 public:
  Result<Value> query(std::string_view, const std::optional<std::string>& name) const override {
    if (name == "broken") return fail(Errc::io, "it failed");
    return Value{{"version", name == "nginx" ? "1:1.18.0-6+deb11u3" : ""}, {"installed", true}};
  }
};

std::string package(const std::string& expression) {
  static const Packages packages;
  const auto filter = Filter::parse({.compounds = {expression}});
  if (!filter) return filter.error().message;
  return std::string(
      name_of(filter->explain({"n1", nullptr, nullptr, nullptr, &packages}).parts[0].answer));
}

TEST(VersionFilterTest, AFieldOfADataFunctionComparesAsAVersion) {
  EXPECT_EQ(package("deb_version(package('nginx').version) >= 1:1.18.0-6"), "yes");
  EXPECT_EQ(package("deb_version( package('nginx').version )<1:1.9"), "no");
  EXPECT_EQ(package("version(package('nginx').version) != 9"), "yes");
  EXPECT_EQ(package("version(package('none').version) != 9"), "no") << "no version";
  EXPECT_EQ(package("version(package('nginx').nothing) != 9"), "no");
  EXPECT_EQ(package("not version(package('broken').version) > 9"), "no answer");
  EXPECT_THAT(package("version(package('nginx')) > 9"), HasSubstr("'.field' must follow"));
  EXPECT_THAT(package("version(package('nginx').version > 9"), HasSubstr("')' must stand here"));
  EXPECT_THAT(Filter::parse({.facts = {"version(package('nginx').version)>9"}}).error().message,
              HasSubstr("in -S alone"));
}

TEST(VersionFilterTest, AVersionOfADataFunctionReadsBack) {
  const auto filter =
      Filter::parse({.compounds = {"deb_version(package('nginx').version) >= '1:2~rc1'"}}).value();
  static const Packages packages;
  const auto part = filter.explain({"n1", nullptr, nullptr, nullptr, &packages}).parts[0];
  EXPECT_EQ(part.term, "deb_version(package('nginx').version) >= '1:2~rc1'");
  EXPECT_EQ(package(part.term), "no");
}

TEST(VersionFilterTest, WhatIsNoVersionHoldsForNoOperator) {
  for (const char* op : {"=", "!=", "<", ">", "<=", ">="}) {
    EXPECT_FALSE(fact(std::string("version(state)") + op + "1"));
    EXPECT_FALSE(fact(std::string("version(nothing)") + op + "1"));
    EXPECT_FALSE(fact(std::string("version(os)") + op + "1"));
  }
}

TEST(VersionFilterTest, MistakesAreToldBeforeAnythingIsSent) {
  const auto why = [](const char* word) {
    return Filter::parse({.facts = {word}}).error().message;
  };
  EXPECT_THAT(why("version(kernelversion)>new"), HasSubstr("'new' is no version"));
  EXPECT_THAT(why("version(kernelversion)=/6/"), HasSubstr("with a regular expression"));
  EXPECT_THAT(why("version(kernelversion>6"), HasSubstr("')' must stand here"));
  EXPECT_THAT(why("version(kernelversion)"), HasSubstr("an operator must follow"));
  for (const auto* call : {"versioncmp(kernelversion)>6", "Version(kernelversion)>6", "version()>6",
                           "rpm_version(nginx)>=1"})
    EXPECT_THAT(why(call), HasSubstr("known: version(FACT) and deb_version(FACT)")) << call;
}

TEST(VersionFilterTest, APrintedTermReadsBack) {
  const auto filter = Filter::parse({.facts = {"deb_version(a.b) >= 1:2.0~rc1-1"}}).value();
  const Value facts{{"a", {{"b", "1:2.0-1"}}}};
  const auto explanation = filter.explain({"n1", &facts, nullptr, nullptr, nullptr});
  EXPECT_EQ(explanation.parts[0].term, "deb_version(a.b) >= '1:2.0~rc1-1'");
  EXPECT_EQ(explanation.parts[0].found, "\"1:2.0-1\"");
  EXPECT_EQ(filter.fact_paths(), std::vector<std::string>{"a.b"});
  EXPECT_TRUE(holds({.compounds = {"version(kernelversion) >= '6.18.2'"}}));
}

}  // namespace
}  // namespace muster::filter
