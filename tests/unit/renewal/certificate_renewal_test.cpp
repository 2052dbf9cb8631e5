// A certificate that its CA renews. The peer answers as OpenVox Server 8 documents it: 200 with the certificate, 404 where
// the service is off.
#include "node-agent/renewal/certificate_renewal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>

#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/unit/http/tls_server.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;

constexpr auto kNode = "n1.example";
using std::chrono::hours;

std::string answer_of(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class CertificateRenewalTest : public testing::Test {
 protected:
  CertificateRenewalTest() {
    test::write_ssldir(folder_ / "ssl", kNode, {key_, before_}, ca_.certificate());
    paths_.ssldir = folder_ / "ssl";
    paths_.server_url = server_.url("");
  }
  x509::Certificate certificate(const test::TestCa& ca, const x509::Key& key, hours life,
                                const std::string& name = kNode) const {
    x509::IssueSpec spec;
    spec.common_name = name;
    spec.dns_names = {name};
    spec.valid_for = life;
    return x509::issue(spec, key, &ca.certificate(), ca.key()).value();
  }
  test::Holder server_holder() const {
    x509::IssueSpec spec;
    spec.common_name = "localhost";
    spec.dns_names = {"localhost"};
    spec.valid_for = hours(24);
    spec.server = true;
    return ca_.issue(spec);
  }
  std::string answer(const std::string& request) {
    ++asked_;
    request_ = request;
    return answer_;
  }
  std::string file() const { return folder_.read("ssl/certs/" + std::string(kNode) + ".pem"); }

  const fakes::TempFolder folder_;
  const test::TestCa ca_{"Puppet CA: m1"};
  const x509::Key key_ = x509::Key::generate_p256().value();
  const x509::Certificate before_ = certificate(ca_, key_, hours(2));
  const x509::Certificate next_ = certificate(ca_, key_, hours(24 * 365));
  std::string answer_ = answer_of(200, next_.pem());  // set before anybody asks
  std::atomic<int> asked_{0};
  std::string request_;  // the last one
  http::TlsServer server_{server_holder(), ca_, [this](const auto& text) { return answer(text); }};
  plugins::PuppetPaths paths_;
};

TEST_F(CertificateRenewalTest, TheNewCertificateTakesTheOldOnesPlace) {
  const auto done = renew_certificate(paths_, kNode);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(*done, Renewal::renewed);
  EXPECT_EQ(file(), next_.pem());
  EXPECT_THAT(request_, testing::StartsWith("POST /puppet-ca/v1/certificate_renewal "));
  EXPECT_THAT(request_, HasSubstr("Client: n1.example")) << "proved with the old certificate";
}

TEST_F(CertificateRenewalTest, TheFileStaysReadableForPuppet) {
  const auto path = paths_.certificate_of(kNode);
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  ASSERT_TRUE(renew_certificate(paths_, kNode));
  struct stat now {};
  ASSERT_EQ(::stat(path.c_str(), &now), 0);
  EXPECT_EQ(now.st_mode & 0777U, 0640U);
}

TEST_F(CertificateRenewalTest, ACaThatDoesNotRenewChangesNothing) {
  for (const int status : {403, 404}) {
    answer_ = answer_of(status, "no");
    EXPECT_EQ(renew_certificate(paths_, kNode).value(), Renewal::not_offered);
    EXPECT_EQ(file(), before_.pem());
  }
}

TEST_F(CertificateRenewalTest, WhatTheCaSaysOtherwiseIsTold) {
  answer_ = answer_of(500, "the disk is full");
  const auto done = renew_certificate(paths_, kNode);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message,
              testing::AllOf(HasSubstr("500"), HasSubstr("the disk is full")));
}

TEST_F(CertificateRenewalTest, AnAnswerThatIsNotOurRenewedCertificateIsRefused) {
  const test::TestCa twin("Puppet CA: m1");
  const auto other_key = x509::Key::generate_p256().value();
  const std::pair<std::string, const char*> wrong[] = {
      {certificate(ca_, other_key, hours(99)).pem(), "another key"},
      {certificate(twin, key_, hours(99)).pem(), "none of our CAs"},
      {certificate(ca_, key_, hours(99), "n2.example").pem(), "n2.example"},
      {certificate(ca_, key_, hours(1)).pem(), "ends no later"},
      {"no certificate", "holds no PEM certificate"}};
  for (const auto& [pem, why] : wrong) {
    answer_ = answer_of(200, pem);
    const auto done = renew_certificate(paths_, kNode);
    ASSERT_FALSE(done) << why;
    EXPECT_THAT(done.error().message, HasSubstr(why));
    EXPECT_EQ(file(), before_.pem()) << why;
  }
}

TEST_F(CertificateRenewalTest, ThirtyDaysBeforeItsEndOrInItsLastThird) {
  const auto day = std::chrono::milliseconds(hours(24)).count();
  const auto year = certificate(ca_, key_, hours(24 * 365));
  EXPECT_EQ(renew_from_ms(year), year.not_after_ms() - 30 * day);
  const auto life = before_.not_after_ms() - before_.not_before_ms();
  EXPECT_EQ(renew_from_ms(before_), before_.not_after_ms() - life / 3);
}

// A clock that says what a test wants.
struct SetClock final : base::Clock {
  explicit SetClock(std::int64_t now) : now_ms(now) {}
  std::int64_t unix_ms() const override { return now_ms; }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::now();
  }
  std::atomic<std::int64_t> now_ms;
};

TEST_F(CertificateRenewalTest, ItIsAskedForWhenTheTimeHasComeAndOnce) {
  SetClock clock(renew_from_ms(before_) - 60'000);
  const CertificateRenewal renewal(paths_, kNode, clock, std::chrono::milliseconds(5));
  EXPECT_FALSE(fakes::wait_until([&] { return asked_ > 0; }, std::chrono::milliseconds(100)));
  clock.now_ms = renew_from_ms(before_);
  EXPECT_TRUE(fakes::wait_until([&] { return file() == next_.pem(); }));
  EXPECT_FALSE(fakes::wait_until([&] { return asked_ > 1; }, std::chrono::milliseconds(100)));
}

TEST_F(CertificateRenewalTest, OneThatHasEndedIsNotAskedForAnyMore) {
  SetClock clock(before_.not_after_ms());
  const CertificateRenewal renewal(paths_, kNode, clock, std::chrono::milliseconds(5));
  EXPECT_FALSE(fakes::wait_until([&] { return asked_ > 0; }, std::chrono::milliseconds(100)));
}

}  // namespace
}  // namespace muster::agent
