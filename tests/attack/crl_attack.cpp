// What a Puppet CA has revoked, on its way to the broker: who brings whose list, and who gets in all the same.
#include "orchestrator/admission/master_endorsement.hpp"
#include "orchestrator/broker/broker_process.hpp"
#include "orchestrator/broker/capath.hpp"
#include "orchestrator/broker/delivered_piece.hpp"
#include "orchestrator/broker/node_crls.hpp"
#include "proto/base/child.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/messages/revocation_pieces.hpp"
#include "tests/attack/row.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"
#include "tests/support/pki/test_crl.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::attack {
namespace {

using test::Client;

constexpr std::int64_t kHourMs = 3'600'000;

// What a watcher takes for a CA's list.
class RevocationList : public testing::Test {
 protected:
  // An honest list comes after the attack, and is believed.
  void TearDown() override {
    const auto honest = ca_.crl({.number = 100, .this_update_ms = now_ - kHourMs});
    EXPECT_EQ(crls_.offer(ca_.certificate(), honest, now_), true);
  }
  Result<bool> offer(const x509::CaCrl& crl) { return crls_.offer(ca_.certificate(), crl, now_); }

  const std::int64_t now_ = base::SystemClock().unix_ms();
  test::TestCa ca_{"Puppet CA: one"};
  broker::NodeCrls crls_{broker::placeholder_crl(now_ - kHourMs).value()};
};

TEST_F(RevocationList, AForeignSignersListIsNotBelieved) {
  row("stolen master", "a list in the CA's name, signed by another key", "refused, told");
  const test::TestCa twin("Puppet CA: one");
  EXPECT_FALSE(offer(twin.crl({.number = 7, .this_update_ms = now_ - kHourMs})));
}

TEST_F(RevocationList, AnOlderListIsNotBelieved) {
  row("broker", "the list from before a revocation, delivered again", "refused, told");
  ASSERT_EQ(offer(ca_.crl({.number = 8, .this_update_ms = now_ - kHourMs})), true);
  EXPECT_FALSE(offer(ca_.crl({.number = 7, .this_update_ms = now_ - 2 * kHourMs})));
}

TEST_F(RevocationList, AListThatHasEndedLocksNobodyOut) {
  row("Puppet CA admin", "a newer list that has ended already, so that the broker refuses all",
      "refused, told; the last one counts");
  ASSERT_EQ(offer(ca_.crl({.number = 7, .this_update_ms = now_ - 2 * kHourMs})), true);
  static_cast<void>(offer(ca_.crl(
      {.number = 8, .this_update_ms = now_ - 2 * kHourMs, .next_update_ms = now_ - kHourMs})));
  const auto file = crls_.text({ca_.certificate()});
  EXPECT_EQ(x509::CaCrl::from_pem(file, ca_.certificate()).value().number(), 7U);
}

TEST(RevocationPieces, ABombIsNotDecompressed) {
  row("stolen master", "100 MiB of zeros, compressed to 100 KiB", "refused at the limit");
  const auto pieces = messages::split_revocations(std::string(100 * 1024 * 1024, '\0'), {}).value();
  messages::RevocationAssembly assembly;
  EXPECT_FALSE(assembly.take(pieces.front(), x509::kCaCrlMaxBytes));
}

TEST(RevocationPieces, TwoListsAreNotMixed) {
  row("stolen master", "pieces of two lists under one digest", "refused, told");
  // They begin alike, so that each piece of one fits the other's and is decompressed without complaint.
  const auto common = base::random_bytes(messages::kPieceMaxBytes + 1000);
  const auto honest = messages::split_revocations(common + 'a', {}).value();
  auto mixed = messages::split_revocations(common + 'b', {}).value();
  ASSERT_EQ(honest[0].data, mixed[0].data);
  mixed[1].digest = honest[0].digest;
  messages::RevocationAssembly assembly;
  ASSERT_TRUE(assembly.take(honest[0], x509::kCaCrlMaxBytes));
  const auto taken = assembly.take(mixed[1], x509::kCaCrlMaxBytes);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::refused) << taken.error().message;
}

// Who may bring a CA's list.
class Delivery : public testing::Test {
 protected:
  void SetUp() override {
    for (const auto* ca : {&one_, &two_}) {
      client::must(lab_.link().nodes().add(ca->certificate()));
      const auto master = ca == &one_ ? "m1" : "m2";
      client::must(lab_.link()
                       .believe({.certificate = ca->certificate(),
                                 .master = master,
                                 .patterns = {"*"},
                                 .number = 1,
                                 .ends_at_ms = lab_.link().clock().unix_ms() + kHourMs})
                       .map([](bool) {}));
    }
  }
  void TearDown() override { EXPECT_TRUE(taken(one_, one_, "m1")); }
  // What `name`, with a certificate of `ca`, delivers as the list of `of`.
  bool taken(const test::TestCa& ca, const test::TestCa& of, const std::string& name,
             const std::string& topic_of = "") {
    const auto pieces = messages::split_revocations(
                            of.crl().der(), {.ca_fingerprint = of.certificate().fingerprint()})
                            .value();
    const auto sealed = ca.issue_node(name).signer().seal(envelope::Kind::revocation_piece,
                                                          pieces.front().encode());
    const auto topic =
        transport::topics::revocation_piece("main", topic_of.empty() ? name : topic_of, "00");
    return broker::read_delivered_piece(lab_.link(), topic, sealed.value()).has_value();
  }

  client::ClientLab lab_;
  test::TestCa one_{"Puppet CA: one"};
  test::TestCa two_{"Puppet CA: two"};
};

TEST_F(Delivery, AMasterBringsNoOtherCasList) {
  row("stolen master", "delivers a list as another CA's", "refused, told");
  EXPECT_FALSE(taken(two_, one_, "m2"));
}

TEST_F(Delivery, ANodeBringsNoListOfItsCa) {
  row("stolen node", "delivers a list of its own CA", "refused, told");
  EXPECT_FALSE(taken(one_, one_, "n1"));
}

TEST_F(Delivery, ATopicIsItsMastersOwn) {
  row("broker", "carries one master's piece to another's topic", "refused, told");
  EXPECT_FALSE(taken(one_, one_, "m1", "m2"));
}

TEST_F(Delivery, ACopyOfACaIsNoOther) {
  row("holder of a join token",
      "with a token for masters, offers a certificate of its own making over the CA's key, so that "
      "the CA's nodes "
      "are another CA's",
      "refused: told whose key it is");
  auto& link = lab_.link();
  const auto now_ms = link.clock().unix_ms();
  const test::TestCa evil("Puppet CA: evil");
  x509::IssueSpec spec;
  spec.common_name = one_.certificate().common_name();
  spec.ca = true;
  // The greater fingerprint is the one that is believed to have issued what both could have.
  auto copy = x509::issue(spec, one_.key(), &evil.certificate(), evil.key()).value();
  while (copy.fingerprint() < one_.certificate().fingerprint())
    copy = x509::issue(spec, one_.key(), &evil.certificate(), evil.key()).value();
  const admission::Endorsement offered{.certificate = copy,
                                       .master = "n1",
                                       .patterns = {"n1"},
                                       .number = 1,
                                       .ends_at_ms = now_ms + kHourMs};
  const auto refused = admission::may_be_endorsed(offered, link.endorsements().all(), now_ms);
  if (refused) client::must(link.believe(offered).map([](bool) {}));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("key of the CA " + one_.certificate().fingerprint()),
            std::string::npos)
      << refused.error().message;
}

TEST_F(Delivery, ARenewedCaIsNoCopy) {
  row("Puppet CA admin",
      "has an operator add, as its renewed CA, one over another CA's key, so that the other's "
      "nodes "
      "are its own",
      "refused: told whose key it is");
  auto& link = lab_.link();
  const auto now_ms = link.clock().unix_ms();
  x509::IssueSpec spec;
  spec.common_name = "Puppet CA: evil";
  spec.ca = true;
  spec.valid_for = std::chrono::hours(24 * 365 * 20);
  const admission::Endorsement offered{
      .certificate = x509::issue(spec, one_.key(), nullptr, one_.key()).value(),
      .patterns = {"*"},
      .number = 1,
      .ends_at_ms = now_ms + kHourMs};
  const auto verdict = admission::may_be_added(offered, link.endorsements().all(), now_ms);
  ASSERT_FALSE(verdict);
  EXPECT_NE(verdict.error().message.find("key of the CA " + one_.certificate().fingerprint()),
            std::string::npos)
      << verdict.error().message;
}

// Two CAs that are called alike, at a real Mosquitto.
TEST(TwinCa, LocksNobodyOut) {
  row("holder of a join token",
      "with a token for masters, offers a CA with the name of the nodes' own, and a list that does "
      "not say whose key "
      "signed it: the broker judges all of them by it",
      "refused: told which CA has the name");
  const test::TestPki pki;
  const test::Mosquitto mosquitto(pki);
  const auto now_ms = base::SystemClock().unix_ms();
  const auto endorsed = [&](const test::TestCa& ca, const std::string& master) {
    return admission::Endorsement{.certificate = ca.certificate(),
                                  .master = master,
                                  .patterns = {master},
                                  .number = 1,
                                  .ends_at_ms = now_ms + kHourMs};
  };
  const test::TestCa twin(pki.puppet_ca().certificate().common_name());
  const auto verdict =
      admission::may_be_endorsed(endorsed(twin, "m2"), {endorsed(pki.puppet_ca(), "m1")}, now_ms);
  if (verdict) {  // what the broker's watch does for whoever is endorsed
    const auto file = mosquitto.folder().node_crls();
    ASSERT_TRUE(broker::Capath(mosquitto.capath()).add(twin.certificate()));
    ASSERT_TRUE(
        base::write_file(file, base::read_file(file).value() + test::revocation_list(twin, {})));
    ASSERT_TRUE(broker::reload_broker(mosquitto.folder().pid_file()));
    static_cast<void>(fakes::wait_until([&] { return !Client(mosquitto.as_node("n1")); }));
  }
  EXPECT_TRUE(Client(mosquitto.as_node("n1"))) << "the other CA's nodes were locked out";
  ASSERT_FALSE(verdict);
  EXPECT_NE(
      verdict.error().message.find("name of the CA " + pki.puppet_ca().certificate().fingerprint()),
      std::string::npos)
      << verdict.error().message;
}

// A real Mosquitto, whose CA has revoked n1.
class RevokedNode : public testing::Test {
 protected:
  void SetUp() override {
    n1_ = mosquitto_.as_node("n1");
    const auto serial = x509::Certificate::from_file(n1_.certificate_file).value().serial_hex();
    // As openssl(1) keeps it for the next connection.
    static_cast<void>(s_client({"-sess_out", session().string()}));
    mosquitto_.trust(
        pki_.puppet_ca(),
        {.serials_hex = {serial}, .number = 2, .this_update_ms = base::SystemClock().unix_ms()});
    ASSERT_TRUE(broker::reload_broker(mosquitto_.folder().pid_file()));
    // Once one handshake is judged by the new file, all are.
    ASSERT_TRUE(fakes::wait_until([&] { return !looks_at_lists() || !Client(n1_); }));
  }
  // The honest get in meanwhile.
  void TearDown() override { EXPECT_TRUE(Client(mosquitto_.as_node("n2"))); }

  bool looks_at_lists() const {
    return base::read_file(mosquitto_.folder().config_file())
               .value()
               .find("crlfile " + mosquitto_.folder().node_crls().string()) != std::string::npos;
  }
  std::filesystem::path session() const { return pki_.folder() / "session.pem"; }
  std::string s_client(const std::vector<std::string>& more) {
    base::ChildSpec spec;
    spec.argv = {"openssl",
                 "s_client",
                 "-connect",
                 mosquitto_.nodes(),
                 "-tls1_2",
                 "-cert",
                 n1_.certificate_file.string(),
                 "-key",
                 n1_.key_file.string()};
    spec.argv.insert(spec.argv.end(), more.begin(), more.end());
    return base::run_child(spec).value().out;
  }

  test::TestPki pki_;
  test::Mosquitto mosquitto_{pki_};
  transport::mqtt::Options n1_;
};

TEST_F(RevokedNode, ARevokedNodeIsRefused) {
  row("stolen node", "connects with its revoked certificate", "refused by the broker");
  const Client client(n1_);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code, Errc::refused) << client.error().message;
}

TEST_F(RevokedNode, AnEarlierTlsSessionOpensNothing) {
  row("stolen node", "resumes the TLS session from before it was revoked", "refused by the broker");
  ASSERT_TRUE(std::filesystem::exists(session()));
  const auto said = s_client({"-sess_in", session().string()});
  EXPECT_EQ(said.find("Reused"), std::string::npos) << said;
  EXPECT_FALSE(Client(n1_));
}

TEST_F(RevokedNode, AtTheMastersListenerItReachesNothing) {
  row("stolen node", "its revoked certificate at the masters' listener, which looks at no list",
      "speaks on its own list's topics alone, hears nothing");
  auto options = n1_;
  options.brokers = {mosquitto_.masters()};
  Client node(options);
  ASSERT_TRUE(node) << node.error().message;
  Client alice(mosquitto_.as_operator("alice"));
  Client watcher(mosquitto_.as_watcher());
  ASSERT_TRUE(alice.listen("muster/v1/#"));
  ASSERT_TRUE(watcher.listen("muster/v1/#"));
  ASSERT_TRUE(node.listen("muster/v1/#"));
  for (const auto* topic : {"presence/n1", "rep/alice/s1/n1", "trust/crl/m1/00", "trust/crl/n1/16"})
    ASSERT_TRUE(node->publish(std::string("muster/v1/main/") + topic, "attack", {}));
  ASSERT_TRUE(alice->publish("muster/v1/main/req/node/n1/alice", "secret", {}));
  ASSERT_TRUE(alice->flush(fakes::kPatience));
  ASSERT_TRUE(node->publish("muster/v1/main/trust/crl/n1/00", "last", {}));
  ASSERT_TRUE(watcher.hears("muster/v1/main/trust/crl/n1/00", "last"));
  for (const auto& heard : watcher.heard()) EXPECT_NE(heard.payload, "attack") << heard.topic;
  for (const auto& heard : alice.heard()) EXPECT_NE(heard.payload, "attack") << heard.topic;
  EXPECT_TRUE(node.heard().empty());
}

}  // namespace
}  // namespace muster::attack
