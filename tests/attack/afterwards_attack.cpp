// What is done about an attacker works: afterwards its credential is worth nothing.
#include <nlohmann/json.hpp>

#include "proto/envelope/envelope.hpp"
#include "proto/policy/policy_store.hpp"
#include "proto/security/verifier.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::attack {
namespace {

using envelope::Kind;

class Afterwards : public testing::Test {
 protected:
  static bool believed(const security::TrustStore& store, const test::Holder& who, Kind kind) {
    return security::open(who.signer().seal(kind, "body").value(), kind, store).has_value();
  }

  test::TestPki pki_;
  fakes::FakeClock clock_{base::SystemClock().unix_ms()};
};

TEST_F(Afterwards, AWithdrawnCaNamesNobody) {
  row("stolen master", "a node's certificate of a CA that was withdrawn, believed a moment before",
      "refused: signed by an unknown CA");
  security::TrustStore nodes(clock_);
  const test::TestCa other("Puppet CA: other");
  ASSERT_TRUE(nodes.add(pki_.puppet_ca().certificate()));
  ASSERT_TRUE(nodes.add(other.certificate()));
  const auto stolen = pki_.node("n1");
  const auto honest = other.issue_node("n2");
  ASSERT_TRUE(believed(nodes, stolen, Kind::reply));
  nodes.remove(pki_.puppet_ca().certificate().fingerprint());
  EXPECT_FALSE(believed(nodes, stolen, Kind::reply));
  EXPECT_TRUE(believed(nodes, honest, Kind::reply));
}

TEST_F(Afterwards, AnExpiredCertificateCommandsNobody) {
  row("operator", "an operator's certificate after its end, believed a moment before",
      "refused: told when it expired");
  security::TrustStore operators(clock_);
  pki_.trust(operators);
  const auto& alice = pki_.operator_();
  ASSERT_TRUE(believed(operators, alice, Kind::request));
  const auto end = alice.certificate.not_after_ms();
  clock_.set_unix_ms(end + 1'000);
  EXPECT_FALSE(believed(operators, alice, Kind::request));
}

TEST_F(Afterwards, WhoLeftItsGroupMayNothing) {
  row("operator", "an action that a group allowed, after the name was taken out of it",
      "answered refused");
  const fakes::TempFolder folder;
  folder.write("echo.policy", "allow\tadmins\t*\t*\n");
  folder.write("groups", "admins cert=alice cert=mallory\n");
  policy::PolicyStore store(folder.path(), {}, true);
  const auto may = [&](const char* caller) {
    return store.decide(caller, security::Role::operator_, "echo", "act", Value::object(), {})
        .allowed;
  };
  ASSERT_TRUE(may("cert=mallory"));
  folder.write("groups", "admins cert=alice\n");
  store.reload();
  EXPECT_FALSE(may("cert=mallory"));
  EXPECT_TRUE(may("cert=alice"));
}

}  // namespace
}  // namespace muster::attack
