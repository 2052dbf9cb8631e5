#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ddl/sample.hpp"

namespace muster::ddl {
namespace {

using testing::HasSubstr;

Value read(const std::string& word) {
  const auto inputs = inputs_from_words(sample_agent(), "restart", {word});
  return inputs ? inputs->begin().value() : Value(inputs.error().message);
}

TEST(InputsFromWordsTest, WordsGetTheTypeOfTheirInput) {
  for (const char* yes : {"true", "t", "yes", "y", "1", "TRUE"})
    EXPECT_EQ(read(std::string("force=") + yes), Value(true)) << yes;
  for (const char* no : {"false", "f", "no", "n", "0", "No"})
    EXPECT_EQ(read(std::string("force=") + no), Value(false)) << no;
  EXPECT_EQ(read("count=-12"), Value(-12));
  EXPECT_EQ(read("ratio=0.5"), Value(0.5));
  EXPECT_EQ(read("size=9007199254740993"), Value(9007199254740993));
  EXPECT_EQ(read("size=1.5"), Value(1.5));
  EXPECT_EQ(read(R"(env={"A":1})"), (Value{{"A", 1}}));
  EXPECT_EQ(read(R"(tags=["a"])"), Value::parse(R"(["a"])"));
  EXPECT_EQ(read("service=123"), Value("123"));
}

TEST(InputsFromWordsTest, TheValueMayHoldEqualsSigns) {
  EXPECT_EQ(read("service=a=b=c"), Value("a=b=c"));
  EXPECT_EQ(read("service="), Value(""));
}

TEST(InputsFromWordsTest, WhatDoesNotConvertIsTold) {
  EXPECT_EQ(read("count=ten"),
            Value("input 'count' of service#restart must be an integer, not 'ten'"));
  EXPECT_THAT(read("count=1x").get<std::string>(), HasSubstr("must be an integer"));
  EXPECT_THAT(read("count=99999999999999999999").get<std::string>(),
              HasSubstr("must be an integer"));
  EXPECT_THAT(read("ratio=inf").get<std::string>(), HasSubstr("must be a float"));
  EXPECT_THAT(read("force=maybe").get<std::string>(),
              HasSubstr("must be a boolean (true or false)"));
  EXPECT_THAT(read("env=[1]").get<std::string>(), HasSubstr("must be a hash in JSON"));
  EXPECT_THAT(read("forse=1").get<std::string>(), HasSubstr("did you mean 'force'?"));
  EXPECT_THAT(read("force").get<std::string>(), HasSubstr("write name=value"));
}

TEST(InputsFromWordsTest, TwiceIsAnError) {
  const auto inputs = inputs_from_words(sample_agent(), "restart", {"count=1", "count=2"});
  ASSERT_FALSE(inputs);
  EXPECT_EQ(inputs.error().message, "input 'count' of service#restart is given twice");
}

}  // namespace
}  // namespace muster::ddl
