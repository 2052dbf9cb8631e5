#include "proto/x509/program_key.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::x509 {
namespace {

using testing::HasSubstr;

// The program of these tests is OpenSSL's own tool, with the key in a file that only it is told of.
class ProgramKeyTest : public testing::Test {
 protected:
  std::string script(const std::string& body, mode_t mode = 0755) {
    const auto file = pki_.folder() / "sign";
    EXPECT_TRUE(base::write_file(file, "#!/bin/sh\n" + body + "\n", mode));
    return file.string();
  }
  std::string honest() {
    return script("exec openssl pkeyutl -sign -inkey " + (pki_.folder() / "operator.key").string());
  }
  Key key_of(const std::string& program) {
    auto key = program_key(certificate_, {program});
    EXPECT_TRUE(key) << key.error().message;
    return *key;
  }
  const test::TestPki pki_;
  const Certificate& certificate_ = pki_.operator_().certificate;
};

TEST_F(ProgramKeyTest, WhatTheProgramSignsVerifiesUnderTheCertificate) {
  const auto key = key_of(honest());
  EXPECT_TRUE(certificate_.matches(key));
  const auto signature = key.sign("a request");
  ASSERT_TRUE(signature) << signature.error().message;
  EXPECT_TRUE(certificate_.public_key().verify("a request", *signature));
  EXPECT_FALSE(certificate_.public_key().verify("another", *signature));
}

TEST_F(ProgramKeyTest, OtherKeysOfTheProcessSignAsEver) {
  const auto unused = key_of(script("exit 1"));
  const auto other = Key::generate_p256().value();
  const auto signature = other.sign("x");
  ASSERT_TRUE(signature);
  EXPECT_TRUE(other.verify("x", *signature));
}

TEST_F(ProgramKeyTest, AProgramThatFailsOrPrintsRubbishGivesNoSignature) {
  for (const auto* body : {"echo no card >&2; exit 1", "exit 0", "head -c 2000 /dev/zero"}) {
    const auto key = key_of(script(body));
    EXPECT_FALSE(key.sign("x")) << body;
  }
  const auto signature = key_of(script("echo rubbish")).sign("x");
  EXPECT_TRUE(!signature || !certificate_.public_key().verify("x", *signature));
}

TEST_F(ProgramKeyTest, AProgramThatOthersMayWriteIsRefusedAlsoLater) {
  const auto program = honest();
  const auto key = key_of(program);
  ::chmod(program.c_str(), 0757);
  EXPECT_FALSE(key.sign("x"));
  const auto again = program_key(certificate_, {program});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::config);
  EXPECT_THAT(again.error().message, HasSubstr("run: chmod o-w"));
}

// What is derived from the placeholder everybody can derive: a client id of it could be guessed.
TEST_F(ProgramKeyTest, NothingSecretIsDerivedFromThePlaceholder) {
  EXPECT_EQ(key_of(honest()).secret_digest("text").error().code, Errc::refused);
}

TEST_F(ProgramKeyTest, ThePlaceholderIsWorthNothingToAnotherProcess) {
  const auto key = key_of(honest());
  const auto file = pki_.folder() / "placeholder.key";
  ASSERT_TRUE(base::write_file(file, key.private_pem().value(), 0600));
  base::ChildSpec stranger;
  stranger.argv = {"openssl", "dgst", "-sha256", "-sign", file.string()};
  stranger.input = "x";
  const auto made = base::run_child(stranger);
  ASSERT_TRUE(made);
  EXPECT_FALSE(certificate_.public_key().verify("x", made->out));
}

}  // namespace
}  // namespace muster::x509
