#include "proto/ddl/site_rules.hpp"

#include <gmock/gmock.h>

#include "proto/ddl/validators.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/ddl/sample.hpp"

namespace muster::ddl {
namespace {

using testing::HasSubstr;

class SiteRulesTest : public testing::Test {
 protected:
  ~SiteRulesTest() override { use_site_rules({}); }

  std::string why(const char* file, const char* text) const {
    folder_.write(file, text);
    const auto rules = read_site_rules({folder_.path()});
    std::filesystem::remove(folder_ / file);
    return rules ? "" : rules.error().message;
  }

  fakes::TempFolder folder_;
};

TEST_F(SiteRulesTest, ValidatorsOfTheSiteCheckInputs) {
  folder_.write("validators.yaml", "service_name: '^[a-zA-Z.\\-_\\d:@]+$'\n");
  use_site_rules(read_site_rules({folder_.path()}).value());
  EXPECT_TRUE(check_validation("service_name"));
  EXPECT_EQ(why_invalid("service_name", "getty@tty1"), "");
  EXPECT_THAT(why_invalid("service_name", "a b"), HasSubstr("must match /^[a-zA-Z"));
  auto document = sample_document();
  document["actions"][0]["input"]["service"]["validation"] = "service_name";
  EXPECT_TRUE(parse(document.dump(), "x")->warnings.empty());
}

TEST_F(SiteRulesTest, WithoutARuleTextsMustBeShellsafe) {
  EXPECT_FALSE(check_validation("service_name"));
  EXPECT_EQ(why_invalid("service_name", "getty@tty1"), "");
  EXPECT_NE(why_invalid("service_name", "a;b"), "");
}

TEST_F(SiteRulesTest, AnEarlierFolderHidesALaterOne) {
  folder_.write("first/validators.yaml", "colour: '^red$'\n");
  folder_.write("second/validators.yaml", "colour: '^blue$'\nshape: '^round$'\n");
  const auto rules = read_site_rules({folder_ / "first", folder_ / "second", folder_ / "none"});
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_EQ(rules->validators.at("colour"), "^red$");
  EXPECT_EQ(rules->validators.at("shape"), "^round$");
}

TEST_F(SiteRulesTest, AggregatesAreOursWithAFormatAndTexts) {
  folder_.write("aggregates.yaml",
                "nagios_states:\n  function: summary\n  format: '%10s : %s'\n"
                "  values: {0: OK, 2: CRITICAL}\n");
  const auto rules = read_site_rules({folder_.path()});
  ASSERT_TRUE(rules) << rules.error().message;
  const auto& states = rules->aggregates.at("nagios_states");
  EXPECT_EQ(states.function, "summary");
  EXPECT_EQ(states.format, "%10s : %s");
  EXPECT_EQ(states.mapping.size(), 2U);
}

TEST_F(SiteRulesTest, MistakesNameFileAndEntry) {
  EXPECT_THAT(why("validators.yaml", "ipaddress: '.'\n"),
              HasSubstr("validators.yaml: ipaddress: Muster has it itself"));
  EXPECT_THAT(why("validators.yaml", "Big: '.'\n"), HasSubstr("Big: a name is of letters"));
  EXPECT_THAT(why("validators.yaml", "a: '(('\n"), HasSubstr("not a regular expression"));
  EXPECT_THAT(why("validators.yaml", "a: shellsafe\n"), HasSubstr("is no regular expression"));
  EXPECT_THAT(why("validators.yaml", "a: [1]\n"), HasSubstr("in quotes"));
  EXPECT_THAT(why("validators.yaml", "- a\n"), HasSubstr("a map of at most"));
  EXPECT_THAT(why("aggregates.yaml", "a: {function: sumary}\n"),
              HasSubstr("did you mean 'summary'"));
  EXPECT_THAT(why("aggregates.yaml", "a: {functoin: sum}\n"), HasSubstr("did you mean 'function'"));
  EXPECT_THAT(why("aggregates.yaml", "a: {function: sum, format: '%n'}\n"), HasSubstr("'%n'"));
}

}  // namespace
}  // namespace muster::ddl
