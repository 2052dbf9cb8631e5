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
  EXPECT_EQ(json.json().at("nodes").at(0).at("orchestrator"), "orchestrator");
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

  void waits(const std::string& key, const std::string& node = kNode) {
    client::Record record;
    record.identity = node;
    record.state = "finished";
    record.address = "192.0.2.3";
    record.claim = messages::NameClaim{key, "192.0.2.9", link_->clock().unix_ms()};
    ASSERT_TRUE(client::publish_record(*link_, record));
    const auto shown = [&] {
      return here_.muster({"provision", "show", node}).out.find(key) != std::string::npos;
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

TEST_F(ProvisionApproveTest, SeveralThatWereSeenAreApprovedOneByOneAndEachIsToldOf) {
  waits(first_);
  waits(thief_, "n2.example.test");
  EXPECT_EQ(here_.muster({"provision", "approve", "--all-waiting"}).exit_code, 1)
      << "nobody saw them";
  const auto done = approve({"n2.example.test", "--key", first_, "--key", thief_});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("n1.example.test"), HasSubstr("n2.example.test"),
                              HasSubstr("All 2 nodes: done")));
  EXPECT_TRUE(approved());
}

// Orders to several nodes, as their records have them.
class ProvisionOrdersTest : public ProvisionApproveTest {
 protected:
  void has_record(const std::string& node, const std::string& state) {
    client::Record record;
    record.identity = node;
    record.state = state;
    record.started_at_ms = link_->clock().unix_ms();
    record.updated_at_ms = record.started_at_ms;
    ASSERT_TRUE(client::publish_record(*link_, record));
    ASSERT_TRUE(fakes::wait_until([&] {
      return here_.muster({"provision", "show", node}).exit_code == 0;
    }));
  }
};

TEST_F(ProvisionOrdersTest, WhoeverTheirRecordsSayIsMeantAndEachIsToldOf) {
  has_record("n1.example.test", "failed");
  has_record("n2.example.test", "failed");
  has_record("n3.example.test", "finished");
  const auto retried = here_.muster({"provision", "retry", "--all-failed"});
  EXPECT_EQ(retried.exit_code, 2);
  EXPECT_THAT(retried.out, AllOf(HasSubstr("n1.example.test"), HasSubstr("n2.example.test"),
                                 HasSubstr("neither online"), HasSubstr("0 of 2 nodes: done")));
  const auto forgotten =
      here_.muster({"provision", "forget", "-F", "record.state=failed", "--json"});
  EXPECT_EQ(forgotten.exit_code, 0) << forgotten.err;
  EXPECT_EQ(forgotten.json().at("nodes").size(), 2U);
  EXPECT_EQ(here_.muster({"provision", "show", "n1.example.test"}).exit_code, 1);
  EXPECT_EQ(here_.muster({"provision", "show", "n3.example.test"}).exit_code, 0);
}

TEST_F(ProvisionOrdersTest, WhoWaitsIsCancelledAndTheRecordSaysByWhom) {
  has_record("n1.example.test", "waiting");
  const auto done = here_.muster({"provision", "cancel", "n1.example.test"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("'muster provision retry n1.example.test'"));
  EXPECT_TRUE(fakes::wait_until([&] {
    const auto shown = here_.muster({"provision", "show", "n1.example.test"}).out;
    return shown.find("cancelled by operator") != std::string::npos;
  }));
}

TEST_F(ProvisionOrdersTest, HowRunsEndedIsRememberedAndTold) {
  has_record("n1.example.test", "failed");
  EXPECT_TRUE(fakes::wait_until([&] {
    return here_.muster({"provision", "history", "n1.example.test"}).exit_code == 0;
  }));
  const auto history = here_.muster({"provision", "history", "n1.example.test", "--json"});
  EXPECT_EQ(history.json().at("runs").at(0).at("state"), "failed");
  const auto stats = here_.muster({"provision", "stats", "--since", "1h"});
  EXPECT_EQ(stats.exit_code, 0) << stats.err;
  EXPECT_THAT(stats.out, HasSubstr("0 finished, 1 failed"));
  const auto none = here_.muster({"provision", "history", "nobody.example"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("no orchestrator remembers a run of 'nobody.example'"));
}

TEST_F(ProvisionOrdersTest, NobodyIsMeantUnsaidAndManyOnlyOnPurpose) {
  const auto nobody = here_.muster({"provision", "cancel"});
  EXPECT_EQ(nobody.exit_code, 1);
  EXPECT_THAT(nobody.err, HasSubstr("say which nodes"));
  std::vector<std::string> many{"provision", "forget"};
  for (int i = 1; i <= 6; ++i) many.push_back("n" + std::to_string(i) + ".example.test");
  const auto unasked = here_.muster(many);
  EXPECT_EQ(unasked.exit_code, 1);
  EXPECT_THAT(unasked.err, AllOf(HasSubstr("6 nodes would be forgotten"), HasSubstr("--yes")));
  many.emplace_back("--yes");
  EXPECT_EQ(here_.muster(many).exit_code, 2) << "there is no record of them";
}

}  // namespace
}  // namespace muster::test
