// An operator's key that is in no file: TLS and requests are signed by a program, against a real broker, and with a
// real PKCS#11 module (SoftHSM2) behind the program.
#include <gmock/gmock.h>

#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/x509/program_key.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

constexpr auto kModule = "/usr/lib/softhsm/libsofthsm2.so";
const std::string kRequests = "muster/v1/main/req/node/n1/alice";

class ProgramKeyConnectionTest : public testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& text, mode_t mode) const {
    const auto file = pki_.folder() / name;
    EXPECT_TRUE(base::write_file(file, text, mode));
    return file;
  }
  std::string script(const std::string& body) const {
    return write("sign", "#!/bin/sh\n" + body + "\n", 0755).string();
  }
  // The operator's options with a placeholder in place of the key, as client::own_key() makes it.
  transport::mqtt::Options with_program(const std::string& program) {
    auto key = x509::program_key(pki_.operator_().certificate, {program});
    EXPECT_TRUE(key) << key.error().message;
    auto options = mosquitto_.as_operator("hsm");
    options.key_file = write("placeholder.key", key->private_pem().value(), 0600);
    return options;
  }
  void run(const std::vector<std::string>& argv) const {
    base::ChildSpec spec;
    spec.argv = argv;
    spec.environment = {{"SOFTHSM2_CONF", (pki_.folder() / "softhsm.conf").string()}};
    const auto ended = base::run_child(spec);
    ASSERT_TRUE(ended) << ended.error().message;
    ASSERT_EQ(ended->exit_code, 0) << ended->out << ended->err;
  }
  // A token that holds the operator's key, and the program that signs with it; the PIN is in no argument.
  std::string token() const {
    const auto folder = pki_.folder() / "tokens";
    EXPECT_TRUE(base::make_folder(folder));
    write("softhsm.conf", "directories.tokendir = " + folder.string() + "\n", 0600);
    run({"softhsm2-util", "--init-token", "--free", "--label", "muster", "--pin", "1234",
         "--so-pin", "4321"});
    run({"softhsm2-util", "--import", (pki_.folder() / "operator.key").string(), "--token",
         "muster", "--label", "operator", "--id", "01", "--pin", "1234"});
    std::filesystem::remove(pki_.folder() / "operator.key");
    return script("export SOFTHSM2_CONF=" + (pki_.folder() / "softhsm.conf").string() +
                  " PIN=1234\nexec pkcs11-tool --module " + kModule +
                  " --token-label muster --id 01 --login --pin env:PIN --sign --mechanism ECDSA "
                  "--signature-format openssl 2>/dev/null");
  }
  void expect_to_get_in(const transport::mqtt::Options& options) {
    Client op(options);
    ASSERT_TRUE(op) << op.error().message;
    Client node(mosquitto_.as_node("n1"));
    ASSERT_TRUE(node.listen(kRequests));
    ASSERT_TRUE(op->publish(kRequests, "hello", {}));
    EXPECT_TRUE(node.hears(kRequests, "hello"));
  }

  TestPki pki_;
  Mosquitto mosquitto_{pki_};
};

TEST_F(ProgramKeyConnectionTest, TheProgramsSignatureOpensTheConnection) {
  expect_to_get_in(with_program(
      script("exec openssl pkeyutl -sign -inkey " + (pki_.folder() / "operator.key").string())));
}

TEST_F(ProgramKeyConnectionTest, WithoutItsSignatureNobodyGetsIn) {
  const auto options = with_program(script("exit 1"));
  const Client op(options);
  EXPECT_FALSE(op);
}

TEST_F(ProgramKeyConnectionTest, AKeyInAPkcs11TokenConnectsAndSignsRequests) {
  const auto program = token();
  expect_to_get_in(with_program(program));
  const auto& certificate = pki_.operator_().certificate;
  const auto signature = x509::program_key(certificate, {program})->sign("a request");
  ASSERT_TRUE(signature) << signature.error().message;
  EXPECT_TRUE(certificate.public_key().verify("a request", *signature));
}

}  // namespace
}  // namespace muster::test
