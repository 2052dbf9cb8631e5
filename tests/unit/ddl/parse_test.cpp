#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ddl/sample.hpp"

namespace muster::ddl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

using Pointer = Value::json_pointer;

std::string error_of(const Value& document) {
  const auto parsed = parse(document.dump(), "service.json");
  return parsed ? "" : parsed.error().message;
}

std::string error_with(const char* pointer, const Value& value) {
  auto document = sample_document();
  document[Pointer(pointer)] = value;
  return error_of(document);
}

std::string error_without(const char* pointer) {
  auto document = sample_document();
  const Pointer at(pointer);
  document[at.parent_pointer()].erase(at.back());
  return error_of(document);
}

TEST(DdlParseTest, AWholeDescriptionIsRead) {
  const auto agent = sample_agent();
  EXPECT_EQ(agent.name, "service");
  EXPECT_EQ(agent.timeout, std::chrono::seconds(60));
  EXPECT_THAT(agent.action_names(), ElementsAre("restart", "status"));
  const auto* restart = agent.find("restart");
  ASSERT_NE(restart, nullptr);
  EXPECT_EQ(restart->display, Display::always);
  EXPECT_EQ(agent.find("status")->display, Display::failed);
  EXPECT_EQ(restart->inputs.size(), 8U);
  EXPECT_EQ(restart->outputs.size(), 2U);
  EXPECT_EQ(restart->aggregates.at(0).output, "state");
  EXPECT_EQ(agent.find("reboot"), nullptr);
}

TEST(DdlParseTest, CapitalHashIsAHash) {
  const auto agent = sample_agent();
  for (const auto& input : agent.find("restart")->inputs)
    EXPECT_EQ(input.type == Type::hash, input.name == "env") << input.name;
}

TEST(DdlParseTest, UnknownKeysNameFilePathAndNearest) {
  EXPECT_EQ(error_with("/metadata/licence", "x"),
            "service.json: /metadata: unknown key 'licence'; did you mean 'license'?");
  EXPECT_THAT(error_with("/actions/0/input/force/defualt", true),
              HasSubstr("/actions/0/input/force: unknown key 'defualt'; did you mean 'default'?"));
  EXPECT_THAT(error_with("/actions/0/inputs", Value::object()), HasSubstr("did you mean 'input'?"));
  EXPECT_THAT(error_with("/action", 1), HasSubstr("did you mean 'actions'?"));
}

TEST(DdlParseTest, UnknownWordsNameTheNearest) {
  EXPECT_THAT(error_with("/actions/0/input/force/type", "bolean"),
              HasSubstr("unknown type 'bolean'; did you mean 'boolean'?"));
  EXPECT_THAT(error_with("/actions/0/display", "alway"), HasSubstr("did you mean 'always'?"));
  EXPECT_THAT(error_with("/actions/0/aggregate/0/args/0", "stat"),
              HasSubstr("no output 'stat' to summary; did you mean 'state'?"));
}

TEST(DdlParseTest, EveryRequiredKeyIsMissed) {
  for (const char* key : {"/metadata", "/metadata/name", "/metadata/timeout", "/metadata/url",
                          "/actions", "/actions/0/action", "/actions/0/input", "/actions/1/output",
                          "/actions/0/input/service/prompt", "/actions/0/input/mode/list",
                          "/actions/0/output/pid/display_as"})
    EXPECT_THAT(error_without(key), HasSubstr("is missing")) << key;
}

TEST(DdlParseTest, WrongValuesAreRefused) {
  EXPECT_THAT(error_with("/metadata/timeout", 1), HasSubstr("integer of at least 2"));
  for (const auto& endless : {Value(86'401), Value(9'223'372'036'854'775'807), Value(~0ULL)})
    EXPECT_THAT(error_with("/metadata/timeout", endless),
                HasSubstr("/metadata/timeout: must be an integer of at least 2 and at most 86400"));
  EXPECT_EQ(error_with("/metadata/timeout", 86'400), "");
  EXPECT_THAT(error_with("/metadata/version", "one"), HasSubstr("is not like 1.2.3"));
  EXPECT_THAT(error_with("/metadata/name", "Ser/vice"), HasSubstr("agent name"));
  EXPECT_THAT(error_with("/actions/0/input/service/validation", "("),
              HasSubstr("is not a regular expression"));
  EXPECT_THAT(error_with("/actions/0/input/service/maxlength", -1), HasSubstr("at least 0"));
  EXPECT_THAT(error_with("/actions/0/input/count/maxlength", 3),
              HasSubstr("'maxlength' belongs to inputs of type string"));
  EXPECT_THAT(error_with("/actions/0/input/count/default", "one"),
              HasSubstr("default must be an integer, not \"one\""));
  EXPECT_THAT(error_with("/actions/1/action", "restart"), HasSubstr("stands twice"));
}

TEST(DdlParseTest, ADuplicateKeyIsAnError) {
  const auto parsed = parse(R"({"metadata": {"name": "a", "name": "b"}, "actions": []})", "x.json");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, "x.json: key 'name' stands twice in one object");
}

TEST(DdlParseTest, TheSameKeyInTwoObjectsIsFine) {
  EXPECT_EQ(error_of(sample_document()), "");
}

TEST(DdlParseTest, NotJsonAndTooLargeAreRefused) {
  EXPECT_THAT(parse("{", "x.json").error().message, StartsWith("x.json:1: not JSON: syntax error"));
  EXPECT_EQ(parse("[1e999]", "x.json").error().message,
            "x.json: not JSON: number overflow parsing '1e999'");
  EXPECT_THAT(parse("[]", "x.json").error().message, HasSubstr("must be an object, not array"));
  EXPECT_EQ(parse(std::string(kDocumentMaxBytes + 1, ' '), "x.json").error().code, Errc::limit);
}

TEST(DdlParseTest, WhatNestsTooDeepIsRefused) {
  // The document, "actions", the action, "input", and the input itself enclose the default.
  constexpr int kAround = 5;
  const auto nested = [](int depth) {
    const auto levels = static_cast<std::size_t>(depth - kAround);
    auto document = sample_document();
    document["actions"][0]["input"]["force"]["type"] = "any";
    document["actions"][0]["input"]["force"]["default"] = "@";
    auto text = document.dump();
    text.replace(text.find("\"@\""), 3, std::string(levels, '[') + std::string(levels, ']'));
    return parse(text, "x.json");
  };
  EXPECT_TRUE(nested(kDocumentMaxDepth));
  for (const int depth : {kDocumentMaxDepth + 1, 60'000}) {
    const auto parsed = nested(depth);
    ASSERT_FALSE(parsed) << depth;
    EXPECT_EQ(parsed.error().code, Errc::limit);
    EXPECT_EQ(parsed.error().message, "x.json: nested deeper than the limit of 64");
  }
}

TEST(DdlParseTest, AbsentOutputsGetTheirDefault) {
  const auto agent = sample_agent();
  Value data{{"pid", 7}};
  fill_outputs(*agent.find("restart"), data);
  EXPECT_EQ(data, (Value{{"pid", 7}, {"state", "unknown"}}));
  Value nothing;
  fill_outputs(*agent.find("restart"), nothing);
  EXPECT_EQ(nothing, (Value{{"pid", nullptr}, {"state", "unknown"}}));
}

}  // namespace
}  // namespace muster::ddl
