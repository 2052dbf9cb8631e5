#include <gtest/gtest.h>

#include <ctime>

#include "proto/security/trust_store.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/request.hpp"
#include "tests/fuzz/mutator.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster {
namespace {

void ask_everything(const x509::Certificate& certificate) {
  EXPECT_EQ(certificate.fingerprint().size(), 64U);
  EXPECT_EQ(certificate.subject_hash().size(), 8U);
  certificate.common_name();
  certificate.organizational_unit();
  certificate.issuer_common_name();
  certificate.subject();
  certificate.serial_hex();
  certificate.pem();
  certificate.not_before_ms();
  certificate.not_after_ms();
  certificate.is_ca();
  certificate.public_key().fingerprint();
  static_cast<void>(certificate.public_key().strong_enough());
  certificate.issued_by(certificate);
}

TEST(CertificateFuzz, WhatParsesCanBeAskedEverything) {
  const test::TestPki pki;
  const std::vector<std::string> corpus = {pki.root().certificate().der(),
                                           pki.broker().certificate.der(),
                                           pki.puppet_ca().issue_node("n1").certificate.der(), ""};
  fuzz::run(corpus, 10'000, [](std::string_view input) {
    if (const auto certificate = x509::Certificate::from_der(input)) ask_everything(*certificate);
  });
}

TEST(CertificateFuzz, NoChangedCertificateIsTrusted) {
  const fakes::FakeClock clock(std::int64_t{std::time(nullptr)} * 1000);
  const test::TestCa ca("Puppet CA: fuzz");
  security::TrustStore trust(clock);
  ASSERT_TRUE(trust.add(ca.certificate()));
  const auto good = ca.issue_node("n1").certificate;
  fuzz::run({good.der()}, 5'000, [&](std::string_view input) {
    const auto verified = trust.verify({std::string(input)});
    if (verified) {
      EXPECT_EQ(verified->certificate.public_key().fingerprint(), good.public_key().fingerprint());
    }
  });
}

TEST(CertificateFuzz, PemBundlesAndKeysAreReadOrRefused) {
  const test::TestPki pki;
  const auto bundle = pki.root().certificate().pem() + pki.puppet_ca().certificate().pem();
  fuzz::run({bundle, pki.root().key().private_pem().value(), ""}, 3'000,
            [](std::string_view input) {
              const auto all = x509::Certificate::all_from_pem(input, "bundle");
              if (all) {
                EXPECT_FALSE(all->empty());
              }
              static_cast<void>(x509::Key::private_from_pem(input, "key"));
              static_cast<void>(x509::Key::public_from_der(input));
            });
}

TEST(CertificateFuzz, RequestsAreReadOrRefused) {
  const auto key = x509::Key::generate_p256().value();
  const auto request = x509::make_request({.common_name = "n1.example"}, key).value();
  fuzz::run({request.pem}, 10'000, [&](std::string_view input) {
    static_cast<void>(x509::read_request(input, "request"));
    const auto content = x509::open_request(input, "request");
    if (content) {
      EXPECT_EQ(content->common_name, "n1.example");
    }
  });
}

}  // namespace
}  // namespace muster
