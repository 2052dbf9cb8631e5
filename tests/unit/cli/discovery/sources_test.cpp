#include "orchestrator/cli/discovery/sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"
#include "proto/filter/filter.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SourcesTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& text, mode_t mode) {
    const auto path = folder_.path() / name;
    EXPECT_TRUE(base::write_file(path, text, mode));
    return path;
  }
  // A discovery program with this shell code; $1 is the request, $2 the reply.
  Result<sources::Names> external(const std::string& code, std::vector<std::string> options = {}) {
    const auto program = write("program", "#!/bin/sh\n" + code + "\n", 0755);
    options.push_back("command=" + program.string());
    const Search search{.filter = filter_,
                        .agent = "puppet",
                        .method = Method::external,
                        .options = std::move(options),
                        .patience = std::chrono::seconds(5)};
    return sources::external(search, "main");
  }
  static std::string reply(const std::string& more) {
    return R"(echo '{"protocol": "io.choria.choria.discovery.v1.external_reply")" + more +
           R"(}' > "$2")";
  }

  fakes::TempFolder folder_;
  filter::Filter filter_ = *filter::Filter::parse(
      {.facts = {"country = de", "os.family=/deb/", "cpus>=2"}, .classes = {"web"}});
};

TEST_F(SourcesTest, AProgramGetsTheFilterAsChoriaSendsIt) {
  const auto copy = (folder_.path() / "seen").string();
  const auto names = external("cp \"$CHORIA_EXTERNAL_REQUEST\" " + copy +
                                  "\n[ \"$3\" = \"$CHORIA_EXTERNAL_PROTOCOL\" ] || exit 9\n" +
                                  reply(R"(, "nodes": ["n2", "n1", "n2"])"),
                              {"site=ams"});
  ASSERT_TRUE(names) << names.error().message;
  EXPECT_THAT(*names, ElementsAre("n1", "n2"));
  const auto seen = Value::parse(base::read_file(copy).value());
  EXPECT_EQ(seen["protocol"], "io.choria.choria.discovery.v1.external_request");
  EXPECT_EQ(seen["collective"], "main");
  EXPECT_EQ(seen["options"], (Value{{"site", "ams"}}));
  EXPECT_EQ(seen["timeout"], 5.0);
  EXPECT_EQ(seen["filter"]["fact"], Value::parse(R"([
      {"fact": "country", "operator": "==", "value": "de"},
      {"fact": "os.family", "operator": "=~", "value": "/deb/"},
      {"fact": "cpus", "operator": ">=", "value": "2"}])"));
  EXPECT_EQ(seen["filter"]["cf_class"], Value({"web"}));
  EXPECT_EQ(seen["filter"]["agent"], Value({"puppet"}));
}

TEST_F(SourcesTest, AnEmptyListAsGoWritesItIsNobody) {
  const auto names = external(reply(R"(, "nodes": null, "error": "")"));
  ASSERT_TRUE(names) << names.error().message;
  EXPECT_TRUE(names->empty());
}

TEST_F(SourcesTest, WhateverAProgramGetsWrongIsSaid) {
  const struct {
    std::string code;
    const char* message;
  } rows[] = {{"exit 3", "ended with 3"},
              {"echo no database >&2; exit 1", "ended with 1: 'no database'"},
              {"true", "is empty"},
              {"echo '{' > \"$2\"", "is no JSON object"},
              {"echo '[]' > \"$2\"", "is no JSON object"},
              {reply(R"(, "error": "no such site")"), "could not discover: 'no such site'"},
              {"echo '{\"nodes\": []}' > \"$2\"", "has not the protocol"},
              {reply(R"(, "nodes": "n1")"), "\"nodes\" that are no list"},
              {reply(R"(, "nodes": [1])"), "a node that is no text"},
              {reply(R"(, "nodes": ["../etc"])"), "names a node that cannot be"}};
  for (const auto& row : rows) {
    const auto names = external(row.code);
    ASSERT_FALSE(names) << row.code;
    EXPECT_THAT(names.error().message, HasSubstr(row.message));
  }
  const Search none{.filter = filter_, .method = Method::external};
  EXPECT_THAT(sources::external(none, "main").error().message, HasSubstr("--do command=PROGRAM"));
}

TEST_F(SourcesTest, AFileOfNamesIsReadInItsFormat) {
  const auto path = write("nodes.json", R"({"nodes": ["n1"]})", 0644);
  EXPECT_THAT(*sources::file({.filter = filter_, .nodes_file = path}), ElementsAre("n1"));
  const Search by_option{.filter = filter_,
                         .method = Method::file,
                         .options = {"file=" + path.string(), "format=yaml"}};
  EXPECT_THAT(*sources::file(by_option), ElementsAre("n1")) << "JSON is YAML";
}

TEST_F(SourcesTest, WhatIsWrongWithAFileOrAnOptionIsSaid) {
  const auto message = [&](std::vector<std::string> options, std::filesystem::path file) {
    return sources::file({.filter = filter_,
                          .method = Method::file,
                          .options = std::move(options),
                          .nodes_file = std::move(file)})
        .error()
        .message;
  };
  const auto empty = write("empty", "# nobody\n", 0644);
  EXPECT_THAT(message({}, {}), HasSubstr("--nodes FILE"));
  EXPECT_THAT(message({}, empty), HasSubstr("names no node"));
  EXPECT_THAT(message({}, folder_.path() / "gone"), HasSubstr("gone"));
  EXPECT_THAT(message({"fromat=json"}, empty), HasSubstr("did you mean 'format'?"));
  EXPECT_THAT(message({"format"}, empty), HasSubstr("KEY=VALUE"));
  EXPECT_THAT(message({"format=text", "format=json"}, empty), HasSubstr("twice"));
  EXPECT_THAT(message({"file=a"}, empty), HasSubstr("both name a file"));
}

TEST(MethodTest, NamesAreMustersAndMcollectives) {
  EXPECT_EQ(*method_from("mc"), Method::broadcast);
  EXPECT_EQ(*method_from("flatfile"), Method::file);
  for (const auto& name : method_names()) EXPECT_EQ(name_of(*method_from(name)), name);
  EXPECT_THAT(method_from("presense").error().message, HasSubstr("did you mean 'presence'?"));
}

}  // namespace
}  // namespace muster::cli
