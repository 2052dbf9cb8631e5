#include "orchestrator/provision/live/endorsement_keeper.hpp"

#include <gtest/gtest.h>

#include "orchestrator/client/retire_master.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {
namespace {

using client::must;

class EndorsementKeeperTest : public testing::Test {
 protected:
  const x509::Certificate& ca(const client::ClientLab& lab) const {
    return lab.pki().puppet_ca().certificate();
  }
  std::unique_ptr<EndorsementKeeper> keeper() {
    auto opened = EndorsementKeeper::open(lab_.orchestrator(), file_);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return opened ? std::move(*opened) : nullptr;
  }
  std::optional<client::Endorsement> known(client::Link& link) const {
    return link.endorsements().find(ca(lab_).fingerprint());
  }
  // Another link on the same bus, as a program that starts later.
  std::unique_ptr<client::Link> newcomer() {
    auto link = std::make_unique<client::Link>(lab_.broker().connect("newcomer"),
                                               lab_.pki().orchestrator().signer(), "main", clock_);
    lab_.pki().trust(link->operators());
    must(link->learn_trust());
    must(link->wait_trust());
    return link;
  }

  const fakes::TempFolder folder_;
  const std::filesystem::path file_ = folder_ / "trusted_cas.json";
  base::SystemClock clock_;
  client::ClientLab lab_;
};

TEST_F(EndorsementKeeperTest, AtItsStartWhatIsBelievedIsSignedAnew) {
  client::endorse(lab_.orchestrator(), ca(lab_), {"*.de"}, "m1.de");
  keeper()->keep();
  const auto endorsement = known(lab_.orchestrator());
  ASSERT_TRUE(endorsement);
  EXPECT_EQ(endorsement->number, 2U);
  EXPECT_EQ(endorsement->master, "m1.de");
  EXPECT_EQ(endorsement->patterns, std::vector<std::string>{"*.de"});
  EXPECT_EQ(known(*newcomer())->number, 2U);
}

// Its certificate ends tomorrow: others, whose last longer, would not be asked before it has ended.
TEST_F(EndorsementKeeperTest, WhoLeavesSoonShortensNothing) {
  const auto longest = client::endorse(lab_.orchestrator(), ca(lab_)).ends_at_ms;
  x509::IssueSpec spec;
  spec.common_name = "leaving";
  spec.organizational_unit = "orchestrator";
  spec.valid_for = std::chrono::hours(24);
  client::Link leaving(lab_.broker().connect("leaving"),
                       lab_.pki().orchestrator_root().issue(spec).signer(), "main", clock_);
  lab_.pki().trust(leaving.operators());
  must(leaving.learn_trust());
  const auto opened = EndorsementKeeper::open(leaving, folder_ / "leaving.json");
  ASSERT_TRUE(opened) << opened.error().message;
  (*opened)->keep();
  EXPECT_EQ(known(*newcomer())->ends_at_ms, longest);
  EXPECT_EQ(known(leaving)->number, 1U);
}

TEST_F(EndorsementKeeperTest, WhatWasClearedFromTheBusIsPutThereAgain) {
  client::endorse(lab_.orchestrator(), ca(lab_));
  keeper()->keep();
  must(lab_.orchestrator().bus().publish(
      transport::topics::trusted_ca("main", ca(lab_).fingerprint()), "", {.retain = true}));
  EXPECT_TRUE(fakes::wait_until([&] { return known(*newcomer()).has_value(); }));
}

TEST_F(EndorsementKeeperTest, AWithdrawalIsRememberedOverARestart) {
  auto endorsement = client::endorse(lab_.orchestrator(), ca(lab_));
  ASSERT_TRUE(lab_.orchestrator().believe(endorsement));
  endorsement.withdrawn = true;
  const auto withdrawn = client::publish_trusted_ca(lab_.orchestrator(), endorsement).value();
  ASSERT_TRUE(lab_.orchestrator().believe(withdrawn));
  keeper()->keep();

  client::Link after(lab_.broker().connect("after"), lab_.pki().orchestrator().signer(), "main",
                     clock_);
  lab_.pki().trust(after.operators());
  const auto loaded = EndorsementKeeper::open(after, file_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  endorsement.withdrawn = false;
  endorsement.number = 1;
  EXPECT_FALSE(after.believe(endorsement).value()) << "the old one, retained by a broker";
  EXPECT_FALSE(after.nodes().trusts(ca(lab_).fingerprint()));
}

TEST_F(EndorsementKeeperTest, ThatAMasterIsRetiredIsSignedAnewAndRememberedOverARestart) {
  client::endorse(lab_.orchestrator(), ca(lab_), {"*"}, "m1.de");
  ASSERT_TRUE(client::mark_master(lab_.orchestrator(), "m1.de", "alice"));
  keeper()->keep();
  EXPECT_EQ(known(*newcomer())->retired_by, "alice");
  client::Link after(lab_.broker().connect("after"), lab_.pki().orchestrator().signer(), "main",
                     clock_);
  lab_.pki().trust(after.operators());
  const auto loaded = EndorsementKeeper::open(after, file_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(known(after)->retired_by, "alice");
  EXPECT_EQ(known(after)->retired_at_ms, known(lab_.orchestrator())->retired_at_ms);
}

TEST_F(EndorsementKeeperTest, AFileOfBeforeMastersCouldBeRetiredIsRead) {
  client::endorse(lab_.orchestrator(), ca(lab_), {"*"}, "m1.de");
  keeper()->keep();
  auto entries = Value::parse(folder_.read("trusted_cas.json"));
  for (auto& entry : entries) {
    entry.erase("retired_by");
    entry.erase("retired_at_ms");
  }
  folder_.write("trusted_cas.json", entries.dump());
  client::Link after(lab_.broker().connect("after"), lab_.pki().orchestrator().signer(), "main",
                     clock_);
  lab_.pki().trust(after.operators());
  const auto loaded = EndorsementKeeper::open(after, file_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_TRUE(after.nodes().trusts(ca(lab_).fingerprint()));
  EXPECT_FALSE(known(after)->is_retired());
}

// Whoever has an orchestrator's key can make them up: an orchestrator must start nevertheless.
TEST_F(EndorsementKeeperTest, WhatWasWrittenDownIsReadHoweverLargeEachIs) {
  const std::string longest = std::string(200, 'a') + "*";
  const auto key = x509::Key::generate_p256().value();
  for (std::size_t i = 0; i < client::kCasOfSignerMax; ++i) {
    x509::IssueSpec spec;
    spec.common_name = "made up " + std::to_string(i);
    spec.ca = true;
    ASSERT_TRUE(lab_.orchestrator().believe(
        {.certificate = x509::issue(spec, key, nullptr, key).value(),
         .patterns = std::vector<std::string>(admission::kPatternsMax, longest),
         .number = 1,
         .withdrawn = true,
         .endorsed_by = "thief",
         .signer_serial = "0a"}));
  }
  keeper()->keep();
  EXPECT_GT(std::filesystem::file_size(file_), 4U * 1024 * 1024);
  client::Link after(lab_.broker().connect("after"), lab_.pki().orchestrator().signer(), "main",
                     clock_);
  const auto loaded = EndorsementKeeper::open(after, file_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(after.endorsements().all().size(), client::kCasOfSignerMax);
}

}  // namespace
}  // namespace muster::provision
