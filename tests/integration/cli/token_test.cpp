// `muster token`: no broker is asked.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <algorithm>

#include "proto/base/files.hpp"
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

TEST_F(TokenCommandTest, WithoutABrokerATokenIsAsGoodAsItsFileSaysAndThatIsTold) {
  ASSERT_EQ(create({"--identity", "n1"}).exit_code, 0);
  const auto shown = show();
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_THAT(shown.err, HasSubstr("the bus was not asked whether it was revoked"));
  EXPECT_TRUE(
      here_.muster({"token", "show", file_, "--json"}).json().at("token").at("revoked").is_null());
  EXPECT_THAT(here_.muster({"token", "list"}).err, HasSubstr("the bus was not asked"));
}

TEST_F(TokenCommandTest, AFileThatIsThereIsLeftAlone) {
  ASSERT_EQ(create({"--identity", "n1"}).exit_code, 0);
  const auto first = show().out;
  const auto again = create({"--identity", "n2"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_THAT(again.err, HasSubstr("is there already"));
  EXPECT_EQ(show().out, first);
}

TEST_F(TokenCommandTest, AnExpiredTokenSaysSinceWhenAndExits1) {
  ASSERT_EQ(create({"--identity", "*", "--ttl", "1s"}).exit_code, 0);
  EXPECT_TRUE(fakes::wait_until([this] { return show().exit_code == 1; }));
  EXPECT_THAT(show().out, HasSubstr("no: expired at 20"));
  const auto document = here_.muster({"token", "show", file_, "--json"}).json();
  EXPECT_EQ(document.at("valid"), false);
  EXPECT_THAT(document.at("problem"), HasSubstr("expired at"));
}

TEST_F(TokenCommandTest, ATokenOfAnotherRootIsNotGoodHere) {
  const Installation elsewhere(Installation::With::no_broker);
  ASSERT_EQ(elsewhere.muster({"token", "create", "--identity", "*", "--out", file_}).exit_code, 0);
  const auto shown = show();
  EXPECT_EQ(shown.exit_code, 1);
  EXPECT_THAT(shown.out, HasSubstr("valid: no"));
  EXPECT_THAT(shown.out, HasSubstr("root"));
}

TEST_F(TokenCommandTest, WithoutAConfigurationOnlyTheTokensOwnRootSpeaksForIt) {
  ASSERT_EQ(create({"--identity", "*"}).exit_code, 0);
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
  EXPECT_THAT(garbage.err, HasSubstr("this is no join token"));
  const auto missing = here_.muster({"token", "show", here_.file("nothing")});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("nothing: No such file"));
}

TEST_F(TokenCommandTest, WrongOptionsAreNamedAndNothingIsWritten) {
  const auto refused = [this](std::vector<std::string> options, const std::string& says) {
    if (std::find(options.begin(), options.end(), "--identity") == options.end())
      options.insert(options.begin(), {"--identity", "n1"});
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
  refused({"--extension", "pp_role"}, "NAME=VALUE");
  refused({"--extension", "pp_rol=web"}, "did you mean 'pp_role'?");
  refused({"--extension", "pp_auth_role=admin"}, "authority over a Puppet Server");
  refused({"--alternative-name", "a b"}, "a b");
  refused({"--master"}, "--issues 'web*.example'");
  refused({"--issues", "*"}, "needs --master");
  refused({"--serves", "country=de"}, "needs --master");
  refused({"--serves", "country"}, "NAME=VALUE, such as country=de");
  refused({"--issuer", "nobody"}, "nobody.key is not there");
  refused({"--issuer", "operator"}, "no issuer");
  refused({"--mastr"}, "did you mean '--master'?");
  refused({"--uses", "1", "extra"}, "extra");
}

TEST_F(TokenCommandTest, AMastersTokenSaysWhatItsCaMayIssue) {
  ASSERT_EQ(create({"--identity", "puppet.web", "--master", "--issues", "web*", "--issues", "app*",
                    "--serves", "country=de"})
                .exit_code,
            0);
  EXPECT_THAT(show().out, HasSubstr("issues: web*, app*\n"));
  EXPECT_THAT(show().out, HasSubstr("serves: country=de\n"));
}

TEST_F(TokenCommandTest, WhatTheCertificateMaySayIsShown) {
  ASSERT_EQ(create({"--identity", "web-1", "--extension", "pp_role=web", "--alternative-name",
                    "www.example"})
                .exit_code,
            0);
  EXPECT_THAT(show().out, HasSubstr("pp_role"));
  EXPECT_THAT(show().out, HasSubstr("further_names: www.example\n"));
}

TEST_F(TokenCommandTest, ForWhichNamesMustBeTypedAlsoForAll) {
  const auto made = create({});
  EXPECT_EQ(made.exit_code, 1);
  EXPECT_THAT(made.err, HasSubstr("--identity"));
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(TokenCommandTest, TheRootsKeyMayBeOfflineButAnIssuersMustBeThere) {
  std::filesystem::remove(here_.in_operator("root.key"));
  ASSERT_EQ(create({"--identity", "*"}).exit_code, 0);
  EXPECT_EQ(show().exit_code, 0);
  std::filesystem::remove(here_.in_operator("issuer.key"));
  std::filesystem::remove(file_);
  const auto made = create({"--identity", "*"});
  EXPECT_EQ(made.exit_code, 1);
  EXPECT_THAT(made.err, HasSubstr(here_.in_operator("issuer.key")));
}

TEST_F(TokenCommandTest, AnIssuerWithLimitsMakesTokensWithinThem) {
  const auto issuer = here_.muster({"issuer", "create", "web", "--identity", "web-*", "--most-uses",
                                    "5", "--longest-life", "2h"});
  ASSERT_EQ(issuer.exit_code, 0) << issuer.err;
  EXPECT_EQ(
      create({"--issuer", "web", "--identity", "web-1*", "--uses", "5", "--ttl", "2h"}).exit_code,
      0);
  std::filesystem::remove(file_);
  for (const auto& [beyond, says] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"--identity", "db-1"}, "web-* only"},
           {{"--identity", "web-1", "--uses", "6"}, "5 uses at most"},
           {{"--identity", "web-1", "--ttl", "3h"}, "7200 s at most"},
           {{"--identity", "web-1", "--ttl", "1h", "--master", "--issues", "web-*"}, "for masters"},
           {{"--identity", "web-1", "--ttl", "1h", "--replace"}, "that replace"}}) {
    auto words = beyond;
    words.insert(words.end(), {"--issuer", "web"});
    EXPECT_THAT(create(words).err, HasSubstr(says));
  }
}

TEST_F(TokenCommandTest, AFileThatIsThereIsNotWrittenOver) {
  ASSERT_EQ(create({"--identity", "n1"}).exit_code, 0);
  const auto before = base::read_file(file_).value();
  const auto made = create({"--identity", "n2"});
  EXPECT_EQ(made.exit_code, 1);
  EXPECT_THAT(made.err, HasSubstr(file_ + "' is there already"));
  EXPECT_EQ(base::read_file(file_).value(), before);
}

TEST_F(TokenCommandTest, ListTellsWhatWasMadeAndShowWhetherItReplaces) {
  ASSERT_EQ(create({"--identity", "web-*", "--uses", "0", "--replace"}).exit_code, 0);
  const auto listed = here_.muster({"token", "list", "--json"}).json().at("tokens");
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed.at(0).at("identities"), Value({"web-*"}));
  EXPECT_EQ(listed.at(0).at("replace"), true);
  EXPECT_THAT(here_.muster({"token", "list"}).out, HasSubstr("replaces  for web-*"));
  EXPECT_THAT(show().out, HasSubstr("       replace: yes\n"));
}

}  // namespace
}  // namespace muster::test
