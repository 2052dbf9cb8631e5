// A person reads these texts: each names the broker, the cause and what to do.
#include <gmock/gmock.h>

#include "proto/base/files.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/free_ports.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

class RefusalTest : public testing::Test {
 protected:
  static Error refusal(const transport::mqtt::Options& options) {
    const Client client(options);
    EXPECT_FALSE(client);
    return client.error();
  }

  TestPki pki_;
  TestPki other_;  // somebody else's installation
  Mosquitto mosquitto_{pki_};
};

TEST_F(RefusalTest, NoBrokerListening) {
  auto options = mosquitto_.as_node("n1");
  const auto nowhere = "localhost:" + std::to_string(free_ports(1).front());
  options.brokers = {nowhere};
  const auto error = refusal(options);
  EXPECT_EQ(error.code, Errc::unavailable);
  EXPECT_THAT(error.message, HasSubstr("cannot reach broker " + nowhere +
                                       ": connection refused; is the broker running"));
}

TEST_F(RefusalTest, NoSuchHost) {
  auto options = mosquitto_.as_node("n1");
  options.brokers = {"broker.invalid:8883"};
  const auto error = refusal(options);
  EXPECT_EQ(error.code, Errc::unavailable);
  EXPECT_THAT(error.message, HasSubstr("no address for 'broker.invalid'"));
}

TEST_F(RefusalTest, EveryBrokerIsNamedWhenNoneAnswers) {
  auto options = mosquitto_.as_node("n1");
  const auto ports = free_ports(2);
  options.brokers = {"localhost:" + std::to_string(ports[0]),
                     "localhost:" + std::to_string(ports[1])};
  const auto error = refusal(options);
  for (const auto& broker : options.brokers) EXPECT_THAT(error.message, HasSubstr(broker));
}

TEST_F(RefusalTest, ServerCertificateOfAnotherCa) {
  auto options = mosquitto_.as_node("n1");
  options.ca_file = other_.folder() / "root.pem";
  const auto error = refusal(options);
  EXPECT_EQ(error.code, Errc::refused);
  EXPECT_THAT(error.message,
              HasSubstr("the certificate of broker " + mosquitto_.nodes() + " is not accepted"));
  EXPECT_THAT(error.message, HasSubstr(options.ca_file.string()));
}

TEST_F(RefusalTest, ServerCertificateForAnotherHost) {
  auto options = mosquitto_.as_node("n1");
  // Reaches the same listener under an address that the certificate does not have.
  options.brokers = {"127.1:" + std::to_string(mosquitto_.config().nodes_port)};
  const auto error = refusal(options);
  EXPECT_EQ(error.code, Errc::refused);
  EXPECT_THAT(error.message, HasSubstr("use a name that is in its certificate"));
}

TEST_F(RefusalTest, ClientCertificateOfAnUnknownCa) {
  auto options = mosquitto_.as_node("n1");
  other_.node("n1");
  options.certificate_file = other_.folder() / "n1.pem";
  options.key_file = other_.folder() / "n1.key";
  const auto error = refusal(options);
  EXPECT_EQ(error.code, Errc::refused);
  EXPECT_THAT(error.message,
              HasSubstr("broker " + mosquitto_.nodes() + " refuses our certificate " +
                        options.certificate_file.string()));
}

TEST_F(RefusalTest, NoClientCertificateWhereOneIsWanted) {
  auto options = mosquitto_.as_joining("x");
  options.brokers = {mosquitto_.operators()};
  const auto error = refusal(options);
  EXPECT_EQ(error.code, Errc::refused);
  EXPECT_THAT(error.message, HasSubstr("wants a client certificate and we have none"));
}

TEST_F(RefusalTest, WrongPassword) {
  for (const auto version : {transport::mqtt::Version::v5, transport::mqtt::Version::v311}) {
    auto options = mosquitto_.as_joining("x");
    options.version = version;
    options.password = "guessed";
    const auto error = refusal(options);
    EXPECT_EQ(error.code, Errc::refused) << error.message;
    EXPECT_THAT(error.message, HasSubstr("broker " + mosquitto_.join() +
                                         " refuses user 'join': wrong user name or password"));
  }
}

TEST_F(RefusalTest, ABrokerThatHangs) {
  auto options = mosquitto_.as_node("n1");
  options.connect_timeout = std::chrono::milliseconds(300);
  mosquitto_.pause();
  const auto error = refusal(options);
  mosquitto_.resume();
  EXPECT_EQ(error.code, Errc::unavailable);
  EXPECT_THAT(error.message, HasSubstr("did not answer within 300 ms"));
}

TEST_F(RefusalTest, FilesThatCannotBeUsed) {
  auto options = mosquitto_.as_node("n1");
  options.certificate_file = pki_.folder() / "missing.pem";
  auto error = refusal(options);
  EXPECT_EQ(error.code, Errc::config);
  EXPECT_THAT(error.message, HasSubstr("missing.pem"));

  options = mosquitto_.as_node("n1");
  options.key_file = pki_.folder() / "operator.key";
  error = refusal(options);
  EXPECT_EQ(error.code, Errc::config) << error.message;
  EXPECT_THAT(error.message, HasSubstr(options.key_file.string()));

  options = mosquitto_.as_node("n1");
  options.brokers = {"localhost"};
  error = refusal(options);
  EXPECT_EQ(error.code, Errc::config);
  EXPECT_THAT(error.message, HasSubstr("is not host:port"));
}

}  // namespace
}  // namespace muster::test
