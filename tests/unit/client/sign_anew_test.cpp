// What orchestrators of a root that goes have retained.
#include "orchestrator/client/sign_anew.hpp"

#include <gmock/gmock.h>

#include "orchestrator/client/bans.hpp"
#include "orchestrator/client/records.hpp"
#include "proto/messages/node_ban.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SignAnewTest : public testing::Test {
 protected:
  // An orchestrator of the root that follows.
  SignAnewTest() {
    link_ = next_link();
    must(lab_.orchestrator().operators().add(next_root_.certificate(),
                                             security::Root::orchestrators));
    must(link_->learn_trust());
    for (const std::string node : {"n1", "n2", "n3"}) {
      const auto sealed = seal_ban(lab_.orchestrator(), node);
      must(lab_.orchestrator().bus().publish(transport::topics::ban("main", node), sealed,
                                             {.retain = true}));
    }
  }
  std::unique_ptr<Link> next_link() {
    auto link = std::make_unique<Link>(lab_.broker().connect("next"),
                                       next_root_.issue_member("next", "orchestrator").signer(),
                                       "main", clock_);
    lab_.pki().trust(link->operators());
    must(link->operators().add(next_root_.certificate(), security::Root::orchestrators));
    return link;
  }
  static std::string seal_ban(Link& link, const std::string& node) {
    messages::NodeBan wire;
    wire.identity = node;
    wire.number = 1;
    wire.banned = true;
    wire.by = "alice";
    wire.at_ms = link.clock().unix_ms();
    return link.signer().seal(envelope::Kind::node_ban, wire.encode()).value();
  }
  // Of how many bans the signer's certificate is of the root.
  std::size_t bans_of(const x509::Certificate& root) {
    std::vector<transport::Message> heard;
    const auto listening =
        link_->bus()
            .subscribe(transport::topics::ban("main", "+"), transport::Qos::at_least_once,
                       [&](transport::Message message) {
                         if (message.retained) heard.push_back(message);
                       })
            .value();
    must(link_->echo(kTrustPatience));
    return static_cast<std::size_t>(std::count_if(heard.begin(), heard.end(), [&](const auto& one) {
      const auto opened = security::open(one.payload, envelope::Kind::node_ban, link_->operators());
      return opened && opened->certificate.issued_by(root);
    }));
  }

  ClientLab lab_;
  const base::SystemClock clock_;
  const test::TestCa next_root_{"Muster orchestrator root 2"};
  std::unique_ptr<Link> link_;
};

TEST_F(SignAnewTest, WhatIsOfTheOldRootIsSignedByTheNewRootsOrchestrator) {
  const auto count = sign_retained_anew(*link_, next_root_.certificate(), 3);
  ASSERT_TRUE(count) << count.error().message;
  EXPECT_EQ(*count, 3U);
  EXPECT_EQ(bans_of(next_root_.certificate()), 3U);
  const auto again = sign_retained_anew(*link_, next_root_.certificate(), 3);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, 0U) << "it is of the new root already";
}

// Whoever kept it believes its own no more when the old root is gone.
TEST_F(SignAnewTest, ARecordIsNewerThanTheOneOfTheOldRootAndKept) {
  Record record;
  record.identity = "n1";
  record.state = "finished";
  must(publish_record(lab_.orchestrator(), record));
  const auto topic = transport::topics::provision_record("main", "n1");
  const auto stands = [&] {
    const auto kept = lab_.broker().retained(topic);
    const auto opened =
        security::open(kept.value_or(""), envelope::Kind::provision_record, link_->operators());
    return opened && opened->certificate.issued_by(next_root_.certificate());
  };
  const auto somebody = lab_.broker().connect("somebody");
  const auto clear = [&] { must(somebody->publish(topic, "", {.retain = true})); };
  clear();
  ASSERT_TRUE(fakes::wait_until([&] { return lab_.broker().retained(topic).has_value(); }));
  ASSERT_TRUE(sign_retained_anew(*link_, next_root_.certificate(), 4));
  ASSERT_TRUE(fakes::wait_until(stands));
  link_.reset();
  clear();
  link_ = next_link();
  EXPECT_TRUE(fakes::wait_until(stands)) << "who kept the old one keeps the new one";
}

TEST_F(SignAnewTest, MoreThanCanBeSignedIsRefusedAndNothingIsSigned) {
  const auto refused = sign_retained_anew(*link_, next_root_.certificate(), 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("'main' retains 3"), HasSubstr("; 2 can be signed"),
                    HasSubstr("Nothing was changed"), HasSubstr("muster provision forget")));
  EXPECT_EQ(bans_of(next_root_.certificate()), 0U);
}

TEST_F(SignAnewTest, AnOrchestratorOfTheOldRootCannotDoIt) {
  const auto refused = sign_retained_anew(lab_.orchestrator(), next_root_.certificate());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::aborted);
  EXPECT_THAT(refused.error().message, HasSubstr("muster orchestrator renew"));
}

}  // namespace
}  // namespace muster::client
