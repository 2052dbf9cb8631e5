// Every option of every command, in front of its words, between and behind them.
#include "orchestrator/cli/word_order.hpp"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>
#include <map>

#include "orchestrator/cli/program.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using Words = std::vector<std::string>;

// A command without others below it.
struct Leaf {
  Words path;  // "puppet", "status"
  CLI::App* app = nullptr;
};

void collect(CLI::App& app, const Words& path, std::vector<Leaf>& leaves) {
  const auto below = app.get_subcommands([](CLI::App*) { return true; });
  if (below.empty()) leaves.push_back({path, &app});
  for (auto* command : below) {
    auto longer = path;
    longer.push_back(command->get_name());
    collect(*command, longer, leaves);
  }
}

bool is_list(const CLI::Option& option) {
  return option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll ||
         option.get_items_expected_max() > 1;
}

bool takes_a_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0;
}

Words spellings(const CLI::Option& option) {
  Words names;
  if (!option.get_snames().empty()) names.push_back("-" + option.get_snames().front());
  if (!option.get_lnames().empty()) names.push_back("--" + option.get_lnames().front());
  return names;
}

bool of_everybody(const CLI::Option& option) {
  for (const auto* name : {"--help", "--config", "--json", "--verbose"})
    if (option.check_name(name)) return true;
  return false;
}

// Digits: good for numbers and for text.
std::map<const CLI::Option*, Words> words_of(const CLI::App& app) {
  std::map<const CLI::Option*, Words> words;
  int next = 5;
  for (const auto* option : app.get_options()) {
    if (!option->get_positional()) continue;
    words[option] = {std::to_string(next++)};
    if (is_list(*option)) words[option].push_back(std::to_string(next++));
  }
  return words;
}

class WordOrderTest : public testing::Test {
 protected:
  WordOrderTest() {
    build(program_);
    collect(*program_.app, {}, leaves_);
  }
  // What is wrong; empty: nothing.
  std::string parsed(const Words& words) {
    std::vector<const char*> argv{"muster"};
    for (const auto& word : words) argv.push_back(word.c_str());
    try {
      parse(program_, static_cast<int>(argv.size()), argv.data());
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
    return "";
  }
  // The words of a command, with `given` in front of the one at `at`, and what else it requires.
  static Words line(const Leaf& leaf, const CLI::Option* tested, const Words& given,
                    std::size_t at) {
    Words all = leaf.path;
    const auto positionals = words_of(*leaf.app);
    for (const auto* option : leaf.app->get_options())
      if (option->get_positional())
        for (const auto& word : positionals.at(option)) all.push_back(word);
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(std::min(at, all.size())), given.begin(),
               given.end());
    for (const auto* option : leaf.app->get_options())
      if (option->get_required() && !option->get_positional() && option != tested)
        all.insert(all.end(), {spellings(*option).front(), "1"});
    return all;
  }
  void expect_everywhere(const Leaf& leaf, const CLI::Option& option, const Words& given,
                         const Words& results) {
    const auto positionals = words_of(*leaf.app);
    std::size_t words = leaf.path.size();
    for (const auto& [positional, its] : positionals) words += its.size();
    for (std::size_t at = of_everybody(option) ? leaf.path.size() : 0; at <= words; ++at) {
      const auto typed = line(leaf, &option, given, at);
      SCOPED_TRACE(testing::PrintToString(typed));
      ASSERT_EQ(parsed(typed), "");
      ASSERT_EQ(option.results(), results);
      for (const auto& [positional, its] : positionals) ASSERT_EQ(positional->results(), its);
    }
  }

  Program program_;
  std::vector<Leaf> leaves_;
};

TEST_F(WordOrderTest, AnOptionTakesOneWordWhereverItStands) {
  ASSERT_GT(leaves_.size(), 30U);
  for (const auto& leaf : leaves_)
    for (const auto* option : leaf.app->get_options()) {
      if (option->get_positional() || option->check_name("--help")) continue;
      for (const auto& name : spellings(*option)) {
        if (takes_a_value(*option))
          expect_everywhere(leaf, *option, {name, "1"}, {"1"});
        else
          expect_everywhere(leaf, *option, {name}, {"true"});
      }
    }
}

TEST_F(WordOrderTest, AnOptionOfSeveralIsRepeatedWithAWordEach) {
  std::size_t lists = 0;
  for (const auto& leaf : leaves_)
    for (const auto* option : leaf.app->get_options()) {
      if (option->get_positional() || !takes_a_value(*option) || !is_list(*option)) continue;
      const auto name = spellings(*option).front();
      expect_everywhere(leaf, *option, {name, "1", name, "2"}, {"1", "2"});
      ++lists;
    }
  EXPECT_GT(lists, 50U);
}

TEST_F(WordOrderTest, OptionsInFrontOfTheirCommandGoBehindIt) {
  const auto in_order = [&](const Words& words) {
    return options_behind_commands(*program_.app, words);
  };
  EXPECT_THAT(in_order({"puppet", "-I", "n1", "status"}),
              ElementsAre("puppet", "status", "-I", "n1"));
  EXPECT_THAT(in_order({"--with-identity=n1", "-v", "puppet", "-jt3", "status", "x"}),
              ElementsAre("-v", "puppet", "status", "--with-identity=n1", "-jt3", "x"));
  EXPECT_THAT(in_order({"puppet", "-I", "n1"}), ElementsAre("puppet", "-I", "n1"))
      << "what is missing is said of what was typed";
  EXPECT_THAT(in_order({"puppet", "--nonsense", "status"}),
              ElementsAre("puppet", "--nonsense", "status"));
  EXPECT_THAT(in_order({"--master", "token", "create"}),
              ElementsAre("token", "create", "--master"));
  EXPECT_THAT(in_order({"--master", "m1", "trust", "add", "ca.pem"}),
              ElementsAre("trust", "add", "--master", "m1", "ca.pem"))
      << "one name, a flag there and with a value here";
  EXPECT_THAT(in_order({"rpc", "-I", "n1", "rpcutil", "ping"}),
              ElementsAre("rpc", "-I", "n1", "rpcutil", "ping"));
}

TEST_F(WordOrderTest, WhatFollowsTwoDashesIsNoOption) {
  EXPECT_EQ(parsed({"shell", "run", "-I", "n1", "--", "-I", "x"}), "");
}

}  // namespace
}  // namespace muster::cli
