#include "orchestrator/cli/top_commands.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <vector>

namespace muster::cli {
namespace {

std::string_view named_by(std::vector<const char*> words) {
  words.insert(words.begin(), "muster");
  const auto* command = command_of(static_cast<int>(words.size()), words.data());
  return command == nullptr ? "" : command->name;
}

TEST(TopCommandsTest, EachAddsTheCommandOfItsName) {
  for (const auto& command : top_commands()) {
    Program program;
    command.add(program);
    EXPECT_NO_THROW(program.app->get_subcommand(std::string(command.name))) << command.name;
  }
}

TEST(TopCommandsTest, TheFirstWordThatIsNoOptionNamesIt) {
  EXPECT_EQ(named_by({"ping"}), "ping");
  EXPECT_EQ(named_by({"-v", "--json", "rpc", "rpcutil", "ping"}), "rpc");
  EXPECT_EQ(named_by({"-c", "ping", "find"}), "find");
  EXPECT_EQ(named_by({"--config", "ping", "find"}), "find");
  EXPECT_EQ(named_by({"--config=ping", "find"}), "find");
  EXPECT_EQ(named_by({"-cping", "find"}), "find");
}

TEST(TopCommandsTest, WhatNamesNoneOrSeesAllIsLeftToTheWhole) {
  for (const std::vector<const char*>& words : {std::vector<const char*>{},
                                                {"--help"},
                                                {"-c"},
                                                {"pnig"},
                                                {"complete", "ping"},
                                                {"man", "x"},
                                                {"completion", "bash"}})
    EXPECT_EQ(named_by(words), "");
}

}  // namespace
}  // namespace muster::cli
