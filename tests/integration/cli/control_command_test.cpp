// The commands that ask an orchestrator for a change: real broker, real orchestrator.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/settings/settings.hpp"
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

// A machine that waits for a name which another one has, as orchestrators tell it.
class ProvisionApproveTest : public ControlCommandTest {
 protected:
  static constexpr auto kNode = "n1.example.test";

  void waits(const std::string& key) {
    client::Record record;
    record.identity = kNode;
    record.state = "finished";
    record.address = "192.0.2.3";
    record.claim = messages::NameClaim{key, "192.0.2.9", link_->clock().unix_ms()};
    ASSERT_TRUE(client::publish_record(*link_, record));
    const auto shown = [&] {
      return here_.muster({"provision", "show", kNode}).out.find(key) != std::string::npos;
    };
    ASSERT_TRUE(fakes::wait_until(shown));
  }
  Finished approve(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"provision", "approve", kNode};
    words.insert(words.end(), more.begin(), more.end());
    return here_.muster(words);
  }
  // On a terminal, on which somebody types `answer`.
  Finished approve_on_a_terminal(const std::string& answer) {
    const auto command = std::string(MUSTER_PROGRAM) + " provision approve " + kNode;
    return run({"/bin/sh", "-c", "echo " + answer + " | script -qec '" + command + "' /dev/null"},
               {{"MUSTER_CONFIG", here_.config()}, {"HOME", here_.folder().path()}});
  }
  bool approved() {
    return here_.muster({"provision", "show", kNode}).out.find("Approved by") != std::string::npos;
  }

  static std::unique_ptr<client::Link> open(const Installation& here) {
    settings::Settings as;
    as.brokers = {here.orchestrators()};
    as.certificate = here.in_operator("orchestrator.pem");
    as.key = here.in_operator("orchestrator.key");
    as.operator_root = here.in_operator("root.pem");
    as.orchestrator_root = here.in_operator("orchestrator-root.pem");
    as.state_folder = here.folder().path();
    auto link = client::Link::open(as);
    if (!link) throw std::runtime_error(link.error().message);
    return std::move(*link);
  }

  const std::string first_ = std::string(64, 'a');
  const std::string thief_ = std::string(64, 'b');
  const std::unique_ptr<client::Link> link_ = open(here_);
};

TEST_F(ProvisionApproveTest, WithoutATerminalTheKeyMustBeSaid) {
  waits(first_);
  const auto unseen = approve();
  EXPECT_EQ(unseen.exit_code, 1);
  EXPECT_THAT(unseen.err, AllOf(HasSubstr("nobody can be asked here"), HasSubstr("--key")));
  EXPECT_EQ(approve({"--json"}).exit_code, 1);
  EXPECT_FALSE(approved());
  const auto seen = approve({"--key", first_.substr(0, 16)});
  EXPECT_EQ(seen.exit_code, 0) << seen.err;
  EXPECT_TRUE(approved());
}

TEST_F(ProvisionApproveTest, WhoCameInThePlaceOfTheOneThatWasShownIsNotApproved) {
  waits(first_);
  waits(thief_);
  const auto refused = approve({"--key", first_});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("another machine waits"), HasSubstr(thief_)));
  EXPECT_FALSE(approved());
}

TEST_F(ProvisionApproveTest, OnATerminalWhoWaitsIsShownAndAskedAbout) {
  waits(first_);
  const auto no = approve_on_a_terminal("n");
  EXPECT_EQ(no.exit_code, 1);
  EXPECT_THAT(no.out, AllOf(HasSubstr("Asked by: 192.0.2.9"), HasSubstr(first_),
                            HasSubstr("Held by: 192.0.2.3"), HasSubstr("not approved")));
  EXPECT_FALSE(approved());
  const auto yes = approve_on_a_terminal("y");
  EXPECT_EQ(yes.exit_code, 0) << yes.out;
  EXPECT_TRUE(approved());
}

}  // namespace
}  // namespace muster::test
