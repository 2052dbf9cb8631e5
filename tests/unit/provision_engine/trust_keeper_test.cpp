// What an orchestrator keeps below trust/: whatever others clear or replace, and whoever is revoked.
#include "orchestrator/provision/live/trust_keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <limits>

#include "orchestrator/admission/statement_number.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "proto/messages/node_ban.hpp"
#include "proto/messages/trusted_ca.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {
namespace {

using client::must;
using test::revoke;
using testing::HasSubstr;

class TrustKeeperTest : public testing::Test {
 protected:
  TrustKeeperTest() { keeper_ = keeper_of(*ours_, folder_); }

  std::unique_ptr<client::Link> link_of(const std::string& client, const test::Holder& who) {
    const auto hears = std::make_shared<std::atomic<client::Link*>>(nullptr);
    auto bus = lab_.broker().connect(client, std::nullopt,
                                     [hears](transport::LinkState state, const std::string&) {
                                       if (client::Link* link = *hears) link->hear(state);
                                     });
    auto link = std::make_unique<client::Link>(std::move(bus), who.signer(), "main", clock_);
    *hears = link.get();
    lab_.pki().trust(link->operators());
    must(link->learn_trust());
    must(link->wait_trust());
    return link;
  }
  static std::unique_ptr<TrustKeeper> keeper_of(client::Link& link,
                                                const fakes::TempFolder& folder) {
    auto opened = TrustKeeper::open(link, folder.path());
    if (!opened) throw std::runtime_error(opened.error().message);
    return *std::move(opened);
  }
  const test::TestCa& root() const { return lab_.pki().orchestrator_root(); }
  const x509::Certificate& ca() const { return lab_.pki().puppet_ca().certificate(); }
  std::string topic() const {
    return transport::topics::revocations("main", root().certificate().fingerprint());
  }
  x509::RevocationList list_of_stolen(std::uint64_t number = 1) const {
    return revoke(root(), number, {stolen_.certificate});
  }
  // As whoever holds an orchestrator's key can write it.
  void write(const std::string& to, const std::string& payload) {
    must(lab_.orchestrator().bus().publish(to, payload, {.retain = true}));
  }
  // Of n1, as whoever stole that orchestrator's key can sign it; once it was judged here.
  void ban_by_thief(std::uint64_t number) {
    messages::NodeBan wire;
    wire.identity = "n1";
    wire.banned = true;
    wire.number = number;
    wire.by = "mallory";
    write(ban_topic(),
          stolen_.signer().seal(envelope::Kind::node_ban, test::body_of(wire)).value());
    must(ours_->echo(fakes::kPatience));
    ours_->catch_up();
  }
  // By our clock.
  std::uint64_t highest_number() const {
    return static_cast<std::uint64_t>(clock_.unix_ms() + admission::kNumberAheadMax.count());
  }
  std::string ban_topic() const { return transport::topics::ban("main", "n1"); }
  std::string ca_topic() const { return transport::topics::trusted_ca("main", ca().fingerprint()); }
  // The broker is killed and comes back without what it kept; nobody else is there to show it again.
  void broker_forgets(const std::vector<std::string>& topics) {
    lab_.broker().drop("o1");
    for (const auto& topic : topics) write(topic, "");
    lab_.broker().restore("o1");
  }
  bool is_retained(const std::string& topic, const std::string& payload) {
    return fakes::wait_until([&] { return lab_.broker().retained(topic) == payload; });
  }
  bool trusts_ca(client::Link& link) const { return link.nodes().trusts(ca().fingerprint()); }

  const fakes::TempFolder folder_;
  base::SystemClock clock_;
  client::ClientLab lab_;
  const test::Holder stolen_ = root().issue_member("stolen", "orchestrator");
  const test::Holder o1_ = root().issue_member("o1", "orchestrator");
  std::unique_ptr<client::Link> ours_ = link_of("o1", o1_);
  std::unique_ptr<TrustKeeper> keeper_;
};

TEST_F(TrustKeeperTest, AListIsRetainedForWhoeverComesLater) {
  const auto list = list_of_stolen();
  ASSERT_TRUE(keeper_->revoke(list));
  const auto newcomer = link_of("newcomer", lab_.pki().operator_());
  EXPECT_TRUE(newcomer->operators().revoked(stolen_.certificate.serial_hex()));
  EXPECT_TRUE(keeper_->revoke(list)) << "each orchestrator that hears it carries it out";
}

TEST_F(TrustKeeperTest, AListThatWasClearedOrReplacedIsPutBack) {
  const auto list = list_of_stolen(2);
  ASSERT_TRUE(keeper_->revoke(list));
  for (const auto& instead : {std::string(), std::string("garbage"), list_of_stolen(1).der()}) {
    write(topic(), instead);
    EXPECT_TRUE(fakes::wait_until([&] { return lab_.broker().retained(topic()) == list.der(); }));
  }
}

TEST_F(TrustKeeperTest, AListIsPublishedOnceHoweverManyKeepIt) {
  const fakes::TempFolder others_folder;
  const auto other = link_of("o2", root().issue_member("o2", "orchestrator"));
  const auto others_keeper = keeper_of(*other, others_folder);
  const auto watcher = lab_.broker().connect("watcher");
  std::atomic<int> heard{0};
  std::atomic<bool> all_came{false};
  const auto hearing = watcher
                           ->subscribe_all({topic(), "marker"}, transport::Qos::at_least_once,
                                           [&](const transport::Message& message) {
                                             if (message.topic == "marker")
                                               all_came = true;
                                             else
                                               ++heard;
                                           })
                           .value();
  const auto all_is_heard = [](client::Link& link) {
    link.directory().run([](transport::Directory&) {});  // what was posted before is done
    must(link.echo(fakes::kPatience));
  };
  const auto list = list_of_stolen();
  ASSERT_TRUE(keeper_->revoke(list));
  ASSERT_TRUE(fakes::wait_until([&] { return !other->operators().lists().empty(); }));
  must(other->wait_trust());
  ASSERT_TRUE(others_keeper->revoke(list)) << "each carries out what is asked of all";
  keeper_->keep();
  all_is_heard(*ours_);
  all_is_heard(*other);
  write("marker", "after all that was published");
  ASSERT_TRUE(fakes::wait_until([&] { return all_came.load(); }));
  EXPECT_EQ(heard, 1);
}

TEST_F(TrustKeeperTest, AListThatCouldNotBeKeptWhenItWasHeardIsKeptOnceThereIsRoom) {
  auto& directory = ours_->directory();
  const auto is_kept = [&] {
    bool is_ours = false;
    directory.run([&](transport::Directory& its) { is_ours = its.is_ours(topic()); });
    return is_ours;
  };
  directory.run([](transport::Directory& its) {
    for (std::size_t i = 0; i < transport::kClaimsMax; ++i)
      must(its.adopt({"full/" + std::to_string(i), "x", "full/+"}));
  });
  write(topic(), list_of_stolen().der());
  ASSERT_TRUE(fakes::wait_until([&] { return !ours_->operators().lists().empty(); }));
  ours_->catch_up();
  ASSERT_FALSE(is_kept());
  directory.leave("full/0");
  keeper_->keep();
  EXPECT_TRUE(is_kept());
}

TEST_F(TrustKeeperTest, AListThatWouldForgiveSomebodyIsRefused) {
  const auto other = root().issue_member("other", "orchestrator");
  ASSERT_TRUE(keeper_->revoke(list_of_stolen(3)));
  for (const auto& list :
       {revoke(root(), 4, {other.certificate}),
        revoke(root(), 3, {stolen_.certificate, other.certificate}), revoke(root(), 1, {})}) {
    const auto taken = keeper_->revoke(list);
    ASSERT_FALSE(taken);
    EXPECT_THAT(taken.error().message, HasSubstr("Run the command again"));
  }
  EXPECT_TRUE(keeper_->revoke(revoke(root(), 4, {stolen_.certificate, other.certificate})));
}

TEST_F(TrustKeeperTest, AListOfAnotherRootIsRefused) {
  const test::TestCa namesake(root().certificate().common_name());
  const auto taken = keeper_->revoke(revoke(namesake, 1, {stolen_.certificate}));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::refused);
}

TEST_F(TrustKeeperTest, ARestartRefusesAndPublishesWhatItKnew) {
  ASSERT_TRUE(keeper_->revoke(list_of_stolen()));
  ASSERT_TRUE(keeper_->bans().ban("n1", "stolen", "alice"));
  keeper_.reset();
  ours_.reset();
  write(topic(), "");
  write(transport::topics::ban("main", "n1"), "");
  ours_ = link_of("o1", o1_);
  ASSERT_FALSE(ours_->operators().revoked(stolen_.certificate.serial_hex()));
  keeper_ = keeper_of(*ours_, folder_);
  EXPECT_TRUE(ours_->operators().revoked(stolen_.certificate.serial_hex()));
  EXPECT_TRUE(ours_->bans().banned("n1"));
  const auto newcomer = link_of("newcomer", lab_.pki().operator_());
  EXPECT_TRUE(newcomer->operators().revoked(stolen_.certificate.serial_hex()));
  EXPECT_TRUE(newcomer->bans().banned("n1"));
}

TEST_F(TrustKeeperTest, WhatWeVouchForStandsWhenItsLastSignerIsRevoked) {
  client::endorse(*ours_, ca());
  const auto thief = link_of("stolen", stolen_);
  client::endorse(*thief, ca());  // signed anew, as every orchestrator does daily
  ASSERT_TRUE(fakes::wait_until(
      [&] { return ours_->endorsements().find(ca().fingerprint())->endorsed_by == "stolen"; }));
  must(lab_.link().learn_trust());
  must(lab_.link().wait_trust());
  ASSERT_TRUE(keeper_->revoke(list_of_stolen()));
  ASSERT_TRUE(fakes::wait_until([&] { return !lab_.link().operators().lists().empty(); }));
  must(lab_.link().wait_trust());
  EXPECT_EQ(ours_->endorsements().find(ca().fingerprint())->endorsed_by, "o1");
  EXPECT_TRUE(trusts_ca(*ours_));
  EXPECT_TRUE(trusts_ca(lab_.link()));
  EXPECT_TRUE(trusts_ca(*link_of("newcomer", lab_.pki().operator_())));
}

TEST_F(TrustKeeperTest, WhatTheRevokedAloneEndorsedIsNotTrustedAnyMore) {
  const test::TestCa evil("Puppet CA: evil");
  client::endorse(*ours_, ca());
  const auto thief = link_of("stolen", stolen_);
  client::endorse(*thief, evil.certificate(), {"*"}, "evil");
  client::endorse(*thief, ca(), {"*", "more-*"});  // other patterns than ours
  ASSERT_TRUE(fakes::wait_until([&] {
    const auto known = ours_->endorsements().find(ca().fingerprint());
    return known->endorsed_by == "stolen" &&
           ours_->nodes().trusts(evil.certificate().fingerprint());
  }));
  ASSERT_TRUE(keeper_->revoke(list_of_stolen()));
  EXPECT_FALSE(ours_->nodes().trusts(evil.certificate().fingerprint()));
  EXPECT_FALSE(trusts_ca(*ours_));
  keeper_.reset();
  keeper_ = keeper_of(*ours_, folder_);
  EXPECT_FALSE(ours_->nodes().trusts(evil.certificate().fingerprint())) << "nor after a restart";
}

TEST_F(TrustKeeperTest, ACaThatTheRevokedOverwritesIsPutBack) {
  client::endorse(*ours_, ca());
  ASSERT_TRUE(keeper_->revoke(list_of_stolen()));
  write(transport::topics::trusted_ca("main", ca().fingerprint()), "garbage");
  EXPECT_TRUE(
      fakes::wait_until([&] { return trusts_ca(*link_of("newcomer", lab_.pki().operator_())); }));
}

TEST_F(TrustKeeperTest, WhatABrokerForgotIsThereAgain) {
  ASSERT_TRUE(keeper_->revoke(list_of_stolen()));
  ASSERT_TRUE(keeper_->bans().ban("n1", "stolen", "alice"));
  client::endorse(*ours_, ca());
  const std::vector topics{topic(), ban_topic(), ca_topic()};
  std::vector<std::string> before;
  for (const auto& one : topics) before.push_back(lab_.broker().retained(one).value());
  broker_forgets(topics);
  for (std::size_t i = 0; i < topics.size(); ++i)
    EXPECT_TRUE(is_retained(topics[i], before[i])) << topics[i];
}

// It may be gone for good, and is not asked.
TEST_F(TrustKeeperTest, WhatAnotherSignedIsKeptAsItWasSigned) {
  auto other = link_of("o2", root().issue_member("o2", "orchestrator"));
  client::endorse(*other, ca());
  must(client::publish_ban(*other, {.identity = "n1", .number = 1, .by = "alice"}));
  const auto endorsement = lab_.broker().retained(ca_topic()).value();
  ASSERT_TRUE(fakes::wait_until([&] { return ours_->bans().banned("n1") && trusts_ca(*ours_); }));
  ours_->catch_up();
  const auto ban = lab_.broker().retained(ban_topic()).value();
  other.reset();
  for (const auto* instead : {"", "garbage"}) {
    write(ca_topic(), instead);
    write(ban_topic(), instead);
    EXPECT_TRUE(is_retained(ca_topic(), endorsement));
    EXPECT_TRUE(is_retained(ban_topic(), ban));
  }
  broker_forgets({ca_topic(), ban_topic()});
  EXPECT_TRUE(is_retained(ca_topic(), endorsement));
  EXPECT_TRUE(is_retained(ban_topic(), ban));
  EXPECT_FALSE(ours_->endorsements().vouched(*ours_->endorsements().find(ca().fingerprint())));
}

// Nobody believes it, so a machine that starts now would not hear of the CA.
TEST_F(TrustKeeperTest, AnEndorsementWhoseNumberIsTooFarAheadIsReplaced) {
  auto endorsement = client::endorse(*ours_, ca());
  const auto stands = lab_.broker().retained(ca_topic()).value();
  messages::TrustedCa wire;
  wire.certificate = ca().der();
  wire.master = "m1";
  wire.patterns = {"*"};
  wire.offered_by = "m1";
  wire.number = admission::kNumberMax;
  wire.at_ms = endorsement.at_ms;
  wire.ends_at_ms = endorsement.ends_at_ms;
  const auto body = test::body_of(wire);
  write(ca_topic(), stolen_.signer().seal(envelope::Kind::trusted_ca, body).value());
  EXPECT_TRUE(is_retained(ca_topic(), stands));
}

TEST_F(TrustKeeperTest, ABanIsNumberedLiftedAndPutBack) {
  const auto banned = keeper_->bans().ban("n1", "stolen", "alice");
  ASSERT_TRUE(banned) << banned.error().message;
  EXPECT_EQ(banned->number, 1U);
  EXPECT_EQ(keeper_->bans().ban("n1", "stolen", "alice")->number, 1U) << "the same once more";
  const auto topic = transport::topics::ban("main", "n1");
  const auto sealed = lab_.broker().retained(topic).value();
  write(topic, "");
  EXPECT_TRUE(
      fakes::wait_until([&] { return !lab_.broker().retained(topic).value_or("").empty(); }));
  const auto lifted = keeper_->bans().lift("n1", "alice");
  ASSERT_TRUE(lifted);
  write(topic, sealed);  // the ban, replayed
  ASSERT_TRUE(fakes::wait_until([&] { return lab_.broker().retained(topic) != sealed; }));
  EXPECT_FALSE(link_of("newcomer", lab_.pki().operator_())->bans().banned("n1"));
  const auto nobody = keeper_->bans().lift("n2", "alice");
  ASSERT_FALSE(nobody);
  EXPECT_THAT(nobody.error().message, HasSubstr("muster node list --banned"));
}

TEST_F(TrustKeeperTest, ABanThatNobodyCouldLiftIsNotBelieved) {
  ban_by_thief(std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(ours_->bans().banned("n1"));
  ban_by_thief(highest_number() - 3'600'000);
  ASSERT_TRUE(ours_->bans().banned("n1"));
  const auto lifted = keeper_->bans().lift("n1", "alice");
  ASSERT_TRUE(lifted) << lifted.error().message;
  EXPECT_FALSE(ours_->bans().banned("n1"));
  EXPECT_FALSE(link_of("newcomer", lab_.pki().operator_())->bans().banned("n1"));
}

TEST_F(TrustKeeperTest, ALiftThatNobodyWouldBelieveHasFailed) {
  ASSERT_TRUE(ours_->take(client::Ban{.identity = "n1", .number = admission::kNumberMax}));
  const auto lifted = keeper_->bans().lift("n1", "alice");
  ASSERT_FALSE(lifted);
  EXPECT_EQ(lifted.error().code, Errc::refused);
  EXPECT_TRUE(ours_->bans().banned("n1"));
  EXPECT_FALSE(lab_.broker().retained(ban_topic()));
}

// Another orchestrator's clock may be slower than ours: it would keep the ban.
TEST_F(TrustKeeperTest, ALiftThatOnlyFastClocksWouldBelieveHasFailed) {
  ban_by_thief(highest_number());
  ASSERT_TRUE(ours_->bans().banned("n1"));
  const auto ban = lab_.broker().retained(ban_topic());
  const auto lifted = keeper_->bans().lift("n1", "alice");
  ASSERT_FALSE(lifted);
  EXPECT_THAT(lifted.error().message, HasSubstr("try again in"));
  EXPECT_EQ(lab_.broker().retained(ban_topic()), ban);
}

TEST_F(TrustKeeperTest, WhatFasterClocksBelieveAlreadyIsJudgedAgain) {
  ban_by_thief(highest_number() + 1'000);
  EXPECT_TRUE(fakes::wait_until([&] {
    keeper_->keep();
    return ours_->bans().banned("n1").has_value();
  }));
}

TEST_F(TrustKeeperTest, ACaWhoseNumbersAreUsedUpKeepsNoOtherFromBeingSigned) {
  const test::TestCa other("Puppet CA: other");
  client::endorse(*ours_, ca());
  client::endorse(*ours_, other.certificate(), {"*"}, "m2");
  auto all = ours_->endorsements().all();
  ASSERT_EQ(all.size(), 2U);
  for (auto& known : all) {  // signed anew by the thief, the first with the last number
    known.signer_serial = stolen_.certificate.serial_hex();
    known.number = &known == &all.front() ? highest_number() : known.number + 1;
    ASSERT_TRUE(ours_->believe(known));
  }
  ASSERT_TRUE(keeper_->revoke(list_of_stolen()));
  EXPECT_TRUE(ours_->nodes().trusts(all.back().fingerprint()));
}

TEST_F(TrustKeeperTest, ABanOutlivesItsSigner) {
  const auto thief = link_of("stolen", stolen_);
  must(client::publish_ban(*thief, {.identity = "n1", .number = 1, .by = "alice"}));
  ASSERT_TRUE(fakes::wait_until([&] { return ours_->bans().banned("n1").has_value(); }));
  ASSERT_TRUE(keeper_->revoke(list_of_stolen()));
  EXPECT_TRUE(fakes::wait_until([&] {
    return link_of("newcomer", lab_.pki().operator_())->bans().banned("n1").has_value();
  }));
}

}  // namespace
}  // namespace muster::provision
