#include "node-agent/revocation/crl_courier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "proto/envelope/envelope.hpp"
#include "proto/messages/revocation_piece.hpp"
#include "proto/messages/revocation_pieces.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/memory_bus/memory_bus.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::agent {
namespace {

using std::chrono_literals::operator""ms;

class CrlCourierTest : public testing::Test {
 protected:
  CrlCourierTest() {
    EXPECT_TRUE(believed_.add(ca_.certificate()));
    folder_.write("ca_crt.pem", ca_.certificate().pem());
    heard_ = watcher_
                 ->subscribe(transport::topics::revocation_piece("main", "m1", "+"),
                             transport::Qos::at_least_once,
                             [this](const transport::Message& message) { take(message); })
                 .value();
  }
  // Before the members that its handler uses go.
  ~CrlCourierTest() override {
    courier_.reset();
    watcher_.reset();
  }

  void start() {
    CrlCourier::Ways ways;
    ways.collective = "main";
    ways.cadir = folder_.path();
    ways.look = 5ms;
    ways.signer = [this]() -> Result<security::Signer> { return master_.signer(); };
    ways.connect = [this](const security::Signer&) -> Result<std::unique_ptr<transport::Bus>> {
      ++links_;
      if (broken_) return fail(Errc::unavailable, "no broker");
      return broker_.connect("courier");
    };
    courier_.emplace(std::move(ways), clock_);
  }
  void write(std::uint64_t number) {
    folder_.write("ca_crl.pem", ca_.crl({.number = number}).pem());
  }
  void take(const transport::Message& message) {
    const std::lock_guard lock(mutex_);
    if (message.payload.empty()) return;
    const auto opened =
        security::open(message.payload, envelope::Kind::revocation_piece, believed_);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->signer, "m1");
    const auto piece = messages::RevocationPiece::decode(opened->body).value();
    EXPECT_EQ(piece.ca_fingerprint, ca_.certificate().fingerprint());
    ++pieces_;
    const auto der = messages::RevocationAssembly().take(piece, x509::kCaCrlMaxBytes).value();
    ASSERT_TRUE(der);
    numbers_.push_back(x509::CaCrl::from_der(*der).value().number());
  }
  bool delivered(std::uint64_t number, std::size_t times = 1) {
    return fakes::wait_until([&] {
      const std::lock_guard lock(mutex_);
      return static_cast<std::size_t>(std::count(numbers_.begin(), numbers_.end(), number)) >=
             times;
    });
  }

  base::SystemClock clock_;
  test::TestCa ca_{"Puppet CA: one"};
  test::Holder master_ = ca_.issue_node("m1");
  security::TrustStore believed_{clock_};
  fakes::TempFolder folder_;
  test::MemoryBroker broker_;
  std::mutex mutex_;
  std::vector<std::uint64_t> numbers_;
  int pieces_ = 0;
  std::atomic<int> links_{0};
  std::atomic<bool> broken_{false};
  std::unique_ptr<transport::Bus> watcher_ = broker_.connect("watcher");
  transport::Subscription heard_;
  std::optional<CrlCourier> courier_;
};

TEST_F(CrlCourierTest, TheListIsDeliveredAtOnceAndWheneverItChanges) {
  write(1);
  start();
  EXPECT_TRUE(delivered(1));
  write(2);
  EXPECT_TRUE(delivered(2));
  write(30);
  EXPECT_TRUE(delivered(30));
  EXPECT_EQ(links_, 3) << "a link for each delivery, none for looking";
}

TEST_F(CrlCourierTest, ABrokerThatMayHaveLostItGetsItAgain) {
  write(1);
  start();
  ASSERT_TRUE(delivered(1));
  courier_->deliver_again();
  EXPECT_TRUE(delivered(1, 2));
}

TEST_F(CrlCourierTest, ABrokerThatCannotBeReachedIsTriedAgain) {
  broken_ = true;
  write(1);
  start();
  ASSERT_TRUE(fakes::wait_until([&] { return links_ >= 2; }));
  broken_ = false;
  EXPECT_TRUE(delivered(1));
}

TEST_F(CrlCourierTest, WithoutAListNobodyIsTroubled) {
  start();
  courier_->deliver_again();
  write(7);
  ASSERT_TRUE(delivered(7));
  EXPECT_TRUE(fakes::wait_until([&] {
    const std::lock_guard lock(mutex_);
    return numbers_.size() == static_cast<std::size_t>(links_);
  })) << "a link before there was something to deliver";
}

TEST(OwnCrlTest, OfABundleTheListOfTheCaThatIssuedTheMasterIsTaken) {
  const test::TestCa root("Puppet Root CA");
  const test::TestCa ca("Puppet CA: one");
  const auto master = ca.issue_node("m1").certificate;
  fakes::TempFolder folder;
  EXPECT_EQ(read_own_crl(folder.path(), master).error().code, Errc::not_found);
  folder.write("ca_crt.pem", ca.certificate().pem() + root.certificate().pem());
  folder.write("ca_crl.pem", root.crl({.number = 9}).pem() + ca.crl({.number = 4}).pem());
  const auto own = read_own_crl(folder.path(), master);
  ASSERT_TRUE(own) << own.error().message;
  EXPECT_EQ(own->crl.number(), 4U);
  EXPECT_EQ(own->ca.fingerprint(), ca.certificate().fingerprint());
  folder.write("ca_crl.pem", root.crl().pem());
  EXPECT_EQ(read_own_crl(folder.path(), master).error().code, Errc::refused);
  EXPECT_EQ(
      read_own_crl(folder.path(), test::TestCa("other").issue_node("x").certificate).error().code,
      Errc::config);
}

}  // namespace
}  // namespace muster::agent
