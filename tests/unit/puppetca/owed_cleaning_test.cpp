// A debt is paid at a CA that has given out the name again: what is owed goes, whoever has the name now keeps it. The CA is
// OpenSSL's, its HTTP played: it signs into files, and revokes what signed/NAME.pem holds, as Puppet Server does.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "plugins/agents/puppetca/cleaning.hpp"
#include "proto/base/files.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/support/pki/test_crl.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/unit/http/tls_server.hpp"

namespace muster::plugins::puppetca {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr auto kOwingMaster = "m1.example";
constexpr auto kOwedName = "n1.example";
constexpr std::int64_t kHourMs = 3'600'000;

std::string http_answer(int status, const std::string& body = "") {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
}
std::string inventory_time(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1'000;
  std::tm time{};
  ::gmtime_r(&seconds, &time);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SUTC", &time);
  return text;
}

class OwedCleaningTest : public testing::Test {
 protected:
  OwedCleaningTest() {
    node_.folder.write("ca/ca_crt.pem", ca_.certificate().pem());
    revoke({});
    node_.folder.write("ca/inventory.txt", "");
    test::write_ssldir(node_.paths.ssldir, kOwingMaster, ca_.issue_node(kOwingMaster),
                       ca_.certificate());
    std::filesystem::create_directories(node_.paths.cadir / "signed");
    node_.paths.master_url = server_.url("");
  }
  std::filesystem::path file(const std::string& name) const {
    return node_.paths.cadir / "signed" / (name + ".pem");
  }
  // Signed that long ago.
  x509::Certificate sign(std::int64_t ago_ms, const std::string& name = kOwedName) {
    auto made = ca_.issue_node(name).certificate;
    node_.folder.write("ca/signed/" + name + ".pem", made.pem());
    std::filesystem::last_write_time(file(name), std::filesystem::file_time_type::clock::now() -
                                                     std::chrono::milliseconds(ago_ms));
    inventory_ +=
        fmt::format("0x{} {} {} /CN={}\n", made.serial_hex(), inventory_time(made.not_before_ms()),
                    inventory_time(made.not_after_ms()), name);
    node_.folder.write("ca/inventory.txt", inventory_);
    return made;
  }
  std::filesystem::path request_file() const {
    return node_.paths.cadir / "requests" / (std::string(kOwedName) + ".pem");
  }
  void request() {
    node_.folder.write("ca/requests/" + std::string(kOwedName) + ".pem", "a request");
  }
  bool is_requested() const { return std::filesystem::exists(request_file()); }
  // Another orchestrator gave the name out anew, and its clean lost the revocation.
  void forget_file() { std::filesystem::remove(file(kOwedName)); }
  void revoke(std::vector<std::string> serials) {
    revoked_ = std::move(serials);
    node_.folder.write("ca/ca_crl.pem", test::revocation_list(ca_, revoked_));
  }
  std::string answer(const std::string& request) {
    const auto from = request.find("/certificate_status/") + 20;
    const auto name = request.substr(from, request.find(' ', from) - from);
    const auto its = x509::Certificate::from_file(file(name));
    if (request.starts_with("DELETE")) {
      std::filesystem::remove(file(name));
      std::filesystem::remove(request_file());
      return http_answer(204);
    }
    if (request.starts_with("PUT")) {
      if (!its) return http_answer(404);
      auto all = revoked_;
      all.push_back(its->serial_hex());
      revoke(std::move(all));
      return http_answer(204);
    }
    if (!its && !is_requested()) return http_answer(404);
    return http_answer(
        200, fmt::format(R"({{"name":"{}","state":"{}","fingerprints":{{"SHA256":"{}"}}}})", name,
                         its ? "signed" : "requested", std::string(64, 'A')));
  }
  Result<CleanedName> clean(const Owed& owed) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    auto ca = CaApi::open(node_, clients_, deadline);
    if (!ca) return fail(ca.error());
    const CaFiles files(node_.paths.cadir);
    return Cleaning(*ca, files, clock_.unix_ms(), deadline).clean(kOwedName, owed);
  }
  Owed before(std::int64_t ago_ms) const { return {clock_.unix_ms() - ago_ms, {}, ""}; }
  std::vector<std::string> serials(const Result<CleanedName>& cleaned) {
    EXPECT_TRUE(cleaned) << (cleaned ? "" : cleaned.error().message);
    return cleaned ? cleaned->serials : std::vector<std::string>();
  }
  bool is_current(const x509::Certificate& certificate) {
    return CaFiles(node_.paths.cadir).current_serial(kOwedName).value() == certificate.serial_hex();
  }

  const test::TestCa ca_{"Puppet CA: m1.example"};
  base::SystemClock clock_;
  test::TestNode node_{kOwingMaster, clock_};
  std::vector<std::string> revoked_;
  std::string inventory_;
  http::ClientPool clients_;
  http::TlsServer server_{ca_.issue_node("localhost"), ca_,
                          [this](const auto& request) { return answer(request); }};
};

// Faults tried by hand, 2: the valid certificate was revoked.
TEST_F(OwedCleaningTest, TheNameWasGivenOutAgainSinceAndOnlyTheOldCertificateGoes) {
  const auto old = sign(48 * kHourMs);
  forget_file();
  const auto now_valid = sign(kHourMs);
  EXPECT_THAT(serials(clean(before(2 * kHourMs))), ElementsAre(old.serial_hex()));
  EXPECT_THAT(revoked_, ElementsAre(old.serial_hex()));
  EXPECT_TRUE(is_current(now_valid));
  EXPECT_THAT(serials(clean(before(2 * kHourMs))), IsEmpty()) << "nothing is left to pay";
  EXPECT_TRUE(is_current(now_valid));
}

// It would be called paid, and stay valid wherever it came from; but it kept all else owed for ever.
TEST_F(OwedCleaningTest, ASerialThatTheCaDoesNotKnowIsToldAndAllElseIsCleaned) {
  const auto known = sign(kHourMs);
  const auto cleaned = clean({std::nullopt, {known.serial_hex(), "0123"}, ""});
  EXPECT_THAT(serials(cleaned), ElementsAre(known.serial_hex()));
  EXPECT_THAT(cleaned->unknown, ElementsAre("0123"));
  revoke({known.serial_hex(), "0123"});
  EXPECT_THAT(clean({std::nullopt, {"0123"}, ""})->unknown, IsEmpty())
      << "it is in the list, whoever put it there";
}

TEST_F(OwedCleaningTest, WhatIsIssuedInTheSecondOfTheDebtIsNotOwed) {
  const auto owed = before(0);
  const auto current = sign(0);
  EXPECT_THAT(serials(clean(owed)), IsEmpty());
  EXPECT_TRUE(is_current(current));
}

TEST_F(OwedCleaningTest, WhatIsStillTheNamesOwnAndIssuedBeforeIsRevokedAndRemoved) {
  const auto old = sign(3 * kHourMs);
  EXPECT_THAT(serials(clean(before(2 * kHourMs))), ElementsAre(old.serial_hex()));
  EXPECT_THAT(revoked_, ElementsAre(old.serial_hex()));
  EXPECT_FALSE(std::filesystem::exists(file(kOwedName)));
}

TEST_F(OwedCleaningTest, ARequestOfWhoeverComesNowStays) {
  request();
  EXPECT_THAT(serials(clean(before(0))), IsEmpty());
  EXPECT_TRUE(is_requested());
}

// A CA that allows it takes a request for a name that has a certificate, and says "signed" of both; what it is told to
// remove, it removes both of.
TEST_F(OwedCleaningTest, ARequestBesideAnOwedCertificateStays) {
  const auto old = sign(3 * kHourMs);
  request();
  EXPECT_THAT(serials(clean(before(2 * kHourMs))), ElementsAre(old.serial_hex()));
  EXPECT_FALSE(std::filesystem::exists(file(kOwedName)));
  EXPECT_TRUE(is_requested());
}

TEST_F(OwedCleaningTest, WithoutAWordARequestGoesAsWell) {
  sign(3 * kHourMs);
  request();
  EXPECT_TRUE(clean({}));
  EXPECT_FALSE(std::filesystem::exists(file(kOwedName)));
  EXPECT_FALSE(is_requested());
}

// An orchestrator that was stopped asked for it late: another one has the node, and the certificate was its only one.
TEST_F(OwedCleaningTest, ANameThatWasGivenOutSinceKeepsWhatItHasAndWhoAskedLateIsTold) {
  const auto now_valid = sign(kHourMs);
  auto late = before(2 * kHourMs);
  late.vacates = true;
  const auto cleaned = clean(late);
  ASSERT_TRUE(cleaned) << cleaned.error().message;
  EXPECT_EQ(cleaned->kept, "signed");
  EXPECT_THAT(revoked_, IsEmpty());
  EXPECT_TRUE(is_current(now_valid));
}

TEST_F(OwedCleaningTest, ARequestThatWasMadeSinceStaysAndWhoAskedLateIsTold) {
  request();
  auto late = before(kHourMs);
  late.vacates = true;
  EXPECT_EQ(clean(late)->kept, "requested");
  EXPECT_TRUE(is_requested());
}

// Or the CA would refuse what the new machine asks for.
TEST_F(OwedCleaningTest, OfANameThatIsGivenOutAnewNothingIsLeft) {
  const auto old = sign(3 * kHourMs);
  request();
  std::filesystem::last_write_time(
      request_file(), std::filesystem::file_time_type::clock::now() - std::chrono::hours(3));
  auto anew = before(2 * kHourMs);
  anew.vacates = true;
  EXPECT_THAT(serials(clean(anew)), ElementsAre(old.serial_hex()));
  EXPECT_EQ(clean(anew)->kept, "");
  EXPECT_FALSE(std::filesystem::exists(file(kOwedName)));
  EXPECT_FALSE(is_requested());
  EXPECT_THAT(serials(clean(anew)), IsEmpty()) << "it may be asked for again";
}

TEST_F(OwedCleaningTest, AnOwedCertificateThatIsInUseStaysAndTheDebtIsNotPaid) {
  const auto in_use = sign(3 * kHourMs);
  auto owed = before(2 * kHourMs);
  owed.spared = in_use.fingerprint();
  const auto cleaned = clean(owed);
  ASSERT_FALSE(cleaned);
  EXPECT_THAT(cleaned.error().message, HasSubstr("it keeps that"));
  EXPECT_THAT(revoked_, IsEmpty());
  EXPECT_TRUE(is_current(in_use));
}

// Puppet Server keeps no file of what it renewed.
TEST_F(OwedCleaningTest, ARenewedCertificateThatIsInUseIsNotTakenForALostOne) {
  const auto renewed = sign(48 * kHourMs);
  forget_file();
  auto owed = before(2 * kHourMs);
  owed.spared = renewed.fingerprint();
  EXPECT_FALSE(clean(owed));
  EXPECT_THAT(revoked_, IsEmpty());
}

TEST_F(OwedCleaningTest, BySerialOnlyThatOneGoes) {
  const auto first = sign(3 * kHourMs);
  forget_file();
  const auto second = sign(2 * kHourMs);
  EXPECT_THAT(serials(clean({std::nullopt, {first.serial_hex()}, ""})),
              ElementsAre(first.serial_hex()));
  EXPECT_TRUE(is_current(second));
}

TEST_F(OwedCleaningTest, ASerialOfAnotherNameIsRefusedAndNothingIsDone) {
  const auto own = sign(3 * kHourMs);
  const auto others = sign(3 * kHourMs, "n2.example");
  const auto done = clean({std::nullopt, {own.serial_hex(), others.serial_hex()}, ""});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Errc::refused);
  EXPECT_THAT(done.error().message, HasSubstr("issued to 'n2.example', not to n1.example"));
  EXPECT_THAT(revoked_, IsEmpty());
}

TEST_F(OwedCleaningTest, WithoutAWordAllOfTheNameGoesAsBefore) {
  const auto old = sign(48 * kHourMs);
  forget_file();
  const auto current = sign(0);
  EXPECT_THAT(serials(clean({})), UnorderedElementsAre(current.serial_hex(), old.serial_hex()));
  EXPECT_FALSE(std::filesystem::exists(file(kOwedName)));
}

}  // namespace
}  // namespace muster::plugins::puppetca
