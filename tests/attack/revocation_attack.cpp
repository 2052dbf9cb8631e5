// What is done about a stolen key works on the whole bus, and who has the key cannot undo it: revoked operators and
// orchestrators, banned nodes.
#include <limits>
#include <nlohmann/json.hpp>

#include "node-agent/daemon/revocation_watch.hpp"
#include "orchestrator/client/bans.hpp"
#include "orchestrator/client/control.hpp"
#include "orchestrator/client/from_node.hpp"
#include "orchestrator/client/record_codec.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "orchestrator/provision/live/trust_keeper.hpp"
#include "proto/messages/node_ban.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "tests/attack/gate.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::attack {
namespace {

using envelope::Kind;
using test::revoke;

// A node: "mallory" was an operator like alice, who is honest.
class Revoked : public Gate {
 protected:
  const test::TestCa& root() const { return around_.pki.root(); }
  bool mallory_commands() {
    auto wire = request();
    wire.caller = "mallory";
    return commands(agent::GateSurroundings::sealed_by(mallory_, wire));
  }
  void take(const x509::RevocationList& list) { (void)around_.operators.take(list); }

  const test::Holder mallory_ = root().issue_member("mallory", "operator");
};

TEST_F(Revoked, AnOperatorCommandsNobody) {
  row("operator", "a request with a certificate that was revoked, believed a moment before",
      "dropped, counted, audited: its certificate was revoked on …");
  ASSERT_TRUE(mallory_commands());
  take(revoke(root(), 1, {mallory_.certificate}));
  EXPECT_FALSE(mallory_commands());
  EXPECT_EQ(counted_.unverified, 1U);
  EXPECT_NE(around_.folder.read("audit.log").find("its certificate was revoked on"),
            std::string::npos);
}

TEST_F(Revoked, AListOfAnotherRootRevokesNobody) {
  row("operator", "a list that revokes alice, signed by a root of the same name",
      "refused: signed by neither root");
  const test::TestCa namesake(root().certificate().common_name());
  take(revoke(namesake, 9, {around_.pki.operator_().certificate}));
  EXPECT_TRUE(commands(request()));
}

TEST_F(Revoked, AnOlderListForgivesNobody) {
  row("stolen orchestrator", "the list from before its friend was revoked, retained again",
      "nothing changes; orchestrators put the newer one back");
  take(revoke(root(), 2, {mallory_.certificate}));
  take(revoke(root(), 1, {}));
  EXPECT_FALSE(mallory_commands());
}

TEST_F(Revoked, ARestartWithoutTheBrokerForgivesNobody) {
  row("broker", "the node restarts, and the broker tells it of no list",
      "refused by what the node has on disk");
  const auto folder = around_.folder / "revocations";
  const auto list = revoke(root(), 1, {mallory_.certificate});
  ASSERT_TRUE(security::RevocationFolder(folder).save(root().certificate().fingerprint(), list));
  agent::RevocationWatch watch(around_.operators, folder, around_.clock);
  ASSERT_TRUE(watch.load());
  EXPECT_FALSE(mallory_commands());
}

TEST_F(Revoked, ATruncatedFileForgivesNobody) {
  row("another user of the machine", "fills the disk, so that a list is cut in half there",
      "put aside, told in the log; the others count, and the bus tells it anew");
  const security::RevocationFolder folder(around_.folder / "revocations");
  const auto list = revoke(root(), 1, {mallory_.certificate});
  ASSERT_TRUE(folder.save(root().certificate().fingerprint(), list));
  around_.folder.write("revocations/0.crl", list.pem().substr(0, list.pem().size() / 2));
  (void)folder.load(around_.operators);
  EXPECT_FALSE(mallory_commands());
}

// The command line's view of orchestrators, one of which was stolen.
class RevokedOrchestrator : public testing::Test {
 protected:
  RevokedOrchestrator() {
    client::must(lab_.link().learn_trust());
    client::must(lab_.link().wait_trust());
  }
  const test::TestCa& root() const { return lab_.pki().orchestrator_root(); }
  void revoke_thief() { ASSERT_TRUE(lab_.link().take(revoke(root(), 1, {stolen_.certificate}))); }
  std::string sealed(Kind kind, const std::string& body) const {
    return stolen_.signer().seal(kind, body).value();
  }
  std::unique_ptr<client::Link> link_of(const std::string& client, const test::Holder& who) {
    auto link =
        std::make_unique<client::Link>(lab_.broker().connect(client), who.signer(), "main", clock_);
    lab_.pki().trust(link->operators());
    client::must(link->learn_trust());
    client::must(link->wait_trust());
    return link;
  }

  base::SystemClock clock_;
  client::ClientLab lab_;
  const test::Holder stolen_ = root().issue_member("stolen", "orchestrator");
  const test::Holder honest_ = root().issue_member("honest", "orchestrator");
};

TEST_F(RevokedOrchestrator, WritesNoRecord) {
  row("stolen orchestrator", "a provision record, after its certificate was revoked",
      "refused, logged");
  client::Record record;
  record.identity = "n1";
  const auto topic = transport::topics::provision_record("main", "n1");
  const auto payload = sealed(Kind::provision_record, record.encode());
  const auto now_ms = clock_.unix_ms();
  ASSERT_TRUE(client::read_record(topic, payload, lab_.link().operators(), now_ms));
  revoke_thief();
  EXPECT_FALSE(client::read_record(topic, payload, lab_.link().operators(), now_ms));
}

TEST_F(RevokedOrchestrator, EndorsesNoCa) {
  row("stolen orchestrator", "endorses a CA of its own, before and after it was revoked",
      "the CA is trusted no more, which is logged; the next is refused");
  const auto thief = link_of("stolen", stolen_);
  const test::TestCa evil("Puppet CA: evil");
  const test::TestCa worse("Puppet CA: worse");
  const auto trusted = [this](const test::TestCa& ca) {
    return lab_.link().nodes().trusts(ca.certificate().fingerprint());
  };
  client::endorse(*thief, evil.certificate());
  ASSERT_TRUE(fakes::wait_until([&] { return trusted(evil); }));
  revoke_thief();
  client::endorse(*thief, worse.certificate());
  client::must(lab_.link().echo(fakes::kPatience));  // heard, and not only sent
  client::must(lab_.link().wait_trust());
  EXPECT_FALSE(trusted(evil));
  EXPECT_FALSE(trusted(worse));
}

TEST_F(RevokedOrchestrator, AnswersNobody) {
  row("stolen orchestrator", "answers an operator that all is done, after it was revoked",
      "counted, told as the reason why nobody answered");
  revoke_thief();
  const auto thief = link_of("stolen", stolen_);
  const auto heard = thief->bus().subscribe(
      transport::topics::control_request("main", "+"), transport::Qos::at_least_once,
      [this, bus = &thief->bus()](const transport::Message& message) {
        const auto asked =
            messages::Request::decode(envelope::decode(message.payload)->body).value();
        messages::Reply reply;
        reply.request_id = asked.id;
        reply.identity = "stolen";
        reply.agent = asked.agent;
        reply.action = asked.action;
        client::must(bus->publish(asked.reply_to + "/stolen",
                                  sealed(Kind::control_reply, test::body_of(reply)), {}));
      });
  ASSERT_TRUE(heard);
  const auto answer = client::ask_orchestrators(
      lab_.link(), {.action = "node_ban", .timeout = std::chrono::milliseconds(1'000)});
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("its certificate was revoked on"), std::string::npos);
}

TEST_F(RevokedOrchestrator, ClearsNoList) {
  row("stolen orchestrator", "clears the list that revokes it from the broker",
      "put back at once by the others, which log it");
  const fakes::TempFolder folder;
  const auto link = link_of("honest", honest_);
  const auto keeper = muster::provision::TrustKeeper::open(*link, folder.path()).value();
  const auto list = revoke(root(), 1, {stolen_.certificate});
  ASSERT_TRUE(keeper->revoke(list));
  const auto topic = transport::topics::revocations("main", root().certificate().fingerprint());
  const auto thief = link_of("stolen", stolen_);
  client::must(thief->bus().publish(topic, "", {.retain = true}));
  EXPECT_TRUE(fakes::wait_until([&] { return lab_.broker().retained(topic) == list.der(); },
                                std::chrono::seconds(2)));
}

class Banned : public testing::Test {
 protected:
  Banned() {
    lab_.trust_nodes();
    client::must(lab_.link().learn_trust());
    client::must(lab_.link().wait_trust());
  }
  bool heard(const std::string& name, Kind kind) {
    const auto sealed = lab_.pki().node(name).signer().seal(kind, "body").value();
    return client::open_from_node(lab_.link(), transport::topics::presence("main", name), sealed,
                                  kind)
        .has_value();
  }
  static std::string ban_by(const test::Holder& who, std::uint64_t number, bool banned) {
    messages::NodeBan wire;
    wire.identity = "n1";
    wire.banned = banned;
    wire.number = number;
    return who.signer().seal(Kind::node_ban, test::body_of(wire)).value();
  }
  // As whoever can write below trust/.
  void write(const std::string& payload) {
    client::must(lab_.orchestrator().bus().publish(transport::topics::ban("main", "n1"), payload,
                                                   {.retain = true}));
    client::must(lab_.link().echo(fakes::kPatience));
    client::must(lab_.link().wait_trust());
  }

  client::ClientLab lab_;
};

TEST_F(Banned, ANodeIsNotHeard) {
  row("stolen node", "presence, replies, events and registration, after it was banned",
      "refused, counted, audited; shown as banned");
  write(ban_by(lab_.pki().orchestrator(), 1, true));
  for (const auto kind : {Kind::presence, Kind::reply, Kind::event, Kind::registration})
    EXPECT_FALSE(heard("n1", kind));
  EXPECT_EQ(lab_.link().endorsements().refused(), 4U);
  EXPECT_TRUE(heard("n2", Kind::presence));
}

TEST_F(Banned, AnOperatorsBanIsNone) {
  row("operator", "a ban that it signs itself", "refused: only orchestrators ban nodes");
  write(ban_by(lab_.pki().operator_(), 1, true));
  EXPECT_TRUE(heard("n1", Kind::presence));
}

TEST_F(Banned, NoBanIsTheLastForEver) {
  row("stolen orchestrator",
      "bans a node with the highest number there is, so that nobody can lift it",
      "not believed, wherever it is heard");
  write(ban_by(lab_.pki().orchestrator(), std::numeric_limits<std::uint64_t>::max(), true));
  EXPECT_TRUE(heard("n1", Kind::presence));
}

TEST_F(Banned, AnOldMessageLiftsNoBan) {
  row("broker", "retains again that the ban was lifted, from before the present ban",
      "nothing changes; orchestrators put the newer one back");
  write(ban_by(lab_.pki().orchestrator(), 3, true));
  write(ban_by(lab_.pki().orchestrator(), 2, false));
  EXPECT_FALSE(heard("n1", Kind::presence));
}

}  // namespace
}  // namespace muster::attack
