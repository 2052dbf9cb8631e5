#include "orchestrator/cli/command_line.hpp"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>
#include <optional>

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    Command command(&app_);
    command.option("words", words_, "");
    command.option("-C,--class", classes_, "").one_word_each();
    command.option("--text", text_, "");
    command.option("--count", count_, "");
    command.option("--seconds", seconds_, "").range(0.0, 10.0);
  }
  // What is wrong; empty: nothing.
  std::string parse(std::vector<const char*> words) {
    words.insert(words.begin(), "muster");
    auto whole = whole_words(static_cast<int>(words.size()), words.data());
    try {
      app_.parse(whole);
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
    return "";
  }

  CLI::App app_;
  std::vector<std::string> words_;
  std::vector<std::string> classes_;
  std::string text_;
  std::optional<std::size_t> count_;
  double seconds_ = 0;
};

TEST_F(CommandLineTest, WordsInBracketsStayAsTheyWereTyped) {
  EXPECT_EQ(parse({"[ -f /run/reboot ]", "[a,b]", "[]", "x]", "-C", "[a,b]", "--class=[c]",
                   "--text", "[1, 2]"}),
            "");
  EXPECT_THAT(words_, ElementsAre("[ -f /run/reboot ]", "[a,b]", "[]", "x]"));
  EXPECT_THAT(classes_, ElementsAre("[a,b]", "[c]"));
  EXPECT_EQ(text_, "[1, 2]");
  EXPECT_EQ(parse({"--", "grep", "[0-9]"}), "");
  EXPECT_THAT(words_, ElementsAre("grep", "[0-9]"));
}

TEST_F(CommandLineTest, NumbersAreNumbersWithinTheirRange) {
  EXPECT_THAT(parse({"--count", "-3"}), HasSubstr("-3 is negative"));
  EXPECT_THAT(parse({"--seconds", "nan"}), HasSubstr("nan is no number"));
  EXPECT_THAT(parse({"--seconds", "11"}), HasSubstr("--seconds"));
  EXPECT_NE(parse({"--seconds", "inf"}), "");
  EXPECT_EQ(parse({"--count", "3", "--seconds", "0.5"}), "");
}

TEST_F(CommandLineTest, HelpIsACommandAsMCollectives) {
  const std::vector<const char*> words{"muster", "help", "ping"};
  EXPECT_THAT(whole_words(3, words.data()), ElementsAre("--help", "ping"));
}

}  // namespace
}  // namespace muster::cli
