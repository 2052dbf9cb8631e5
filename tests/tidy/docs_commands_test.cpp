// Every command line of `muster` that documents show is one: in blocks of code it parses as it stands, in backquotes its
// commands and options are those of the command tree.
//
// Decisions (docs/adr) tell what was so when they were made, and are left alone.
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <regex>

#include "orchestrator/cli/command_tree.hpp"
#include "orchestrator/cli/program.hpp"
#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

using Words = std::vector<std::string>;
using Nodes = std::vector<const cli::CommandNode*>;

struct Shown {
  std::string where;  // FILE:LINE
  std::string line;
  bool block = false;  // in a block of code: a whole line, not a form of it
};

bool is_document(const File& file) {
  return file.has_suffix(".md") && !file.below("docs/adr/");
}

// "$ muster ping", and what is drawn or printed there is none.
bool begins_command(const std::string& line) {
  static const std::regex prompt(R"(\s*(\$ )?(sudo )?muster [a-z-].*)");
  return std::regex_match(line, prompt);
}

std::vector<Shown> shown_in(const File& file) {
  static const std::regex span("`(muster [^`]+)`");
  std::vector<Shown> all;
  bool fenced = false;
  std::size_t number = 0;
  for (const auto& line : lines_of(file.text)) {
    const auto where = file.path + ":" + std::to_string(++number);
    if (line.find("```") != std::string::npos) {
      fenced = !fenced;
    } else if (fenced) {
      const bool goes_on = !all.empty() && all.back().block && all.back().line.ends_with('\\');
      if (goes_on)
        all.back().line.replace(all.back().line.size() - 1, 1, line);
      else if (begins_command(line))
        all.push_back({where, line.substr(line.find("muster ")), true});
    } else {
      for (std::sregex_iterator at(line.begin(), line.end(), span), end; at != end; ++at)
        all.push_back({where, (*at)[1].str(), false});
    }
  }
  return all;
}

// As a shell takes it apart: each command of a pipeline, without comments.
class ShellLine {
 public:
  explicit ShellLine(const std::string& line) {
    for (const char c : line) {
      if (quote_ == '#') break;
      take(c);
    }
    end_word();
  }
  std::vector<Words> commands;

 private:
  void take(char c) {
    if (quote_ != 0) {
      if (c == quote_)
        quote_ = 0;
      else
        word_ += c;
    } else if (c == '\'' || c == '"') {
      quote_ = c;
      begun_ = true;
    } else if (c == '#' && !begun_) {
      quote_ = '#';
    } else if (c == '|' || c == ';' || c == '&') {
      end_word();
      commands.emplace_back();
    } else if (c == ' ') {
      end_word();
    } else {
      word_ += c;
      begun_ = true;
    }
  }
  void end_word() {
    if (commands.empty()) commands.emplace_back();
    if (begun_) commands.back().push_back(word_);
    word_.clear();
    begun_ = false;
  }

  std::string word_;
  bool begun_ = false;
  char quote_ = 0;
};

std::string without_brackets(const std::string& word) {
  static const std::regex brackets(R"([\[\]]|…|,$)");
  return std::regex_replace(word, brackets, "");
}

// NODE, [NAME], --option: the command ends in front of it.
bool is_command_word(const std::string& word) {
  static const std::regex command("[a-z][a-z0-9|-]*");
  return std::regex_match(word, command);
}

Words alternatives(const std::string& word) {
  Words all;
  std::stringstream text(word);
  for (std::string one; std::getline(text, one, '|');) all.push_back(one);
  return all;
}

// An option of the command, or, of a group, of any command in it; null when there is none.
const cli::OptionNode* find_option(const cli::CommandNode& node, const std::string& option) {
  if (const auto* found = node.find_option(option)) return found;
  for (const auto& below : node.commands)
    if (const auto* found = find_option(below, option)) return found;
  return nullptr;
}

const cli::CommandNode& tree() {
  static const cli::CommandNode all = [] {
    cli::Program program;
    cli::build(program);
    return cli::tree_of(program);
  }();
  return all;
}

// The form of a line in prose, word by word; what is wrong, or nothing.
class Form {
 public:
  explicit Form(const std::string& line) {
    std::stringstream text(line);
    text >> word_;  // muster
    for (std::string word;
         wrong.empty() && text >> word && word != "--" && word != "|" && word != "\\|";)
      take(without_brackets(word));
  }
  std::string wrong;

 private:
  void take(const std::string& word) {
    static const std::regex option("--?[A-Za-z][A-Za-z-]*(=.*)?");
    const bool value = std::exchange(value_follows_, false);
    if (value || word.empty()) return;
    if (std::regex_match(word, option))
      take_option(word.substr(0, word.find('=')));
    else if (!in_words_)
      take_command(word);
  }
  void take_option(const std::string& option) {
    const cli::OptionNode* known = nullptr;
    for (const auto* node : at_)
      if (known == nullptr) known = find_option(*node, option);
    if (known == nullptr) known = tree().find_option(option);
    if (known == nullptr) wrong = at_.front()->path + " has no " + option;
    value_follows_ = known != nullptr && known->takes_value() && !in_words_;
  }
  void take_command(const std::string& word) {
    in_words_ = at_.front()->commands.empty() || !is_command_word(word);
    if (in_words_) return;
    Nodes below;
    for (const auto& name : alternatives(word)) {
      const auto* found = at_.front()->find(name);
      if (found == nullptr && name != "help") wrong = at_.front()->path + " has no " + name;
      if (found != nullptr) below.push_back(found);
    }
    if (below.empty())
      in_words_ = true;
    else
      at_ = below;
  }

  std::string word_;
  Nodes at_{&tree()};
  bool in_words_ = false;
  bool value_follows_ = false;
};

std::string why_not_parsed(const Words& words) {
  cli::Program program;
  cli::build(program);
  std::vector<const char*> argv;
  for (const auto& word : words) argv.push_back(word.c_str());
  try {
    cli::parse(program, static_cast<int>(argv.size()), argv.data());
  } catch (const CLI::ParseError& error) {
    return error.get_exit_code() == 0 ? "" : error.what();
  }
  return "";
}

std::vector<std::string> wrong_in(const File& file) {
  std::vector<std::string> wrong;
  for (const auto& [where, line, block] : shown_in(file)) {
    auto why = Form(line).wrong;
    const bool whole = block && line.find("…") == std::string::npos;
    const ShellLine taken_apart(line);
    if (whole)
      for (const auto& command : taken_apart.commands)
        if (why.empty() && !command.empty() && command.front() == "muster")
          why = why_not_parsed(command);
    if (!why.empty()) wrong.push_back(where + ": " + line + ": " + why);
  }
  return wrong;
}

TEST(DocsCommandsTest, EveryCommandLineIsOne) {
  std::size_t seen = 0;
  for (const auto& file : files()) {
    if (!is_document(file)) continue;
    seen += shown_in(file).size();
    for (const auto& one : wrong_in(file)) ADD_FAILURE() << one;
  }
  EXPECT_GT(seen, 100U) << "no command lines are found any more";
}

TEST(DocsCommandsTest, WhatIsNoneIsFound) {
  const std::string text =
      "`muster pnig` `muster ping --nothing` `muster operator create|destroy NAME`\n"
      "```\n$ muster ping -t soon\n$ muster ping | muster find extra\n  muster find \\\n    "
      "--nothing\n```\n"
      "`muster rpc X Y k=v` `muster operator|issuer create NAME [--ttl 90d]` `muster -c a.yaml "
      "ping`\n"
      "```\n$ muster ping -I 'n 1' -t 1s | muster ping   # twice\nmuster broker config --dir DIR "
      "…\n"
      "    muster ───┐ drawn\n```\n";
  EXPECT_EQ(wrong_in({"docs/X.md", text}).size(), 6U);
}

}  // namespace
}  // namespace muster::tidy
