#include "orchestrator/cli/ddl_library.hpp"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::cli {
namespace {

constexpr const char* kFridge = R"({
  "$schema": "https://choria.io/schemas/mcorpc/ddl/v1/agent.json",
  "metadata": {"name": "fridge", "description": "d", "author": "a", "license": "l",
               "version": "1.0.0", "url": "u", "timeout": 5},
  "actions": [{"action": "status", "description": "d", "display": "always", "input": {},
               "output": {}}]
})";

TEST(DdlLibraryTest, BuiltInAgentsAreThereWithoutAFolder) {
  const auto agent = DdlLibrary({}).find("rpcutil");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_NE(agent->find("ping"), nullptr);
}

TEST(DdlLibraryTest, AFileOfTheUsersDescribesAFurtherAgent) {
  const fakes::TempFolder folder;
  folder.write("fridge.json", kFridge);
  const DdlLibrary library({folder.path()});
  const auto agent = library.find("fridge");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_EQ(agent->actions.front().name, "status");
}

TEST(DdlLibraryTest, AnUnknownAgentGetsTheNearestOfBoth) {
  const fakes::TempFolder folder;
  folder.write("fridge.json", kFridge);
  const DdlLibrary library({folder.path()});
  EXPECT_NE(library.find("frigde").error().message.find("did you mean 'fridge'?"),
            std::string::npos);
  EXPECT_NE(library.find("rpcutl").error().message.find("did you mean 'rpcutil'?"),
            std::string::npos);
  EXPECT_EQ(library.find("rpcutl").error().code, Errc::unknown_action);
}

TEST(DdlLibraryTest, AnAgentsNameIsNoPath) {
  EXPECT_EQ(DdlLibrary({"/etc"}).find("../etc/passwd").error().code, Errc::invalid_data);
}

TEST(DdlLibraryTest, ABrokenFileIsNamed) {
  const fakes::TempFolder folder;
  folder.write("fridge.json", "{");
  const auto agent = DdlLibrary({folder.path()}).find("fridge");
  ASSERT_FALSE(agent);
  EXPECT_NE(agent.error().message.find("fridge.json"), std::string::npos);
}

TEST(DdlLibraryTest, ABrokenPluginIsListedWithItsErrorAndHidesNoOther) {
  const fakes::TempFolder folder;
  folder.write("fridge.json", kFridge);
  folder.write("broken.json", R"({"metadata": {"nmae": "broken"}, "actions": []})");
  folder.write("toaster.json", kFridge);
  folder.write("data/lamp.json", R"({"metadata": {"name": "lamp", "description": "d", "author": "a",
    "license": "l", "version": "2.0.0", "url": "u", "timeout": 5}, "query": null,
    "output": {"on": {"description": "o", "display_as": "On", "type": "boolean"}}})");
  const DdlLibrary library({folder.path()});
  std::map<std::string, Plugin> plugins;
  for (const auto& plugin : library.plugins()) plugins[plugin.name] = plugin;
  EXPECT_EQ(plugins["rpcutil"].error + plugins["rpcutil"].file.string(), "");
  EXPECT_EQ(plugins["fridge"].version, "1.0.0");
  EXPECT_EQ(plugins["fridge"].file, folder / "fridge.json");
  EXPECT_NE(plugins["broken"].error.find("did you mean 'name'?"), std::string::npos);
  EXPECT_NE(plugins["toaster"].error.find("is 'fridge', so the file must be fridge.json"),
            std::string::npos);
  EXPECT_EQ(plugins["lamp"].kind, PluginKind::data);
  EXPECT_TRUE(library.find_data("lamp"));
  EXPECT_FALSE(library.find("lamp"));
}

}  // namespace
}  // namespace muster::cli
