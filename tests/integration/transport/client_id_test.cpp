// Who may have whose session: Mosquitto gives it to whoever brings the client id.
#include "proto/security/client_id.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

using transport::LinkState;
const std::string kRequest = "muster/v1/main/req/node/n1/alice";

class ClientIdTest : public BothVersions {
 protected:
  // As the agent of `identity` connects.
  transport::mqtt::Options as_member(const std::string& identity) {
    auto options = with_version(mosquitto_.as_node(identity));
    const auto key = x509::Key::private_from_file(options.key_file).value();
    options.client_id = security::client_id(key, "member " + identity).value();
    return options;
  }
  void expect_still_there(Client& member, Client& op) {
    ASSERT_TRUE(op->publish(kRequest, "still there?", {}));
    EXPECT_TRUE(member.hears(kRequest, "still there?"));
    EXPECT_EQ(member.states(), std::vector{LinkState::connected});
  }

  TestPki pki_;
  Mosquitto mosquitto_{pki_};
};
INSTANTIATE_TEST_SUITE_P(Versions, ClientIdTest,
                         testing::Values(transport::mqtt::Version::v5,
                                         transport::mqtt::Version::v311),
                         version_name);

TEST_P(ClientIdTest, NobodyTakesAMembersSessionByItsName) {
  Client n1(as_member("n1"));
  ASSERT_TRUE(n1) << n1.error().message;
  ASSERT_TRUE(n1.listen(kRequest));
  Client op(with_version(mosquitto_.as_operator("alice")));
  auto of_n2 = with_version(mosquitto_.as_node("n2"));
  of_n2.client_id = "n1";
  auto joining = with_version(mosquitto_.as_joining("n1"));
  auto of_operator = with_version(mosquitto_.as_operator("n1"));
  for (const auto& thief : {of_n2, joining, of_operator}) {
    Client other(thief);
    ASSERT_TRUE(other) << other.error().message;
    expect_still_there(n1, op);
  }
}

TEST_P(ClientIdTest, AnotherKeyMakesAnotherId) {
  Client n1(as_member("n1"));
  ASSERT_TRUE(n1.listen(kRequest));
  Client n2(as_member("n2"));
  ASSERT_TRUE(n1 && n2);
  Client op(with_version(mosquitto_.as_operator("alice")));
  expect_still_there(n1, op);
}

TEST_P(ClientIdTest, WhoHasTheSameKeyCollidesAndIsNoticed) {
  Client first(as_member("n1"));
  Client second(as_member("n1"));
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(fakes::wait_until([&] {
    return first.states().back() == LinkState::taken_over ||
           second.states().back() == LinkState::taken_over;
  }));
}

}  // namespace
}  // namespace muster::test
