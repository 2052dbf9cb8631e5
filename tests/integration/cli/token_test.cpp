// `muster token`: no broker is asked.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/integration/cli/installation.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

class TokenCommandTest : public testing::Test {
 protected:
  Finished create(std::vector<std::string> options) const {
    options.insert(options.begin(), {"token", "create", "--out", file_});
    return here_.muster(options);
  }
  Finished show() const { return here_.muster({"token", "show", file_}); }

  const Installation here_{Installation::With::no_broker};
  const std::string file_ = here_.file("node.token");
};

TEST_F(TokenCommandTest, ShowTellsWhatCreateWasTold) {
  const auto made = create(
      {"--identity", "web-*.example.test", "--identity", "db?", "--uses", "3", "--ttl", "2h"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_THAT(made.out, HasSubstr("valid until"));
  struct stat about {};
  ASSERT_EQ(::stat(file_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);

  const auto shown = here_.muster({"token", "show", file_, "--json"});
  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  const auto document = shown.json();
  EXPECT_EQ(document.at("valid"), true);
  const auto& token = document.at("token");
  EXPECT_EQ(token.at("identities"), Value({"web-*.example.test", "db?"}));
  EXPECT_EQ(token.at("uses"), 3);
  EXPECT_EQ(token.at("master"), false);
  EXPECT_THAT(token.at("node_brokers").at(0), HasSubstr("127.0.0.1"));
  EXPECT_THAT(shown.out, testing::Not(HasSubstr("password")));

  const auto screen = show().out;
  EXPECT_THAT(screen, HasSubstr("    identities: web-*.example.test, db?\n"));
  EXPECT_THAT(screen, HasSubstr("        master: no\n"));
  EXPECT_THAT(screen, testing::EndsWith("         valid: yes\n"));
}

TEST_F(TokenCommandTest, AnExpiredTokenSaysSinceWhenAndExits1) {
  ASSERT_EQ(create({"--ttl", "1s"}).exit_code, 0);
  EXPECT_TRUE(fakes::wait_until([this] { return show().exit_code == 1; }));
  EXPECT_THAT(show().out, HasSubstr("no: expired at 20"));
  const auto document = here_.muster({"token", "show", file_, "--json"}).json();
  EXPECT_EQ(document.at("valid"), false);
  EXPECT_THAT(document.at("problem"), HasSubstr("expired at"));
}

TEST_F(TokenCommandTest, ATokenOfAnotherRootIsNotGoodHere) {
  const Installation elsewhere(Installation::With::no_broker);
  ASSERT_EQ(elsewhere.muster({"token", "create", "--out", file_}).exit_code, 0);
  const auto shown = show();
  EXPECT_EQ(shown.exit_code, 1);
  EXPECT_THAT(shown.out, HasSubstr("valid: no"));
  EXPECT_THAT(shown.out, HasSubstr("root"));
}

TEST_F(TokenCommandTest, WithoutAConfigurationOnlyTheTokensOwnRootSpeaksForIt) {
  ASSERT_EQ(create({}).exit_code, 0);
  const auto alone =
      run({MUSTER_PROGRAM, "token", "show", file_}, {{"HOME", here_.file("nobody")}});
  EXPECT_EQ(alone.exit_code, 0) << alone.err;
  EXPECT_THAT(alone.out, HasSubstr("valid: for whoever trusts that root"));
  const auto typo = here_.folder().write("typo.yaml", "brokrs: [a]\n");
  const auto broken = here_.muster_with(typo, {"token", "show", file_});
  EXPECT_EQ(broken.exit_code, 1);
  EXPECT_THAT(broken.err, HasSubstr("unknown key 'brokrs'"));
}

TEST_F(TokenCommandTest, WhatIsNoTokenIsNamedWithItsFile) {
  here_.folder().write("node.token", "nonsense\n");
  const auto garbage = show();
  EXPECT_EQ(garbage.exit_code, 1);
  EXPECT_THAT(garbage.err, HasSubstr(file_));
  const auto missing = here_.muster({"token", "show", here_.file("nothing")});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("nothing: No such file"));
}

TEST_F(TokenCommandTest, WrongOptionsAreNamedAndNothingIsWritten) {
  const auto refused = [this](const std::vector<std::string>& options, const std::string& says) {
    const auto made = create(options);
    EXPECT_EQ(made.exit_code, 1) << testing::PrintToString(options);
    EXPECT_THAT(made.err, HasSubstr(says)) << testing::PrintToString(options);
    EXPECT_FALSE(std::filesystem::exists(file_)) << testing::PrintToString(options);
  };
  refused({"--ttl", "tomorrow"}, "'tomorrow' is not a duration");
  refused({"--ttl", "0s"}, "'0s' is not a duration");
  refused({"--ttl", "3651d"}, "at most 3650 d");
  refused({"--uses", "-1"}, "-1");
  refused({"--uses", "many"}, "many");
  refused({"--identity", "a/b"}, "a/b");
  refused({"--identity", ""}, "identities");
  refused({"--mastr"}, "did you mean '--master'?");
  refused({"extra"}, "extra");
}

TEST_F(TokenCommandTest, WithoutTheRootsKeyNoTokenIsMade) {
  std::filesystem::remove(here_.in_operator("root.key"));
  const auto made = create({});
  EXPECT_EQ(made.exit_code, 1);
  EXPECT_THAT(made.err, HasSubstr(here_.in_operator("root.key")));
}

}  // namespace
}  // namespace muster::test
