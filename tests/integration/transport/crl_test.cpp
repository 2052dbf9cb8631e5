// Revocation with a real Mosquitto, the real watch beside it and a real master's courier: who gets in, and who no more.
// Whatever is wrong with one CA's list, it locks out nobody of another and lets nobody in.
#include "node-agent/revocation/crl_courier.hpp"
#include "orchestrator/broker/broker_process.hpp"
#include "orchestrator/broker/broker_watch.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/files.hpp"
#include "proto/messages/presence.hpp"
#include "proto/transport/topics.hpp"
#include "tests/integration/transport/client.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

using std::chrono_literals::operator""ms;

constexpr std::int64_t kSecond = 1'000;

// A master with its CA's folder, whose list can be written anew.
class TestMaster {
 public:
  TestMaster(const Mosquitto& broker, const TestCa& ca, std::string name)
      : ca_(ca), options_(broker.as_master(ca, name)) {
    folder_.write("ca_crt.pem", ca.certificate().pem());
  }
  // As `puppetserver ca setup` leaves it: the issuing CA first, then the root above it; their lists likewise.
  void write_below(const TestCa& root) {
    folder_.write("ca_crt.pem", ca_.certificate().pem() + root.certificate().pem());
    folder_.write("ca_crl.pem", ca_.crl({}).pem() + root.crl({}).pem());
  }
  void write(const x509::CaCrlSpec& spec) { folder_.write("ca_crl.pem", ca_.crl(spec).pem()); }
  void write_damaged() { folder_.write("ca_crl.pem", "-----BEGIN X509 CRL-----\nAAAA\n"); }
  void start() {
    agent::CrlCourier::Ways ways;
    ways.collective = "main";
    ways.cadir = folder_.path();
    ways.look = 20ms;
    ways.signer = [this]() -> Result<security::Signer> {
      MUSTER_ASSIGN(auto certificate, x509::Certificate::from_file(options_.certificate_file));
      MUSTER_ASSIGN(auto key, x509::Key::private_from_file(options_.key_file));
      return security::Signer::with_certificate(std::move(key), {std::move(certificate)});
    };
    ways.connect = [this](const security::Signer&) {
      return transport::mqtt::connect(options_, {});
    };
    courier_.emplace(std::move(ways), clock_);
  }

 private:
  const TestCa& ca_;
  transport::mqtt::Options options_;
  fakes::TempFolder folder_;
  base::SystemClock clock_;
  std::optional<agent::CrlCourier> courier_;
};

class RevocationLiveTest : public testing::Test {
 protected:
  void SetUp() override { start_watch(); }

  std::unique_ptr<client::Link> link(const transport::mqtt::Options& options,
                                     const security::Signer& signer) {
    auto bus = transport::mqtt::connect(options, {});
    if (!bus) throw std::runtime_error(bus.error().message);
    auto made = std::make_unique<client::Link>(*std::move(bus), signer, "main", clock_);
    pki_.trust(made->operators());
    if (!made->learn_trust()) throw std::runtime_error("no CAs to be learnt");
    return made;
  }
  void start_watch() {
    watching_ = link(broker_.as_watcher(), pki_.orchestrator().signer());
    broker::BrokerWatch::Ways ways;
    ways.read_ca = [this](auto topic, auto payload) {
      auto endorsement =
          client::read_trusted_ca(topic, payload, watching_->operators(), clock_.unix_ms());
      if (endorsement) static_cast<void>(watching_->believe(*endorsement));
      return endorsement;
    };
    ways.read_piece = [this](auto topic, auto payload) {
      return broker::read_delivered_piece(*watching_, topic, payload);
    };
    ways.reload = [this] { return broker::reload_broker(broker_.folder().pid_file()); };
    ways.look_again = 100ms;
    watch_.emplace(watching_->bus(), "main", broker_.folder(), std::move(ways), clock_);
    ASSERT_TRUE(watch_->start());
  }
  void endorse(const TestCa& ca, const std::string& master, bool withdrawn = false) {
    admission::Endorsement endorsement{.certificate = ca.certificate()};
    endorsement.master = master;
    endorsement.patterns = {"*"};
    endorsement.withdrawn = withdrawn;
    const auto told = client::publish_trusted_ca(*orchestrator_, endorsement);
    ASSERT_TRUE(told) << told.error().message;
  }
  transport::mqtt::Options as_node(const TestCa& ca, const std::string& identity) {
    if (!std::filesystem::exists(pki_.folder() / (identity + ".pem")))
      ca.issue_node(identity).write(pki_.folder(), identity);
    return broker_.as_node(identity);
  }
  std::string serial_of(const std::string& identity) {
    return x509::Certificate::from_file(pki_.folder() / (identity + ".pem")).value().serial_hex();
  }
  bool gets_in(const transport::mqtt::Options& options) {
    const Client client(options);
    EXPECT_TRUE(client || client.error().code == Errc::refused) << client.error().message;
    return static_cast<bool>(client);
  }
  bool comes_in(const transport::mqtt::Options& options) {
    return fakes::wait_until([&] { return gets_in(options); });
  }
  bool is_kept_out(const transport::mqtt::Options& options) {
    return fakes::wait_until([&] { return !gets_in(options); });
  }
  void show(Client& node, const std::string& identity, const Holder& holder) {
    messages::Presence presence;
    presence.identity = identity;
    presence.session = "s1";
    presence.collectives = {"main"};
    presence.sent_at_ms = clock_.unix_ms();
    const auto sealed = holder.signer().seal(envelope::Kind::presence, body_of(presence)).value();
    ASSERT_TRUE(
        node->publish(transport::topics::presence("main", identity), sealed, {.retain = true}));
    ASSERT_TRUE(node->flush(fakes::kPatience));
  }
  // Whether a command counts that node; it knows what the ones before it have verified.
  bool counts(const std::string& identity) {
    const auto command = link(broker_.as_operator("command"), pki_.operator_().signer());
    command->nodes().recall(kept_);
    const auto fleet = client::Fleet::watch(*command).value();
    EXPECT_TRUE(fleet->wait_complete(fakes::kPatience));
    kept_ = command->nodes().known_chains();
    return fleet->find(identity) != nullptr;
  }
  // The watch has looked at everything that was on the bus, and the broker has been told.
  void let_it_look() {
    const auto before = watch_->looks();
    ASSERT_TRUE(fakes::wait_until([&] { return watch_->looks() > before + 2; }));
  }

  TestPki pki_;
  Mosquitto broker_{pki_, false};
  base::SystemClock clock_;
  TestCa one_{"Puppet CA: one"};
  TestCa two_{"Puppet CA: two"};
  std::unique_ptr<client::Link> orchestrator_{
      link(broker_.as_orchestrator(), pki_.orchestrator().signer())};
  std::unique_ptr<client::Link> watching_;
  std::optional<broker::BrokerWatch> watch_;
  std::vector<security::KnownChain> kept_;  // by commands
};

TEST_F(RevocationLiveTest, ANewMasterBringsItsListAndThenItsNodesGetIn) {
  TestMaster master(broker_, one_, "m1");
  const auto node = as_node(one_, "n1");
  endorse(one_, "m1");
  let_it_look();
  EXPECT_FALSE(gets_in(node)) << "without a list nobody can tell whether it was revoked";
  master.write({});
  master.start();
  EXPECT_TRUE(comes_in(node));
}

TEST_F(RevocationLiveTest, NodesOfAnIntermediateCaGetInAndItsRootsOthersDoNot) {
  const TestCa root("Puppet Root CA: 3f22");
  const auto issuing = TestCa::under(root, "Puppet CA: m1");
  const auto other = TestCa::under(root, "Puppet CA: m2");
  TestMaster master(broker_, issuing, "m1");
  endorse(issuing, "m1");
  master.write_below(root);
  master.start();
  EXPECT_TRUE(comes_in(as_node(issuing, "n1")));
  EXPECT_FALSE(gets_in(as_node(other, "n2"))) << "of the same root, and nobody endorsed its CA";
  EXPECT_FALSE(gets_in(as_node(root, "n3")));
}

TEST_F(RevocationLiveTest, ARevokedNodeIsRefusedAtItsNextConnectionAndNobodyElseIs) {
  TestMaster first(broker_, one_, "m1");
  TestMaster second(broker_, two_, "m2");
  endorse(one_, "m1");
  endorse(two_, "m2");
  first.write({});
  second.write({});
  first.start();
  second.start();
  const auto n1 = as_node(one_, "n1");
  const auto n2 = as_node(one_, "n2");
  const auto n3 = as_node(two_, "n3");
  for (const auto& node : {n1, n2, n3}) ASSERT_TRUE(comes_in(node));
  auto standing_options = n1;
  standing_options.client_id = "standing";
  const Client standing(standing_options);
  first.write({.serials_hex = {serial_of("n1")}, .number = 2});
  EXPECT_TRUE(is_kept_out(n1));
  EXPECT_TRUE(gets_in(n2));
  EXPECT_TRUE(gets_in(n3));
  EXPECT_TRUE(standing->flush(fakes::kPatience)) << "a connection that stands is not looked at";
}

TEST_F(RevocationLiveTest,
       ARevokedNodeThatACommandHasKeptIsNotCountedByTheNextOnceItsLinkHasEnded) {
  TestMaster master(broker_, one_, "m1");
  endorse(one_, "m1");
  master.write({});
  master.start();
  const auto holder = one_.issue_node("n1");
  holder.write(pki_.folder(), "n1");
  const auto options = as_node(one_, "n1");
  ASSERT_TRUE(comes_in(options));
  Client node(options);
  show(node, "n1", holder);
  ASSERT_TRUE(counts("n1"));
  ASSERT_EQ(kept_.size(), 1U);
  master.write({.serials_hex = {serial_of("n1")}, .number = 2});
  auto again = options;
  again.client_id = "again";
  ASSERT_TRUE(is_kept_out(again));
  EXPECT_TRUE(counts("n1")) << "no command has a Puppet CA's list; its link stands";
  ASSERT_TRUE(node->publish(transport::topics::presence("main", "n1"), "", {.retain = true}));
  ASSERT_TRUE(node->flush(fakes::kPatience));
  node.close();
  EXPECT_FALSE(gets_in(options));
  EXPECT_FALSE(counts("n1"));
  EXPECT_EQ(kept_.size(), 1U) << "that its certificate is known says nothing";
}

TEST_F(RevocationLiveTest, AMissingListLocksOutItsOwnCaAlone) {
  TestMaster first(broker_, one_, "m1");
  first.write({});
  endorse(one_, "m1");
  endorse(two_, "m2");
  first.start();
  EXPECT_TRUE(comes_in(as_node(one_, "n1")));
  let_it_look();
  EXPECT_FALSE(gets_in(as_node(two_, "n3")));
  EXPECT_TRUE(gets_in(as_node(one_, "n1")));
}

TEST_F(RevocationLiveTest, AListThatHasEndedOrIsDamagedOrOlderChangesNothing) {
  TestMaster master(broker_, one_, "m1");
  endorse(one_, "m1");
  const auto n1 = as_node(one_, "n1");
  const auto n2 = as_node(one_, "n2");
  const auto now = clock_.unix_ms();
  master.write({.serials_hex = {serial_of("n1")}, .number = 5});
  master.start();
  ASSERT_TRUE(comes_in(n2));
  const std::vector<std::function<void()>> troubles{
      [&] { master.write({.number = 6, .next_update_ms = now - kSecond}); },
      [&] { master.write_damaged(); }, [&] { master.write({.number = 4}); },
      [&] { master.write({.number = 7, .this_update_ms = now + 3'600 * kSecond}); }};
  for (const auto& trouble : troubles) {
    trouble();
    let_it_look();
    EXPECT_TRUE(gets_in(n2));
    EXPECT_FALSE(gets_in(n1));
  }
}

TEST_F(RevocationLiveTest, WhenAListEndsItsNodesWaitForTheNextWhichTheMasterCanStillBring) {
  TestMaster first(broker_, one_, "m1");
  TestMaster second(broker_, two_, "m2");
  endorse(one_, "m1");
  endorse(two_, "m2");
  second.write({});
  second.start();
  first.write({.next_update_ms = clock_.unix_ms() + 4 * kSecond});
  first.start();
  const auto n1 = as_node(one_, "n1");
  ASSERT_TRUE(comes_in(n1));
  ASSERT_TRUE(comes_in(as_node(two_, "n3")));
  EXPECT_TRUE(is_kept_out(n1));
  EXPECT_TRUE(gets_in(as_node(two_, "n3")));
  first.write({.number = 2});
  EXPECT_TRUE(comes_in(n1));
}

TEST_F(RevocationLiveTest, DamageToTheBrokersFileIsMendedBeforeTheBrokerReadsIt) {
  TestMaster master(broker_, one_, "m1");
  endorse(one_, "m1");
  const auto n1 = as_node(one_, "n1");
  const auto n2 = as_node(one_, "n2");
  master.write({.serials_hex = {serial_of("n1")}});
  master.start();
  ASSERT_TRUE(comes_in(n2));
  const auto file = broker_.folder().node_crls();
  const auto good = base::read_file(file).value();
  ASSERT_TRUE(base::write_file(file, ""));
  EXPECT_TRUE(fakes::wait_until([&] {
    const auto now = base::read_file(file);
    return now && *now == good;
  }));
  let_it_look();
  EXPECT_FALSE(gets_in(n1));
  EXPECT_TRUE(gets_in(n2));
}

TEST_F(RevocationLiveTest, AWatchThatStartsAnewKeepsWhatItWrote) {
  TestMaster master(broker_, one_, "m1");
  endorse(one_, "m1");
  const auto n1 = as_node(one_, "n1");
  const auto n2 = as_node(one_, "n2");
  master.write({.serials_hex = {serial_of("n1")}});
  master.start();
  ASSERT_TRUE(comes_in(n2));
  const auto before = base::read_file(broker_.folder().node_crls()).value();
  watch_.reset();
  start_watch();
  let_it_look();
  EXPECT_EQ(base::read_file(broker_.folder().node_crls()).value(), before);
  EXPECT_TRUE(gets_in(n2));
  EXPECT_FALSE(gets_in(n1));
}

TEST_F(RevocationLiveTest, NodesOfAWithdrawnCaAreRefusedThoughTheBrokerKnewIt) {
  TestMaster master(broker_, one_, "m1");
  endorse(one_, "m1");
  master.write({});
  master.start();
  const auto n1 = as_node(one_, "n1");
  ASSERT_TRUE(comes_in(n1));
  endorse(one_, "m1", true);
  EXPECT_TRUE(is_kept_out(n1));
}

TEST_F(RevocationLiveTest, ARevokedOperatorIsRefusedByTheBrokerToo) {
  pki_.root().issue_member("bob", "operator").write(pki_.folder(), "bob");
  auto bob = broker_.as_operator("bob");
  bob.certificate_file = pki_.folder() / "bob.pem";
  bob.key_file = pki_.folder() / "bob.key";
  ASSERT_TRUE(gets_in(bob));
  const auto list = pki_.root().crl({.serials_hex = {serial_of("bob")}, .number = 2});
  const auto topic =
      transport::topics::revocations("main", pki_.root().certificate().fingerprint());
  ASSERT_TRUE(orchestrator_->bus().publish(topic, list.der(), {.retain = true}));
  EXPECT_TRUE(is_kept_out(bob));
  EXPECT_TRUE(gets_in(broker_.as_operator("alice")));
  EXPECT_TRUE(gets_in(broker_.as_orchestrator("another")));
}

TEST_F(RevocationLiveTest, WhatARevokedOrchestratorEndorsedIsTrustedNoMore) {
  TestMaster master(broker_, one_, "m1");
  endorse(one_, "m1");
  master.write({});
  master.start();
  const auto n1 = as_node(one_, "n1");
  ASSERT_TRUE(comes_in(n1));
  const auto& root = pki_.orchestrator_root();
  const auto list =
      root.crl({.serials_hex = {pki_.orchestrator().certificate.serial_hex()}, .number = 2});
  const auto topic = transport::topics::revocations("main", root.certificate().fingerprint());
  ASSERT_TRUE(orchestrator_->bus().publish(topic, list.der(), {.retain = true}));
  EXPECT_TRUE(is_kept_out(n1));
  EXPECT_TRUE(is_kept_out(broker_.as_orchestrator("again")));
}

TEST_F(RevocationLiveTest, AListThatAPersonPutsBesideTheBrokerLetsACaWithoutAMasterIn) {
  endorse(one_, "");
  const auto n1 = as_node(one_, "n1");
  let_it_look();
  EXPECT_FALSE(gets_in(n1));
  ASSERT_TRUE(base::write_file(broker_.folder().local_crls() / "one.pem", one_.crl().pem()));
  EXPECT_TRUE(comes_in(n1));
}

}  // namespace
}  // namespace muster::test
