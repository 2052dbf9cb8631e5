// The commands that ask an orchestrator for a change: real broker, real orchestrator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/files.hpp"
#include "tests/integration/cli/installation.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ControlCommandTest : public testing::Test {
 protected:
  // With a certificate of its own, and in no group.
  Finished as_bob(const std::vector<std::string>& words) {
    const auto made = here_.muster({"operator", "create", "bob"});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    auto text = base::read_file(here_.config()).value();
    for (const std::string what : {"operator.pem", "operator.key"})
      text.replace(text.find(what), what.size(), "bob" + what.substr(what.find('.')));
    const auto config = here_.in_operator("bob.yaml");
    EXPECT_TRUE(base::write_file(config, text));
    return here_.muster_with(config, words);
  }
  std::string audit() const {
    return base::read_file(here_.file("orchestrator/audit.log")).value_or("");
  }

  Installation here_;
  std::unique_ptr<Daemon> orchestrator_ = here_.start_orchestrator();
  TestCa ca_{"Puppet CA: test"};
  std::filesystem::path ca_file_ = here_.folder().write("ca.pem", ca_.certificate().pem());
};

TEST_F(ControlCommandTest, TheFirstOperatorHasACaTrustedAndNoMore) {
  const auto added = here_.muster({"trust", "add", ca_file_, "--names", "*"});
  ASSERT_EQ(added.exit_code, 0) << added.err;
  EXPECT_THAT(added.out, HasSubstr(ca_.certificate().fingerprint()));
  EXPECT_THAT(here_.muster({"trust", "list"}).out, HasSubstr(ca_.certificate().fingerprint()));
  const auto removed = here_.muster({"trust", "remove", ca_.certificate().fingerprint()});
  ASSERT_EQ(removed.exit_code, 0) << removed.err;
  EXPECT_EQ(here_.muster({"trust", "list"}).out, "");
  EXPECT_THAT(audit(), AllOf(HasSubstr("trust_add"), HasSubstr("trust_remove"),
                             HasSubstr("\"verdict\":\"allowed\"")));
}

TEST_F(ControlCommandTest, WhoIsNoAdminIsRefusedByNameAndAudited) {
  const auto refused = as_bob({"trust", "add", ca_file_, "--names", "*"});
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("orchestrator: bob may not call"), HasSubstr("orchestrator.policy")));
  EXPECT_EQ(here_.muster({"trust", "list"}).out, "");
  EXPECT_THAT(audit(), AllOf(HasSubstr("\"caller\":\"bob\""), HasSubstr("\"verdict\":\"denied\"")));
}

TEST_F(ControlCommandTest, WhatCannotBeDoneIsSaidByTheOrchestrator) {
  const auto forget = here_.muster({"provision", "forget", "nobody.example"});
  EXPECT_EQ(forget.exit_code, 2);
  EXPECT_THAT(forget.err, HasSubstr("orchestrator: there is no record of 'nobody.example'"));
  const auto again = here_.muster({"provision", "again", "nobody.example"});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("neither online nor does it wait to join"));
  const auto json = here_.muster({"provision", "again", "nobody.example", "--json"});
  EXPECT_EQ(json.exit_code, 2);
  EXPECT_EQ(json.json().at("orchestrator"), "orchestrator");
  const auto approve = here_.muster({"provision", "approve", "nobody.example"});
  EXPECT_EQ(approve.exit_code, 1);
  EXPECT_THAT(approve.err, HasSubstr("no machine waits for approval under the name"));
  const auto wrong = here_.muster({"provision", "again", "Not A Name"});
  EXPECT_EQ(wrong.exit_code, 1) << "refused before anybody is asked";
}

}  // namespace
}  // namespace muster::test
