#include "orchestrator/broker/broker_watch.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>

#include "proto/base/files.hpp"
#include "proto/messages/revocation_piece.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::broker {
namespace {

using std::chrono_literals::operator""ms;

// What it believes is decided by the payload: "NUMBER" endorses, "withdrawn" withdraws, "forged" is refused.
class BrokerWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(base::make_folder(folder_.capath()));
    BrokerWatch::Ways ways;
    ways.read_ca = [this](std::string_view, std::string_view payload) { return read_ca(payload); };
    ways.read_piece = [this](std::string_view, std::string_view payload) {
      return read_piece(payload);
    };
    ways.reload = [this] {
      ++reloads_;
      return reload_fails_ ? fail(Errc::io, "no broker") : Status();
    };
    ways.look_again = 20ms;
    watch_.emplace(*bus_, "main", folder_, std::move(ways), clock_);
    ASSERT_TRUE(watch_->start());
  }

  Result<admission::Endorsement> read_ca(std::string_view payload) {
    if (payload == "forged" || signer_revoked_) return fail(Errc::refused, "forged");
    return admission::Endorsement{.certificate = ca_.certificate(),
                                  .number = payload == "first" ? 1U : 2U,
                                  .withdrawn = payload == "withdrawn"};
  }
  Result<DeliveredPiece> read_piece(std::string_view payload) {
    MUSTER_ASSIGN(auto piece, messages::RevocationPiece::decode(payload));
    return DeliveredPiece{ca_.certificate(), std::move(piece)};
  }
  void say(const std::string& payload) {
    ASSERT_TRUE(publisher_->publish(
        transport::topics::trusted_ca("main", ca_.certificate().fingerprint()), payload, {}));
  }
  void deliver(const x509::CaCrl& crl) {
    const auto pieces = messages::split_revocations(crl.der(), {}).value();
    for (const auto& piece : pieces)
      ASSERT_TRUE(publisher_->publish(
          transport::topics::revocation_piece("main", "m1", messages::piece_level(piece.index)),
          piece.encode(), {.retain = true}));
  }
  std::size_t cas() const { return Capath(folder_.capath()).all().size(); }
  std::string lists() const { return base::read_file(folder_.node_crls()).value_or(""); }
  bool come(const std::function<bool()>& condition) { return fakes::wait_until(condition); }

  test::MemoryBroker broker_;
  std::unique_ptr<transport::Bus> bus_ = broker_.connect("watch");
  std::unique_ptr<transport::Bus> publisher_ = broker_.connect("orchestrator");
  fakes::TempFolder here_;
  const BrokerFolder folder_{here_.path()};
  base::SystemClock clock_;
  test::TestCa ca_{"Puppet CA: one"};
  std::atomic<bool> signer_revoked_{false};
  std::atomic<int> reloads_{0};
  std::atomic<bool> reload_fails_{false};
  std::optional<BrokerWatch> watch_;
};

TEST_F(BrokerWatchTest, AWithdrawalTakesTheCaAwayAndAnOlderEndorsementDoesNotBringItBack) {
  say("first");
  EXPECT_TRUE(come([&] { return cas() == 1; }));
  const auto before = reloads_.load();
  say("withdrawn");
  EXPECT_TRUE(come([&] { return cas() == 0 && reloads_ > before; })) << "the broker remembers it";
  say("first");
  say("first");
  const auto looks = watch_->looks();
  EXPECT_TRUE(come([&] { return watch_->looks() > looks + 2; }));
  EXPECT_EQ(cas(), 0U);
  EXPECT_EQ(watch_->written(), 1U);
}

TEST_F(BrokerWatchTest, AnEndorsementEndsWithItsSigner) {
  say("first");
  ASSERT_TRUE(come([&] { return cas() == 1; }));
  signer_revoked_ = true;
  EXPECT_TRUE(come([&] { return cas() == 0; }));
  signer_revoked_ = false;
  say("second");
  EXPECT_TRUE(come([&] { return cas() == 1; })) << "another orchestrator has signed it anew";
}

TEST_F(BrokerWatchTest, ItWritesWhatVerifiesAndNothingElse) {
  say("");
  say("forged");
  say("first");
  say("first");
  EXPECT_TRUE(come([&] { return watch_->written() == 1; }));
  const auto looks = watch_->looks();
  EXPECT_TRUE(come([&] { return watch_->looks() > looks + 2; }));
  EXPECT_EQ(watch_->written(), 1U);
  EXPECT_EQ(cas(), 1U);
}

TEST_F(BrokerWatchTest, AListIsWrittenOnceItsCaIsTrustedAndTheBrokerIsToldOnce) {
  ASSERT_TRUE(come([&] { return reloads_ == 1; })) << "at its start";
  const auto crl = ca_.crl();
  deliver(crl);
  say("first");
  EXPECT_TRUE(come([&] { return lists().ends_with(crl.pem()) && cas() == 1; }));
  EXPECT_TRUE(come([&] { return reloads_ == 2; }));
  const auto looks = watch_->looks();
  EXPECT_TRUE(come([&] { return watch_->looks() > looks + 3; }));
  EXPECT_EQ(reloads_, 2);
}

TEST_F(BrokerWatchTest, ABrokerThatCouldNotBeToldIsToldLater) {
  ASSERT_TRUE(come([&] { return reloads_ == 1; }));
  reload_fails_ = true;
  say("first");
  deliver(ca_.crl());
  EXPECT_TRUE(come([&] { return reloads_ > 3; }));
  reload_fails_ = false;
  EXPECT_TRUE(come([&] { return watch_->reloads() == 2; }));
}

TEST_F(BrokerWatchTest, ARootsListIsWrittenForItsListenerUnlessSomebodyElseSignedIt) {
  const test::TestCa root("Muster operator root");
  ASSERT_TRUE(Capath(folder_.roots("operators")).add(root.certificate()));
  watch_.reset();
  SetUp();
  const auto topic = transport::topics::revocations("main", root.certificate().fingerprint());
  const auto list = root.crl({.serials_hex = {"0a"}, .number = 2});
  ASSERT_TRUE(publisher_->publish(topic, ca_.crl({.number = 9}).der(), {}));
  ASSERT_TRUE(publisher_->publish(topic, list.der(), {}));
  ASSERT_TRUE(publisher_->publish(topic, root.crl({.number = 1}).der(), {}));
  const auto file = [&] { return base::read_file(folder_.root_crls("operators")).value_or(""); };
  EXPECT_TRUE(come([&] { return file() == list.pem(); }));
  const auto looks = watch_->looks();
  EXPECT_TRUE(come([&] { return watch_->looks() > looks + 2; }));
  EXPECT_EQ(file(), list.pem());
}

TEST_F(BrokerWatchTest, ABrokerHasARootOnceItWasToldOfItsList) {
  const test::TestCa root("Muster operator root");
  ASSERT_TRUE(Capath(folder_.roots("operators")).add(root.certificate()));
  watch_.reset();
  SetUp();
  const auto reloads = reloads_.load();
  ASSERT_TRUE(come([&] { return watch_->reloads() > 0; }));
  EXPECT_TRUE(watch_->roots_told().empty()) << "it has no list yet";
  reload_fails_ = true;
  ASSERT_TRUE(
      publisher_->publish(transport::topics::revocations("main", root.certificate().fingerprint()),
                          root.crl({.number = 1}).der(), {}));
  ASSERT_TRUE(come([&] { return reloads_ > reloads + 2; }));
  EXPECT_TRUE(watch_->roots_told().empty()) << "the broker does not know it";
  reload_fails_ = false;
  EXPECT_TRUE(
      come([&] { return watch_->roots_told() == std::vector{root.certificate().fingerprint()}; }));
}

TEST_F(BrokerWatchTest, AFileThatSomebodyDamagedIsMendedAndTold) {
  say("first");
  const auto crl = ca_.crl();
  deliver(crl);
  ASSERT_TRUE(come([&] { return lists().ends_with(crl.pem()); }));
  const auto good = lists();
  const auto before = watch_->reloads();
  ASSERT_TRUE(base::write_file(folder_.node_crls(), "damaged"));
  EXPECT_TRUE(come([&] { return lists() == good && watch_->reloads() > before; }));
}

}  // namespace
}  // namespace muster::broker
