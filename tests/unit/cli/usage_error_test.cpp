#include "orchestrator/cli/usage_error.hpp"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace muster::cli {
namespace {

// A command line shaped as Muster's.
class UsageErrorTest : public testing::Test {
 protected:
  UsageErrorTest() {
    app_.name("muster");
    app_.require_subcommand(1);
    auto* ping = app_.add_subcommand("ping", "");
    ping->add_option("--timeout,-t", timeout_, "")->check(CLI::Range(0.01, 100.0));
    auto* provision = app_.add_subcommand("provision", "");
    provision->require_subcommand(1);
    provision->add_subcommand("list", "");
    provision->add_subcommand("show", "")->add_option("node", node_, "")->required();
  }

  std::string error_of(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());
    try {
      app_.parse(words);
    } catch (const CLI::ParseError& error) {
      return usage_error(app_, error);
    }
    return "parsed";
  }

  CLI::App app_;
  double timeout_ = 0;
  std::string node_;
};

TEST_F(UsageErrorTest, AnUnknownCommandGetsTheNearest) {
  EXPECT_EQ(error_of({"pnig"}),
            "'muster' has no command 'pnig'; did you mean 'ping'?\nSee 'muster --help'");
}

TEST_F(UsageErrorTest, AnUnknownSubcommandGetsTheNearest) {
  EXPECT_EQ(error_of({"provision", "lits"}),
            "'muster provision' has no command 'lits'; did you mean 'list'?\n"
            "See 'muster provision --help'");
}

TEST_F(UsageErrorTest, AnUnknownOptionGetsTheNearest) {
  EXPECT_EQ(error_of({"ping", "--timout", "3"}),
            "'muster ping' has no option '--timout'; did you mean '--timeout'?\n"
            "See 'muster ping --help'");
}

TEST_F(UsageErrorTest, AWordInPlaceOfANumberIsSaidToBeNone) {
  unsigned uses = 0;
  app_.add_subcommand("create", "")->add_option("--uses", uses, "");
  EXPECT_EQ(error_of({"create", "--uses", "x"}),
            "--uses: 'x' is no number, or too large\nSee 'muster create --help'");
}

TEST_F(UsageErrorTest, AMistypedRequiredOptionIsNotCalledMissing) {
  std::string identity;
  app_.add_subcommand("create", "")->add_option("--identity", identity, "")->required();
  EXPECT_EQ(error_of({"create", "--identty", "n1"}),
            "'muster create' has no option '--identty'; did you mean '--identity'?\n"
            "See 'muster create --help'");
}

TEST_F(UsageErrorTest, AMissingCommandGetsAllOfThem) {
  const auto text = error_of({"provision"});
  EXPECT_NE(text.find("list"), std::string::npos) << text;
  EXPECT_NE(text.find("show"), std::string::npos) << text;
}

TEST_F(UsageErrorTest, AValueOutOfRangeIsNamed) {
  const auto text = error_of({"ping", "-t", "1000"});
  EXPECT_NE(text.find("--timeout"), std::string::npos) << text;
  EXPECT_NE(text.find("1000"), std::string::npos) << text;
}

TEST_F(UsageErrorTest, AMissingPositionalIsNamed) {
  EXPECT_NE(error_of({"provision", "show"}).find("node"), std::string::npos);
}

TEST_F(UsageErrorTest, HelpIsNotShownForWhatIsNotThere) {
  EXPECT_THROW(app_.parse("pnig --help"), CLI::CallForHelp);
  EXPECT_EQ(unknown_word(app_),
            "'muster' has no command 'pnig'; did you mean 'ping'?\nSee 'muster --help'");
  EXPECT_THROW(app_.parse("provision show --help"), CLI::CallForHelp);
  EXPECT_EQ(unknown_word(app_), std::nullopt);
}

TEST_F(UsageErrorTest, AWordTooManyIsNamed) {
  EXPECT_NE(error_of({"ping", "n1"}).find("'muster ping' does not expect 'n1'"), std::string::npos);
}

}  // namespace
}  // namespace muster::cli
