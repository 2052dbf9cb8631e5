#include "tests/sim/crypto/crypto.hpp"

#include <gtest/gtest.h>

#include "proto/base/clock.hpp"
#include "proto/security/verifier.hpp"
#include "tests/sim/surroundings/sim_token.hpp"
#include "tests/support/fakes/fake_clock.hpp"

namespace muster::sim {
namespace {

using envelope::Kind;
using security::Role;
using security::Root;

x509::IssueSpec spec_of(const std::string& name, const std::string& role, bool ca = false) {
  x509::IssueSpec spec;
  spec.common_name = name;
  spec.organizational_unit = role;
  spec.ca = ca;
  return spec;
}

// Both kinds promise the same.
class SimCryptoTest : public testing::TestWithParam<bool> {
 protected:
  struct Authority {
    x509::Key key;
    x509::Certificate certificate;
  };
  Authority authority(const std::string& name) {
    const auto key = crypto_->make_key();
    return {key, crypto_->issue(spec_of(name, "", true), key, nullptr, key).value()};
  }
  Holder holder(const Authority& ca, const std::string& name, const std::string& role) {
    const auto key = crypto_->make_key();
    return {key, {crypto_->issue(spec_of(name, role), key, &ca.certificate, ca.key).value()}};
  }
  std::unique_ptr<Anchors> believing(const Authority& ca, Root root) {
    auto anchors = crypto_->anchors(clock_);
    EXPECT_TRUE(anchors->add(ca.certificate, root));
    return anchors;
  }

  fakes::FakeClock clock_{base::SystemClock().unix_ms()};
  const std::unique_ptr<Crypto> crypto_ =
      GetParam() ? real_crypto() : hash_crypto(7, clock_.unix_ms());
};

TEST_P(SimCryptoTest, ASignatureIsOneKeysOverTheseBytes) {
  const auto key = crypto_->make_key();
  const auto signature = crypto_->sign(key, "bytes").value();
  const auto anybody = crypto_->anchors(clock_);
  EXPECT_TRUE(anybody->check(key, "bytes", signature));
  EXPECT_EQ(anybody->check(key, "bytez", signature).error().code, Errc::refused);
  EXPECT_EQ(anybody->check(crypto_->make_key(), "bytes", signature).error().code, Errc::refused);
}

TEST_P(SimCryptoTest, AJoinTokenIsReadAsItWasMadeUnderItsRootAlone) {
  const auto root = authority("operator root");
  const auto issuer = make_issuer(*crypto_, root.certificate, root.key);
  const auto token = make_token(*crypto_, issuer, "t1", 3, clock_.unix_ms());
  const auto read = believing(root, Root::operators)->verify_token(token.text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->claims.id, "t1");
  EXPECT_EQ(read->claims.uses, 3U);
  EXPECT_EQ(read->issuer.common_name(), "issuer");
  EXPECT_FALSE(believing(authority("operator root"), Root::operators)->verify_token(token.text));
  EXPECT_FALSE(believing(root, Root::orchestrators)->verify_token(token.text));
}

TEST_P(SimCryptoTest, WhoIsNoIssuerMakesNoToken) {
  const auto root = authority("operator root");
  const auto issuer = make_issuer(*crypto_, root.certificate, root.key);
  const auto token = make_token(*crypto_, issuer, "t1", 3, clock_.unix_ms());
  const auto alice = holder(root, "alice", "operator");
  const auto forged = crypto_->sign_token(token.claims, alice.chain.front(), alice.key);
  EXPECT_TRUE(!forged || !believing(root, Root::operators)->verify_token(*forged));
  auto changed = token.text;
  changed[changed.size() / 4] = changed[changed.size() / 4] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(believing(root, Root::operators)->verify_token(changed));
}

TEST_P(SimCryptoTest, AMessageIsBelievedUnderItsAnchorAndTellsWhoSigned) {
  const auto root = authority("orchestrator root");
  const auto orchestrator = holder(root, "orch1", "orchestrator");
  const auto message = sealer_of(*crypto_, orchestrator)->seal(Kind::node_ban, "body").value();
  const auto trust = believing(root, Root::orchestrators);
  const auto opened = security::open_from_orchestrator(message, Kind::node_ban, *trust);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->body, "body");
  EXPECT_EQ(opened->signer, "orch1");
  EXPECT_EQ(opened->role, Role::orchestrator);
  EXPECT_EQ(trust->verify({orchestrator.chain.front().der()})->anchor,
            root.certificate.fingerprint());
  const auto twin = authority("orchestrator root");
  EXPECT_FALSE(security::open(message, Kind::node_ban, *believing(twin, Root::orchestrators)));
}

TEST_P(SimCryptoTest, ARootGivesNoRoleThatIsNotItsOwn) {
  const auto root = authority("operator root");
  const auto who = holder(root, "mallory", "orchestrator");
  const auto message = sealer_of(*crypto_, who)->seal(Kind::request, "body").value();
  EXPECT_FALSE(security::open(message, Kind::request, *believing(root, Root::operators)));
  const auto as_node = security::open(message, Kind::request, *believing(root, Root::puppet));
  ASSERT_TRUE(as_node);
  EXPECT_EQ(as_node->role, Role::none);
}

TEST_P(SimCryptoTest, AnAlteredMessageIsNobodys) {
  const auto ca = authority("Puppet CA: m1");
  const auto trust = believing(ca, Root::puppet);
  const auto node = holder(ca, "n1", "");
  auto sealed =
      envelope::decode(sealer_of(*crypto_, node)->seal(Kind::reply, "body").value()).value();
  EXPECT_TRUE(security::open(envelope::encode(sealed).value(), Kind::reply, *trust));
  sealed.body = "bodY";
  EXPECT_FALSE(security::open(envelope::encode(sealed).value(), Kind::reply, *trust));
}

TEST_P(SimCryptoTest, ACertificateEndsWithItsTime) {
  const auto ca = authority("Puppet CA: m1");
  const auto trust = believing(ca, Root::puppet);
  const auto chain = std::vector<std::string>{holder(ca, "n1", "").chain.front().der()};
  EXPECT_TRUE(trust->verify(chain));
  clock_.advance(std::chrono::hours(24 * 366));
  EXPECT_FALSE(trust->verify(chain));
}

TEST_P(SimCryptoTest, AMachineWithoutACertificateSignsWithItsBareKey) {
  const auto key = crypto_->make_key();
  const auto message = sealer_of(*crypto_, {key, {}})->seal(Kind::join_announce, "body").value();
  const auto anybody = crypto_->anchors(clock_);
  const auto opened =
      security::open_by_key(message, Kind::join_announce, key.public_der(), *anybody);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->body, "body");
  EXPECT_FALSE(security::open_by_key(message, Kind::join_announce, crypto_->make_key().public_der(),
                                     *anybody));
}

INSTANTIATE_TEST_SUITE_P(Kinds, SimCryptoTest, testing::Bool(),
                         [](const auto& kind) { return kind.param ? "OpenSsl" : "KeyedHash"; });

TEST(SimSeedTest, TheSameSeedGivesTheSameKeysAndCertificates) {
  const auto made = [](std::uint64_t seed) {
    const auto crypto = hash_crypto(seed, 1'800'000'000'000);
    const auto key = crypto->make_key();
    return crypto->issue(spec_of("root", "", true), key, nullptr, key)->der();
  };
  EXPECT_EQ(made(1), made(1));
  EXPECT_NE(made(1), made(2));
}

}  // namespace
}  // namespace muster::sim
