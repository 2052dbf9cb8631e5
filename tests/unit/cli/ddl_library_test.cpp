#include "orchestrator/cli/ddl_library.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::cli {
namespace {

constexpr const char* kService = R"({
  "$schema": "https://choria.io/schemas/mcorpc/ddl/v1/agent.json",
  "metadata": {"name": "service", "description": "d", "author": "a", "license": "l",
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
  folder.write("service.json", kService);
  const DdlLibrary library({folder.path()});
  const auto agent = library.find("service");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_EQ(agent->actions.front().name, "status");
}

TEST(DdlLibraryTest, AnUnknownAgentGetsTheNearestOfBoth) {
  const fakes::TempFolder folder;
  folder.write("service.json", kService);
  const DdlLibrary library({folder.path()});
  EXPECT_NE(library.find("servcie").error().message.find("did you mean 'service'?"),
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
  folder.write("service.json", "{");
  const auto agent = DdlLibrary({folder.path()}).find("service");
  ASSERT_FALSE(agent);
  EXPECT_NE(agent.error().message.find("service.json"), std::string::npos);
}

}  // namespace
}  // namespace muster::cli
