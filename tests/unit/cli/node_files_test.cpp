#include "orchestrator/cli/node_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class NodeFilesTest : public testing::Test {
 protected:
  std::string error_of(std::string_view text) {
    folder_.write("facts", std::string(text));
    const auto value = read_value_file(folder_ / "facts");
    return value ? "read" : value.error().message;
  }
  const fakes::TempFolder folder_;
};

TEST_F(NodeFilesTest, FactsAreYamlOrJson) {
  const Value wanted{{"os", {{"family", "Debian"}}}, {"uptime", 5}, {"version", "5.10"}};
  folder_.write("a.yaml", "---\nos:\n  family: Debian\nuptime: 5\nversion: '5.10'\n");
  folder_.write("a.json",
                "{\n\t\"os\": {\"family\": \"Debian\"}, \"uptime\": 5, \"version\": \"5.10\"}\n");
  EXPECT_EQ(read_value_file(folder_ / "a.yaml").value(), wanted);
  EXPECT_EQ(read_value_file(folder_ / "a.json").value(), wanted);
  folder_.write("empty", "");
  EXPECT_EQ(read_value_file(folder_ / "empty").value(), Value::object());
}

TEST_F(NodeFilesTest, FactsAreReadAsTheNodeReadsThem) {
  folder_.write("a.yaml",
                "\xef\xbb\xbf"
                "on: yes\r\nmode: 0755\r\nname: caf\xe9\r\n");
  EXPECT_EQ(read_value_file(folder_ / "a.yaml").value(),
            (Value{{"true", true}, {"mode", 493}, {"name", "caf\uFFFD"}}));
  folder_.write("classes.txt",
                "\xef\xbb\xbf"
                "apache\r\n");
  EXPECT_THAT(read_classes_file(folder_ / "classes.txt").value(), ElementsAre("apache"));
}

TEST_F(NodeFilesTest, WhatIsNeitherIsRefusedWithItsLine) {
  EXPECT_THAT(error_of("{\n \"a\": 1,\n \"b\": }\n"), HasSubstr("facts:3: not JSON: syntax error"));
  EXPECT_THAT(error_of("a: 1\nb: [\n"), HasSubstr("facts:"));
  EXPECT_THAT(error_of("- a\n- b\n"), HasSubstr("a map of names and values"));
  EXPECT_THAT(error_of("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}"),
              HasSubstr("nested deeper than"));
  EXPECT_THAT(error_of("{\"a\": 1e999}"),
              EndsWith("facts: not JSON: number overflow parsing '1e999'"));
  EXPECT_THAT(error_of("{\"a\": 1, \"a\": 2}"),
              EndsWith("facts: key 'a' stands twice in one object"));
  EXPECT_THAT(read_value_file(folder_ / "none").error().message, HasSubstr("none"));
}

TEST_F(NodeFilesTest, ClassesAreOneALine) {
  folder_.write("classes.txt", "apache\n\n role::web \r\nlast");
  EXPECT_THAT(read_classes_file(folder_ / "classes.txt").value(),
              ElementsAre("apache", "role::web", "last"));
  EXPECT_FALSE(read_classes_file(folder_ / "none"));
  EXPECT_THAT(split_list("puppet, rpcutil,,x"), ElementsAre("puppet", "rpcutil", "x"));
}

}  // namespace
}  // namespace muster::cli
