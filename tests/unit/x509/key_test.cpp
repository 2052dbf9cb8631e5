#include "proto/x509/key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "proto/x509/openssl.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::x509 {
namespace {

using testing::HasSubstr;

Key rsa(unsigned bits) {
  return Key(std::shared_ptr<EVP_PKEY>(EVP_RSA_gen(bits), EVP_PKEY_free));
}
Key ec(const char* curve) {
  return Key(std::shared_ptr<EVP_PKEY>(EVP_EC_gen(curve), EVP_PKEY_free));
}
Key ed25519() {
  return Key(
      std::shared_ptr<EVP_PKEY>(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free));
}

TEST(KeyTest, SignatureVerifiesWithThePublicHalfAlone) {
  const auto key = Key::generate_p256().value();
  const auto signature = key.sign("body").value();
  const auto half = Key::public_from_der(key.public_der()).value();
  EXPECT_TRUE(half.verify("body", signature));
  EXPECT_FALSE(half.sign("body"));
}

TEST(KeyTest, ChangedBytesChangedSignatureAndAnotherKeyAreRefused) {
  const auto key = Key::generate_p256().value();
  auto signature = key.sign("body").value();
  EXPECT_EQ(key.verify("bodY", signature).error().code, Errc::refused);
  EXPECT_EQ(Key::generate_p256()->verify("body", signature).error().code, Errc::refused);
  signature[10] = static_cast<char>(signature[10] ^ 1);
  EXPECT_EQ(key.verify("body", signature).error().code, Errc::refused);
  EXPECT_EQ(key.verify("body", "").error().code, Errc::refused);
}

TEST(KeyTest, OneRefusalSaysNothingOfTheNextSignature) {
  for (const auto& key : {Key::generate_p256().value(), rsa(2048)}) {
    const auto signature = key.sign("body").value();
    EXPECT_FALSE(key.verify("body", "no signature"));
    EXPECT_TRUE(key.verify("body", signature));
    EXPECT_FALSE(key.verify("another", signature));
    EXPECT_TRUE(key.verify("body", signature));
    EXPECT_TRUE(key.verify("another", key.sign("another").value()));
  }
}

// For the thread sanitizer too: an orchestrator's records are all of one key.
TEST(KeyTest, SeveralThreadsCheckSignaturesOfOneKey) {
  const auto key = Key::generate_p256().value();
  const auto signature = key.sign("body").value();
  std::vector<std::thread> threads;
  for (int each = 0; each < 4; ++each)
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        EXPECT_TRUE(key.verify("body", signature));
        EXPECT_FALSE(key.verify("bodY", signature));
      }
    });
  for (auto& thread : threads) thread.join();
}

TEST(KeyTest, SeveralThreadsSignWithOneKey) {
  for (const auto& key : {Key::generate_p256().value(), rsa(2048)}) {
    std::vector<std::thread> threads;
    for (int each = 0; each < 4; ++each)
      threads.emplace_back([&key, body = std::to_string(each)] {
        for (int round = 0; round < 20; ++round)
          EXPECT_TRUE(key.verify(body, key.sign(body).value()));
      });
    for (auto& thread : threads) thread.join();
  }
}

TEST(KeyTest, ASecretDigestIsTheKeysAloneAndAlwaysTheSame) {
  for (const auto& key : {Key::generate_p256().value(), rsa(2048)}) {
    const auto digest = key.secret_digest("text").value();
    EXPECT_EQ(digest.size(), 64U);
    const auto again = Key::private_from_pem(key.private_pem().value(), "again").value();
    EXPECT_EQ(again.secret_digest("text").value(), digest);
    EXPECT_NE(key.secret_digest("other").value(), digest);
    EXPECT_NE(Key::generate_p256()->secret_digest("text").value(), digest);
    EXPECT_EQ(Key::public_from_der(key.public_der())->secret_digest("text").error().code,
              Errc::refused);
  }
}

TEST(KeyTest, RsaOfPuppetsSizeSignsAndVerifies) {
  const auto key = rsa(2048);
  EXPECT_TRUE(key.verify("body", key.sign("body").value()));
}

TEST(KeyTest, WeakAndUnusualKeysAreRefusedByName) {
  const auto weak = rsa(1024);
  const auto verdict = weak.verify("body", weak.sign("body").value());
  EXPECT_EQ(verdict.error().code, Errc::refused);
  EXPECT_THAT(verdict.error().message, HasSubstr("1024 bits"));
  EXPECT_THAT(ec("secp256k1").strong_enough().error().message, HasSubstr("secp256k1"));
  EXPECT_THAT(ec("P-224").strong_enough().error().message, HasSubstr("secp224r1"));
  EXPECT_THAT(ed25519().strong_enough().error().message, HasSubstr("ED25519"));
  EXPECT_TRUE(ec("P-384").strong_enough());
  EXPECT_TRUE(ec("P-521").strong_enough());
}

TEST(KeyTest, OnlyP256IsP256) {
  EXPECT_TRUE(Key::generate_p256()->is_p256());
  EXPECT_FALSE(ec("P-384").is_p256());
  EXPECT_FALSE(rsa(2048).is_p256());
}

TEST(KeyTest, PrivateKeySurvivesPem) {
  const auto key = Key::generate_p256().value();
  const auto pem = key.private_pem().value();
  EXPECT_THAT(pem, HasSubstr("BEGIN PRIVATE KEY"));
  const auto again = Key::private_from_pem(pem, "test").value();
  EXPECT_TRUE(again.same_public(key));
  EXPECT_EQ(again.fingerprint(), key.fingerprint());
}

TEST(KeyTest, TraditionalRsaPemIsRead) {
  const auto key = rsa(2048);
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  ASSERT_EQ(PEM_write_bio_PrivateKey_traditional(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                                 nullptr),
            1);
  EXPECT_TRUE(Key::private_from_pem(bio_text(bio.get()), "test")->same_public(key));
}

// As `openssl ecparam -genkey` writes it.
TEST(KeyTest, ASec1KeyIsReadBehindTheParametersOfItsCurve) {
  const auto key = ec("P-384");
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  ASSERT_EQ(PEM_write_bio_PrivateKey_traditional(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                                 nullptr),
            1);
  const auto pem = bio_text(bio.get());
  ASSERT_THAT(pem, HasSubstr("BEGIN EC PRIVATE KEY"));
  const std::string curve =
      "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n";
  const auto again = Key::private_from_pem(curve + pem, "test").value();
  EXPECT_TRUE(again.same_public(key));
  EXPECT_TRUE(key.verify("body", again.sign("body").value()));
}

TEST(KeyTest, AKeyOfAKindThatWeDoNotTakeIsReadAndNamed) {
  const auto key = ed25519();
  const auto again = Key::private_from_pem(key.private_pem().value(), "test").value();
  EXPECT_TRUE(again.same_public(key));
  EXPECT_THAT(again.strong_enough().error().message, HasSubstr("ED25519"));
}

TEST(KeyTest, ReadingLeavesNoErrorThatColoursTheNext) {
  for (const auto& key : {Key::generate_p256().value(), rsa(2048), ed25519()}) {
    ERR_clear_error();
    ASSERT_TRUE(Key::private_from_pem(key.private_pem().value(), "test"));
    EXPECT_EQ(ERR_peek_error(), 0UL);
  }
}

TEST(KeyTest, ADamagedKeyIsAnErrorAndNoKey) {
  for (const auto& key : {Key::generate_p256().value(), rsa(2048)}) {
    auto pem = key.private_pem().value();
    const auto begin = pem.find('\n') + 1;
    pem.replace(begin, 16, "AAAAAAAAAAAAAAAA");
    EXPECT_EQ(Key::private_from_pem(pem, "x.key").error().code, Errc::invalid_data);
  }
}

TEST(KeyTest, APublicKeyIsReadWhateverItsKind) {
  for (const auto& key : {Key::generate_p256().value(), ec("P-521"), rsa(2048), ed25519()}) {
    ERR_clear_error();
    const auto read = Key::public_from_der(key.public_der()).value();
    EXPECT_TRUE(read.same_public(key));
    EXPECT_EQ(read.public_der(), key.public_der());
    EXPECT_EQ(ERR_peek_error(), 0UL);
    if (!read.strong_enough()) continue;
    EXPECT_TRUE(read.verify("body", key.sign("body").value()));
  }
}

TEST(KeyTest, PassphraseIsAnErrorAndNotAQuestion) {
  const auto key = Key::generate_p256().value();
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  char passphrase[] = "secret";
  ASSERT_EQ(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), EVP_aes_128_cbc(), passphrase, 6,
                                          nullptr, nullptr),
            1);
  const auto read = Key::private_from_pem(bio_text(bio.get()), "node.key");
  EXPECT_THAT(read.error().message, testing::AllOf(HasSubstr("node.key"), HasSubstr("passphrase")));
}

TEST(KeyTest, AFileThatOthersMayReadIsNoKey) {
  const fakes::TempFolder folder;
  const auto pem = Key::generate_p256()->private_pem().value();
  EXPECT_TRUE(Key::private_from_file(folder.write("a.key", pem, 0600)));
  EXPECT_EQ(Key::private_from_file(folder.write("b.key", pem, 0644)).error().code, Errc::refused);
  EXPECT_TRUE(Key::private_from_file(folder.write("c.key", pem, 0640), base::Guard::puppet_key) ||
              ::getegid() != 0);
}

TEST(KeyTest, GarbageIsAnErrorThatNamesItsSource) {
  EXPECT_THAT(Key::private_from_pem("nonsense", "x.key").error().message, HasSubstr("x.key"));
  EXPECT_EQ(Key::private_from_file("/nonexistent/x.key").error().code, Errc::not_found);
  EXPECT_EQ(Key::public_from_der("nonsense").error().code, Errc::invalid_data);
  const auto der = Key::generate_p256()->public_der();
  EXPECT_FALSE(Key::public_from_der(der + "x"));  // trailing bytes
  EXPECT_FALSE(Key::public_from_der(der.substr(0, der.size() - 1)));
}

TEST(KeyTest, KeysOfDifferentTypesDiffer) {
  EXPECT_FALSE(rsa(2048).same_public(Key::generate_p256().value()));
  EXPECT_FALSE(Key(nullptr).same_public(Key(nullptr)));
}

// FIPS 180-2, appendix B.1.
TEST(Sha256Test, KnownAnswer) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abc").size(), 32U);
}

}  // namespace
}  // namespace muster::x509
