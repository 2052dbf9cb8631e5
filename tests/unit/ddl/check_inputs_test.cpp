#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ddl/sample.hpp"

namespace muster::ddl {
namespace {

using testing::HasSubstr;

std::string why(const Value& extra) {
  Value inputs{{"service", "httpd"}};
  inputs.update(extra);
  const auto checked = check_inputs(sample_agent(), "restart", inputs);
  return checked ? "" : checked.error().message;
}

TEST(CheckInputsTest, DefaultsAreFilledIn) {
  const auto checked = check_inputs(sample_agent(), "restart", {{"service", "httpd"}});
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(*checked, (Value{{"service", "httpd"}, {"count", 1}}));
}

TEST(CheckInputsTest, ANullIsNoValue) {
  const auto checked = check_inputs(sample_agent(), "restart",
                                    {{"service", "httpd"}, {"count", nullptr}, {"force", nullptr}});
  ASSERT_TRUE(checked);
  EXPECT_EQ(*checked, (Value{{"service", "httpd"}, {"count", 1}}));
  EXPECT_TRUE(check_inputs(sample_agent(), "status", nullptr));
}

TEST(CheckInputsTest, AMissingInputIsMissingData) {
  const auto checked = check_inputs(sample_agent(), "restart", Value::object());
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::missing_data);
  EXPECT_EQ(checked.error().message, "service#restart needs input 'service' (a string)");
}

TEST(CheckInputsTest, AnUnknownActionNamesTheNearest) {
  const auto checked = check_inputs(sample_agent(), "restrat", Value::object());
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::unknown_action);
  EXPECT_EQ(checked.error().message,
            "agent service has no action 'restrat'; did you mean 'restart'?");
}

TEST(CheckInputsTest, AnUnknownInputNamesTheNearest) {
  EXPECT_EQ(why({{"forse", true}}), "service#restart has no input 'forse'; did you mean 'force'?");
  EXPECT_THAT(check_inputs(sample_agent(), "status", {{"x", 1}}).error().message,
              HasSubstr("service#status has no input 'x'; it takes none"));
}

TEST(CheckInputsTest, TypesAreHeld) {
  EXPECT_EQ(why({{"count", "x"}}),
            "input 'count' of service#restart must be an integer, not \"x\"");
  EXPECT_THAT(why({{"count", 1.5}}), HasSubstr("must be an integer, not 1.5"));
  EXPECT_THAT(why({{"force", "true"}}), HasSubstr("must be a boolean"));
  EXPECT_THAT(why({{"service", 5}}), HasSubstr("must be a string"));
  EXPECT_THAT(why({{"env", Value::array()}}), HasSubstr("must be a hash"));
  EXPECT_THAT(why({{"tags", "a"}}), HasSubstr("must be an array"));
  EXPECT_THAT(why({{"mode", "medium"}}), HasSubstr("must be one of soft, hard, not \"medium\""));
  EXPECT_EQ(
      why({{"ratio", 2}, {"size", 2.5}, {"mode", "soft"}, {"env", {{"A", "b"}}}, {"tags", {1}}}),
      "");
}

TEST(CheckInputsTest, LengthCountsCharactersNotBytes) {
  EXPECT_EQ(why({{"service", "ääääääää"}}), "");
  EXPECT_THAT(why({{"service", "123456789"}}), HasSubstr("at most 8 characters long, not 9"));
}

TEST(CheckInputsTest, NoMaximumLengthStillValidates) {
  auto document = sample_document();
  document["actions"][0]["input"]["service"]["maxlength"] = 0;
  const auto agent = parse(document.dump(), "x.json");
  ASSERT_TRUE(agent);
  EXPECT_TRUE(check_inputs(*agent, "restart", {{"service", std::string(5000, 'a')}}));
  EXPECT_FALSE(check_inputs(*agent, "restart", {{"service", "a;b"}}));
}

TEST(CheckInputsTest, AMapIsNeeded) {
  EXPECT_THAT(check_inputs(sample_agent(), "status", Value::array()).error().message,
              HasSubstr("must be a map"));
}

}  // namespace
}  // namespace muster::ddl
