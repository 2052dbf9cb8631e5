#include "orchestrator/cli/plugin/plugin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "orchestrator/cli/render/text.hpp"
#include "proto/base/child.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::cli {
namespace {

using testing::HasSubstr;

const render::Style kPlain(false);

// Of lines that could have been broken: a long regular expression stays whole, to be read and copied.
std::size_t widest(const std::string& text) {
  std::size_t most = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto word = line.find_first_not_of(' ');
    const bool breakable = word != std::string::npos && line.find(' ', word) != std::string::npos;
    if (breakable) most = std::max(most, render::width(line));
  }
  return most;
}

TEST(PluginDocTest, EveryBuiltInAgentHasAPageOfEightyColumns) {
  for (const auto& text : ddl::texts()) {
    const auto agent = ddl::built_in(text.name);
    ASSERT_TRUE(agent);
    const auto page = agent_page(*agent, kPlain);
    EXPECT_LE(widest(page), 80U) << page;
    for (const auto& action : agent->actions)
      EXPECT_THAT(page, HasSubstr("muster rpc " + agent->name + " " + action.name));
  }
}

TEST(PluginDocTest, InputsOutputsAndSummariesAreTold) {
  const auto page = agent_page(*ddl::built_in("rpcutil"), kPlain);
  EXPECT_THAT(page, HasSubstr("muster rpc rpcutil get_fact fact=…\n"));
  EXPECT_THAT(page, HasSubstr("      fact            Name of the fact; nested ones by dotted path\n"
                              "                      string, at most 512 characters, must match "
                              "/.+/\n"));
  EXPECT_THAT(page, HasSubstr("   Summaries\n      summary of value\n"));
}

TEST(PluginListTest, FunctionsValidatorsAndMethodsAreListed) {
  const DdlLibrary library({});
  const auto text = plugin_list_text(library, kPlain);
  EXPECT_LE(widest(text), 80U) << text;
  for (const char* name : {"rpcutil", "summary", "shellsafe", "presence"})
    EXPECT_THAT(text, HasSubstr("\n   " + std::string(name) + " "));
  const auto json = plugin_list_json(library);
  EXPECT_EQ(json["agents"].size(), ddl::texts().size());
  EXPECT_FALSE(json["aggregates"].empty() || json["validators"].empty() ||
               json["discovery"].empty());
}

// What the program NAME answers to `request`, as a node agent asks it.
Value answer(const fakes::TempFolder& folder, const std::string& name, const Value& request) {
  const auto request_file = folder.write("request", request.dump());
  const auto reply_file = folder.write("reply", "");
  const auto protocol = request.value("protocol", "");
  base::ChildSpec program;
  program.argv = {folder / name, request_file, reply_file, protocol};
  program.environment = {{"CHORIA_EXTERNAL_REQUEST", request_file},
                         {"CHORIA_EXTERNAL_REPLY", reply_file},
                         {"CHORIA_EXTERNAL_PROTOCOL", protocol}};
  program.working_folder = folder.path();
  const auto done = base::run_child(program);
  EXPECT_TRUE(done && done->exit_code == 0) << (done ? done->err : done.error().message);
  return Value::parse(folder.read("reply"), nullptr, false);
}

TEST(PluginGenerateTest, ANewAgentAnswersInEveryLanguage) {
  for (const char* language : {"python", "bash", "ruby"}) {
    const fakes::TempFolder folder;
    const auto files =
        generate({PluginKind::agent, "fridge", {"open", "close"}, language}, folder.path());
    ASSERT_TRUE(files && write_new(*files)) << language;
    ASSERT_TRUE(DdlLibrary({folder.path()}).find("fridge")) << language;
    const Value call{{"protocol", "io.choria.mcorpc.external.v1.rpc_request"},
                     {"agent", "fridge"},
                     {"action", "close"},
                     {"data", {{"message", "it's \"cold\"\\"}}}};
    EXPECT_EQ(answer(folder, "fridge", call),
              (Value{{"statuscode", 0},
                     {"statusmsg", "OK"},
                     {"data", {{"message", "close was told: it's \"cold\"\\"}}}}))
        << language;
    auto unknown = call;
    unknown["action"] = "melt";
    EXPECT_EQ(answer(folder, "fridge", unknown)["statuscode"], Value(2)) << language;
    const Value activation{{"protocol", "io.choria.mcorpc.external.v1.activation_request"},
                           {"agent", "fridge"}};
    EXPECT_EQ(answer(folder, "fridge", activation), (Value{{"activate", true}})) << language;
  }
}

TEST(PluginGenerateTest, ANewDataPluginAnswersInEveryLanguage) {
  for (const char* language : {"python", "bash", "ruby"}) {
    const fakes::TempFolder folder;
    const auto files =
        generate({PluginKind::data, "lamp", {"state", "watts"}, language}, folder.path());
    ASSERT_TRUE(files && write_new(*files)) << language;
    EXPECT_EQ(answer(folder, "lamp", {{"query", "hall"}}),
              (Value{{"data", {{"state", "state of hall"}, {"watts", "watts of hall"}}}}))
        << language;
  }
}

TEST(PluginGenerateTest, NothingIsOverwritten) {
  const fakes::TempFolder folder;
  folder.write("fridge", "mine");
  const auto files = generate({PluginKind::agent, "fridge", {"open"}, "python"}, folder.path());
  ASSERT_TRUE(files);
  const auto written = write_new(*files);
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().message, HasSubstr("fridge exists already; nothing was written"));
  EXPECT_EQ(folder.read("fridge"), "mine");
  EXPECT_FALSE(std::filesystem::exists(folder / "fridge.json"));
}

TEST(PluginGenerateTest, WrongNamesAreRefused) {
  const auto why = [](const NewPlugin& plugin) {
    const auto files = generate(plugin, ".");
    return files ? "" : files.error().message;
  };
  EXPECT_THAT(why({PluginKind::agent, "../x", {"a"}, "python"}), HasSubstr("../x"));
  EXPECT_THAT(why({PluginKind::agent, "puppet", {"a"}, "python"}),
              HasSubstr("the name 'puppet' is taken by an agent that comes with Muster"));
  EXPECT_THAT(why({PluginKind::agent, "discovery", {"a"}, "python"}), HasSubstr("with Choria"));
  EXPECT_THAT(why({PluginKind::data, "fstat", {"a"}, "python"}), HasSubstr("by a data plugin"));
  EXPECT_EQ(why({PluginKind::data, "discovery", {"a"}, "python"}), "");
  EXPECT_THAT(why({PluginKind::agent, "x", {"a", "a"}, "python"}), HasSubstr("named twice"));
  EXPECT_THAT(why({PluginKind::agent, "x", {"a-b"}, "python"}), HasSubstr("write '_' for '-'"));
  EXPECT_THAT(why({PluginKind::agent, "x", {""}, "python"}), HasSubstr("action"));
  EXPECT_THAT(why({PluginKind::agent, "x", {"a"}, "pyton"}), HasSubstr("did you mean 'python'?"));
}

}  // namespace
}  // namespace muster::cli
