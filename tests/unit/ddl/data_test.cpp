#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/ddl/ddl.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::ddl {
namespace {

using testing::HasSubstr;
using Pointer = Value::json_pointer;

Value document() {
  return Value::parse(R"({
    "$schema": "https://choria.io/schemas/mcorpc/ddl/v1/data.json",
    "metadata": {"name": "fstat", "description": "A file", "author": "A", "license": "Apache-2.0",
                 "version": "1.0.0", "url": "https://example.net", "timeout": 3, "provider": "external"},
    "query": {"prompt": "File", "description": "Its path", "type": "string", "optional": false,
              "validation": "^/", "maxlength": 20},
    "output": {"size": {"description": "Bytes", "display_as": "Size", "type": "integer", "default": 0},
               "type": {"description": "Kind", "display_as": "Kind"}}})");
}

std::string data_error_with(const char* pointer, const Value& value) {
  auto json = document();
  json[Pointer(pointer)] = value;
  const auto parsed = parse_data(json.dump(), "fstat.json");
  return parsed ? "" : parsed.error().message;
}

Data plugin(const char* pointer = nullptr, const Value& value = nullptr) {
  auto json = document();
  if (pointer) json[Pointer(pointer)] = value;
  auto parsed = parse_data(json.dump(), "fstat.json");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : Data{};
}

TEST(DataDdlTest, AWholeDescriptionIsRead) {
  const auto data = plugin();
  EXPECT_EQ(data.name, "fstat");
  EXPECT_EQ(data.provider, "external");
  EXPECT_EQ(data.timeout, std::chrono::seconds(3));
  ASSERT_TRUE(data.query);
  EXPECT_EQ(data.query->validation, "^/");
  ASSERT_NE(data.find("size"), nullptr);
  EXPECT_EQ(data.find("size")->type, "integer");
  EXPECT_EQ(data.find("sizes"), nullptr);
  Value answer{{"type", "file"}};
  fill_outputs(data.outputs, answer);
  EXPECT_EQ(answer, (Value{{"size", 0}, {"type", "file"}}));
}

TEST(DataDdlTest, MistakesNameFilePathAndNearest) {
  EXPECT_EQ(data_error_with("/outputs", Value::object()),
            "fstat.json: /: unknown key 'outputs'; did you mean 'output'?");
  EXPECT_THAT(data_error_with("/metadata/service", true), HasSubstr("unknown key 'service'"));
  EXPECT_THAT(data_error_with("/query/type", "sting"), HasSubstr("/query: unknown type 'sting'"));
  EXPECT_THAT(data_error_with("/output/size/type", "hash"),
              HasSubstr("output 'size' must be a string"));
  EXPECT_THAT(data_error_with("/output/size/default", Value::array()),
              HasSubstr("output 'size' must"));
  EXPECT_THAT(data_error_with("/output", Value::object()), HasSubstr("is empty"));
  EXPECT_THAT(data_error_with("/output/a b", {{"description", "d"}, {"display_as", "d"}}),
              HasSubstr("a b"));
}

TEST(DataDdlTest, AQueryIsConvertedAndChecked) {
  const auto text = plugin();
  EXPECT_EQ(*check_query(text, "/etc/hosts"), Value("/etc/hosts"));
  EXPECT_EQ(check_query(text, "etc").error().message,
            "the query of data plugin fstat must match /^//, not \"etc\"");
  EXPECT_THAT(check_query(text, "/etc/a/very/long/path").error().message, HasSubstr("at most 20"));
  EXPECT_EQ(check_query(text, std::nullopt).error().code, Errc::missing_data);
  const Value count{{"prompt", "N"}, {"description", "N"}, {"type", "integer"}, {"optional", true}};
  const auto number = plugin("/query", count);
  EXPECT_EQ(*check_query(number, "7"), Value(7));
  EXPECT_EQ(*check_query(number, std::nullopt), Value(nullptr));
  EXPECT_THAT(check_query(number, "x").error().message, HasSubstr("must be an integer, not 'x'"));
}

TEST(DataDdlTest, APluginMayTakeNoQuery) {
  const auto data = plugin("/query", nullptr);
  EXPECT_FALSE(data.query);
  EXPECT_EQ(*check_query(data, std::nullopt), Value(nullptr));
  EXPECT_THAT(check_query(data, "x").error().message,
              HasSubstr("takes no query, so write fstat()"));
}

TEST(DataDdlTest, EveryBuiltInDescriptionParsesUnderItsOwnName) {
  for (const auto& entry : data_texts()) {
    const auto data = built_in_data(entry.name);
    ASSERT_TRUE(data) << data.error().message;
    EXPECT_EQ(data->name, entry.name);
  }
  EXPECT_FALSE(built_in_data("no_such_plugin"));
}

}  // namespace
}  // namespace muster::ddl
