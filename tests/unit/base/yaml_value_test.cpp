#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <nlohmann/json.hpp>

#include "proto/base/strict_yaml.hpp"

namespace muster::base {
namespace {

using ::testing::HasSubstr;

Value parsed(std::string_view text) {
  auto value = yaml_to_value(text, "facts.yaml");
  EXPECT_TRUE(value) << value.error().message;
  return value ? std::move(*value) : Value();
}

std::string refused(std::string_view text) {
  const auto value = yaml_to_value(text, "facts.yaml");
  EXPECT_FALSE(value) << value->dump();
  if (value) return "";
  EXPECT_EQ(value.error().code, Errc::invalid_data);
  return value.error().message;
}

TEST(YamlValueTest, PlainScalarsAreTypedByTheCoreSchema) {
  const auto value = parsed(
      "i: 42\nn: -7\np: +3\nh: 0xff\no: 0o17\nf: 1.5\ne: 1e3\nt: true\nb: False\nz: ~\nempty:\n"
      "word: yes\nversion: 1.2.3\nip: 10.0.0.1\nzero: 007\ninf: .inf\nname: nan\n");
  EXPECT_EQ(value["i"], 42);
  EXPECT_EQ(value["n"], -7);
  EXPECT_EQ(value["p"], 3);
  EXPECT_EQ(value["h"], 255);
  EXPECT_EQ(value["o"], 15);
  EXPECT_EQ(value["f"], 1.5);
  EXPECT_EQ(value["e"], 1000.0);
  EXPECT_EQ(value["t"], true);
  EXPECT_EQ(value["b"], false);
  EXPECT_TRUE(value["z"].is_null());
  EXPECT_TRUE(value["empty"].is_null());
  EXPECT_EQ(value["word"], "yes");
  EXPECT_EQ(value["version"], "1.2.3");
  EXPECT_EQ(value["ip"], "10.0.0.1");
  EXPECT_EQ(value["zero"], 7);
  EXPECT_EQ(value["inf"], ".inf");
  EXPECT_EQ(value["name"], "nan");
}

TEST(YamlValueTest, QuotedScalarsAreText) {
  const auto value = parsed("a: '42'\nb: \"true\"\nc: !!str 5\nd: |\n  5\n");
  EXPECT_EQ(value["a"], "42");
  EXPECT_EQ(value["b"], "true");
  EXPECT_EQ(value["c"], "5");
  EXPECT_EQ(value["d"], "5\n");
}

TEST(YamlValueTest, LargeIntegersStayExact) {
  EXPECT_EQ(parsed("9007199254740993"), 9007199254740993);
  EXPECT_EQ(parsed("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
}

TEST(YamlValueTest, JsonWithSurrogatePairsIsRead) {
  EXPECT_EQ(parsed(R"({"smile": "\ud83d\ude00", "path": "a\/b"})"),
            (Value{{"smile", "\xF0\x9F\x98\x80"}, {"path", "a/b"}}));
}

TEST(YamlValueTest, BrokenJsonNamesTheLine) {
  EXPECT_THAT(refused("{\n\"a\": 1,\n\"b\": ]\n}"), HasSubstr("facts.yaml:3: "));
}

TEST(YamlValueTest, DuplicateKeyIsAnError) {
  EXPECT_EQ(refused("a: 1\na: 2\n"), "facts.yaml:2: key 'a' stands here twice");
}

TEST(YamlValueTest, SecondDocumentIsAnError) {
  EXPECT_THAT(refused("a: 1\n---\nb: 2\n"), HasSubstr("facts.yaml:2: something follows the end"));
}

TEST(YamlValueTest, StrayBracketIsAnError) {
  EXPECT_THAT(refused("a: 1\n]\n"), HasSubstr("facts.yaml:2: "));
}

TEST(YamlValueTest, DeepNestingIsRefusedInYamlAndInJson) {
  EXPECT_THAT(refused(std::string(100, '[') + std::string(100, ']')), HasSubstr("limit of 64"));
  EXPECT_FALSE(yaml_to_value(std::string(500'000, '['), "x"));
}

TEST(YamlValueTest, AliasBombIsRefused) {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + std::string(1, c) + " [";
    for (int i = 0; i < 10; ++i) bomb += "*" + before + (i < 9 ? "," : "]\n");
  }
  EXPECT_THAT(refused(bomb), HasSubstr("limit of 100000 values"));
}

TEST(YamlValueTest, EveryMapOfTextsSurvivesTheWayThroughJson) {
  rc::check("dumped and parsed is the same",
            [](const std::map<std::string, std::int64_t>& numbers) {
              Value original = Value::object();
              for (const auto& [key, number] : numbers)
                if (Value(key).dump(-1, ' ', true, Value::error_handler_t::ignore) != "\"\"")
                  original["k" + std::to_string(number)] = number;
              const auto back = yaml_to_value(original.dump(), "x");
              RC_ASSERT(back.has_value());
              RC_ASSERT(*back == original);
            });
}

TEST(YamlValueTest, NoTextMakesTheParserThrow) {
  rc::check("always a Result", [] {
    const auto bytes = *rc::gen::container<std::string>(
        rc::gen::element('a', ':', ' ', '\n', '-', '[', ']', '{', '}', ',', '"', '\'', '&', '*',
                         '!', '|', '\t', '#', '%', '1', '\xff', '\0'));
    const auto value = yaml_to_value(bytes, "x");
    RC_ASSERT(value.has_value() || !value.error().message.empty());
  });
}

}  // namespace
}  // namespace muster::base
