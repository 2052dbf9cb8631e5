#include "orchestrator/cli/discovery/name_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Row {
  const char* what;
  const char* list;
};

TEST(NameListTest, EveryFormOfAListIsRead) {
  const Row rows[] = {
      {"lines, comments, spaces", "# ours\n n2 \r\nn1 # the first\n\nn2"},
      {"JSON list", R"(["n2", "n1"])"},
      {"MCollective's JSON", R"([{"sender": "n1", "data": {}}, {"sender": "n2"}])"},
      {"Puppet's names", R"([{"certname": "n1"}, {"certname": "n2"}])"},
      {"a call's --json", R"({"agent": "a", "replies": [{"sender": "n1"}, {"sender": "n2"}]})"},
      {"find --json", R"({"nodes": ["n1", "n2"], "online": 9})"},
      {"provision list --json", R"({"nodes": [{"identity": "n1"}, {"identity": "n2"}]})"},
      {"--jsonl", "{\"sender\": \"n1\"}\n{\"sender\": \"n2\"}\n{\"request_stats\": {}}\n"},
      {"YAML", "---\n- n1\n- n2\n"},
      {"YAML without a beginning", "- n1\n- n2\n"},
      {"YAML behind comments", "\n# my nodes\n\n  # all\n- n1\n- n2\n"},
      {"YAML with a key", "nodes:\n  - n1\n  - n2\n"},
      {"YAML with a key and comments", "# mine\nnodes:  # all\n  - n1\n  - n2\n"}};
  for (const auto& row : rows) {
    const auto names = names_from(row.list, "list");
    ASSERT_TRUE(names) << row.what << ": " << names.error().message;
    EXPECT_THAT(*names, ElementsAre("n1", "n2")) << row.what;
  }
}

TEST(NameListTest, WhatWindowsAddsDoesNotCount) {
  const std::string utf16(
      "\xff\xfe"
      "n\0"
      "1\0\r\0\n\0n\0"
      "2\0",
      14);
  for (const std::string& list :
       {std::string("\xef\xbb\xbfn1\r\nn2\r\n"), utf16, std::string("\xef\xbb\xbf[\"n1\", \"n2\"]"),
        std::string("\xef\xbb\xbf- n1\r\n- n2\r\n")}) {
    const auto names = names_from(list, "list");
    ASSERT_TRUE(names) << names.error().message;
    EXPECT_THAT(*names, ElementsAre("n1", "n2"));
  }
}

// As Ansible's documentation writes inventories.
TEST(NameListTest, InventoriesOfAnsibleAreRead) {
  const Row rows[] = {
      {"ansible: groups, variables, groups of groups",
       "n1 ansible_host=192.0.2.1\n\n; old\n[web]\nn2:2222 http_port=80 # main\n\n"
       "[web:vars]\nntp_server=ntp.example\n[all:children]\nweb\n"},
      {"ansible: a range", "[web]\nn[1:2]\n"},
      {"ansible: hosts in so many words", "[web:hosts]#ours\nn1\n[db] # theirs\nn2\n"},
      {"ansible: no groups", "# two\nn1 ansible_host=192.0.2.1\nn2\tansible_port=2222\n"},
      {"ansible: Windows line ends", "[web]\r\nn1\r\nn2\r\n"},
      {"ansible: YAML",
       "all:\n  hosts:\n    n1:\n  children:\n    web:\n      hosts:\n"
       "        n2:\n          http_port: 80\n"},
      {"ansible: YAML with a vault and lists",
       "all:\n  vars:\n    key: !vault |\n      $ANSIBLE_VAULT;1.1\n  hosts: n1\n  children:\n"
       "    web:\n      hosts: [n2]\n    none:\n      hosts:\n"},
      {"ansible: YAML, Windows line ends", "all:\r\n  hosts:\r\n    n1:\r\n    n2: {}\r\n"},
      {"ansible-inventory --list",
       R"({"_meta": {"hostvars": {"n1": {}}}, "all": {"children": ["web"]}, "web": {"hosts": ["n1", "n2"]}})"}};
  for (const auto& row : rows) {
    const auto names = names_from(row.list, "list");
    ASSERT_TRUE(names) << row.what << ": " << names.error().message;
    EXPECT_THAT(*names, ElementsAre("n1", "n2")) << row.what;
  }
  EXPECT_THAT(*names_from("[db]\ndb-[a:c].x\nw[01:10:4]\n", "list"),
              ElementsAre("db-a.x", "db-b.x", "db-c.x", "w01", "w05", "w09"));
  EXPECT_THAT(names_from("[db]\nn[a:9]\n", "list").error().message,
              HasSubstr("list:2: [a:9] is no range"));
  EXPECT_THAT(*names_from("[db]\nn[:2].x\n", "list"), ElementsAre("n0.x", "n1.x", "n2.x"));
  EXPECT_THAT(names_from("[db]\nn[20:01]\n", "list").error().message,
              HasSubstr("list:2: the range [20:01] ends before it begins"));
  const auto end = std::string("18446744073709551615");
  EXPECT_THAT(*names_from("[db]\nn[" + end + ":" + end + ":" + end + "]\n", "list"),
              ElementsAre("n" + end));
  EXPECT_THAT(names_from("[db]\nn[0:99999999999]\n", "list").error().message,
              HasSubstr("more than 1000000 names"));
}

TEST(NameListTest, AnEmptyListIsEmpty) {
  for (const char* list : {"", "\n# nobody\n", "[]", R"({"replies": []})"})
    EXPECT_TRUE(names_from(list, "list")->empty()) << list;
}

TEST(NameListTest, OneLineOfJsonlIsANodeAndItsLastLineIsNone) {
  EXPECT_THAT(*names_from(R"({"sender": "n1"})", "list"), ElementsAre("n1"));
}

TEST(NameListTest, WhatIsWrongIsSaidWithItsPlace) {
  const struct {
    const char* list;
    const char* message;
  } rows[] = {{"n1\nN2\n", "list:2: "},
              {"n1 n2", "list:1: "},
              {"[1]", "list: item [0]: neither a name"},
              {R"({"replies": [{"host": "n1"}]})", "list: replies[0]: neither a name"},
              {R"({"hosts": []})", "\"replies\" or \"nodes\""},
              {"[\"n1\"", "list:1: not JSON"},
              {"{\n \"nodes\": [\n  \"n1\",\n  \"n2\"\n  \"n3\"\n ]\n}\n", "list:5: not JSON"},
              {"[\n\"n1\",\n\"n2\"\n", "list:3: not JSON"},
              {"{\"sender\": \"n1\"}\n{\"sender\"\n", "list:2: not JSON"},
              {"[\"n1\", 1e999]", "list: not JSON: number overflow parsing '1e999'"},
              {"---\n- n1\n- {a: b}\n", "list: item [1]: neither a name"},
              {"---\n- [\n", "list:"}};
  for (const auto& row : rows) {
    const auto names = names_from(row.list, "list");
    ASSERT_FALSE(names) << row.list;
    EXPECT_THAT(names.error().message, HasSubstr(row.message)) << row.list;
  }
}

TEST(NameListTest, TheNameOfAFileTellsItsFormat) {
  EXPECT_THAT(*names_from("{nodes: [n1]}", "my.yml"), ElementsAre("n1"));
  EXPECT_THAT(*names_from("[n1, n2]", "my.yaml"), ElementsAre("n1", "n2"));
  EXPECT_THAT(names_from("n1\n", "my.json").error().message, HasSubstr("my.json:1: not JSON"));
  for (const char* name : {"my.json", "my.yaml"})
    EXPECT_TRUE(names_from("# nobody\n", name)->empty()) << name;
}

TEST(NameListTest, AFormatCanBeInsistedOn) {
  EXPECT_FALSE(names_from("n1\n", "list", ListFormat::json));
  EXPECT_THAT(*names_from("[n1]", "list", ListFormat::yaml), ElementsAre("n1"));
  EXPECT_EQ(*list_format_from("yaml"), ListFormat::yaml);
  EXPECT_THAT(list_format_from("jason").error().message, HasSubstr("did you mean 'json'?"));
}

}  // namespace
}  // namespace muster::cli
