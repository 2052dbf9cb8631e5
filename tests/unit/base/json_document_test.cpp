#include "proto/base/json_document.hpp"

#include <gmock/gmock.h>

namespace muster::base {
namespace {

constexpr JsonLimits kLimits{.bytes = 100, .depth = 3, .values = 20};

std::string error_of(std::string_view text) {
  const auto read = read_json(text, "x.json", kLimits);
  return read ? "" : read.error().message;
}

TEST(JsonDocumentTest, ADocumentIsReadAsItStands) {
  EXPECT_EQ(read_json(R"({"a": [1, {"b": null}], "c": {"b": "\ud83d\ude00"}})", "x", kLimits),
            Value({{"a", {1, {{"b", nullptr}}}}, {"c", {{"b", "😀"}}}}));
}

TEST(JsonDocumentTest, AKeyThatStandsTwiceIsNamed) {
  EXPECT_EQ(error_of(R"({"a": 1, "b": {"a": 2}, "": 0})"), "");
  EXPECT_EQ(error_of(R"({"a": 1, "b": {"c": 2, "c": 2}})"),
            "x.json: key 'c' stands twice in one object");
  EXPECT_EQ(error_of(R"({"": 1, "": 2})"), "x.json: key '' stands twice in one object");
  EXPECT_EQ(error_of(R"([{"a": 1}, {"a": 2}])"), "") << "two objects";
}

TEST(JsonDocumentTest, WhatIsNoJsonIsToldWithItsLine) {
  EXPECT_THAT(error_of("{\n \"a\": 1,\n \"b\": }\n"),
              testing::StartsWith("x.json:3: not JSON: syntax error while parsing value"));
  EXPECT_THAT(error_of(""), testing::StartsWith("x.json:1: not JSON: "));
  EXPECT_THAT(error_of("\"\xff\""), testing::StartsWith("x.json:1: not JSON: "));
  EXPECT_EQ(error_of("[1e999]"), "x.json: not JSON: number overflow parsing '1e999'");
}

TEST(JsonDocumentTest, LimitsAreNamed) {
  EXPECT_EQ(error_of("[[[]]]"), "");
  EXPECT_EQ(error_of("[[[[]]]]"), "x.json: nested deeper than the limit of 3");
  EXPECT_EQ(error_of(std::string(101, ' ')), "x.json: 101 bytes; the limit is 100");
  EXPECT_EQ(error_of("[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"),
            "x.json: more than the limit of 20 values");
}

}  // namespace
}  // namespace muster::base
