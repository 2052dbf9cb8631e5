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
    command.option("--time", time_, "").time(0.01, 86'400);
    command.option("--ttl", ttl_, "").time(1, 600, /*whole=*/true);
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
  std::optional<double> time_;
  int ttl_ = 60;
};

TEST_F(CommandLineTest, TimesHaveUnitsAndRangesInWords) {
  EXPECT_EQ(parse({"--time", "1s", "--ttl", "2m"}), "");
  EXPECT_EQ(time_, 1.0);
  EXPECT_EQ(ttl_, 120);
  EXPECT_EQ(parse({"--time", "0.5", "--ttl", "5"}), "");
  EXPECT_EQ(time_, 0.5);
  EXPECT_EQ(ttl_, 5);
  EXPECT_THAT(parse({"--time", "2d"}), HasSubstr("--time: must be from 10 ms to 1 d, not 2d"));
  EXPECT_THAT(parse({"--ttl", "1h"}), HasSubstr("--ttl: must be from 1 s to 10 min, not 1h"));
  EXPECT_THAT(parse({"--ttl", "1500ms"}), HasSubstr("must be whole seconds"));
  EXPECT_THAT(parse({"--time", "soon"}), HasSubstr("'soon' is not a time"));
  EXPECT_THAT(parse({"--seconds", "11"}), HasSubstr("must be from 0 to 10, not 11"));
}

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
