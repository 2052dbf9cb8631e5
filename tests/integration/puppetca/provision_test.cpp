#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/revocations.hpp"
#include "tests/integration/puppetca/lab.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

void sign(const std::string& certname, const Value& fingerprint) {
  const auto reply = Master().call("sign", {{"certname", certname}, {"fingerprint", fingerprint}});
  ASSERT_EQ(reply.status, 0) << reply.message;
}

plugins::ActionReply fetch(NewNode& node) {
  return node.call("fetch_certificate", {{"ca_pem", Lab::ca_pem()}});
}

// As the server's people would give it: of what it sends, in capitals, with colons.
std::string pin_of_the_server() {
  base::ChildSpec spec;
  spec.argv = {"sh", "-c",
               "curl --silent --fail --insecure https://127.0.0.1:8140/puppet-ca/v1/certificate/ca "
               "| sha256sum | cut -c1-64 | tr a-f A-F | sed 's/../&:/g; s/:$//' | tr -d '\\n'"};
  spec.timeout = std::chrono::seconds(20);
  const auto said = base::run_child(spec);
  EXPECT_TRUE(said && said->exit_code == 0 && said->out.size() == 95);
  return said ? said->out : "";
}

TEST(ProvisionTest, AMountedHostsFileIsRewrittenInPlace) {
  NewNode node("hosts.test");
  EXPECT_EQ(base::read_file("/etc/hosts").value(),
            "127.0.0.1 localhost m1.test\n127.0.0.1\tpuppet # muster\n");
  const auto both = node.call("set_puppet_host", {{"addresses", {"127.0.0.1", "::1"}}});
  EXPECT_EQ(both.data.at("changed"), true);
  const auto one = node.call("set_puppet_host", {{"addresses", {"127.0.0.1"}}});
  EXPECT_EQ(one.data.at("changed"), true);
  EXPECT_EQ(base::read_file("/etc/hosts").value(),
            "127.0.0.1 localhost m1.test\n127.0.0.1\tpuppet # muster\n");
}

TEST(ProvisionTest, EachCertificateStepMayBeRepeated) {
  NewNode node("repeat.test");
  const auto first = node.request();
  EXPECT_EQ(first.at("state"), "requested");
  EXPECT_EQ(node.request(), first);
  const auto early = fetch(node);
  EXPECT_EQ(early.status, 1);
  EXPECT_THAT(early.message, HasSubstr("has not signed"));
  sign("repeat.test", first.at("fingerprint"));
  const auto valid = node.request();
  EXPECT_EQ(valid.at("state"), "valid");
  // An orchestrator that goes on from there signs what is signed.
  sign("repeat.test", valid.at("fingerprint"));
  const auto fetched = fetch(node);
  ASSERT_EQ(fetched.status, 0) << fetched.message;
  EXPECT_EQ(fetched.data.at("fingerprint"), valid.at("fingerprint"));
  EXPECT_EQ(fetch(node).data, fetched.data);
  EXPECT_EQ(node.call("status").data.at("certificate"), "valid");
  EXPECT_EQ(node.call("enter_collective").status, 0);
  EXPECT_EQ(node.node().entered, 1);
}

TEST(ProvisionTest, ANameWithAnothersCertificateNeedsAClean) {
  NewNode before("back.test");
  sign("back.test", before.request().at("fingerprint"));
  NewNode after("back.test");
  const auto held = after.call("request_certificate", {{"ca_pem", Lab::ca_pem()}});
  EXPECT_EQ(held.status, 1);
  EXPECT_THAT(held.message, HasSubstr("muster provision again back.test"));
  EXPECT_EQ(Master().call("clean", {{"certname", "back.test"}}).data.at("was"), "signed");
  sign("back.test", after.request().at("fingerprint"));
  EXPECT_EQ(fetch(after).status, 0);
}

TEST(ProvisionTest, ACertificateThatWasCleanedIsMovedAside) {
  NewNode node("stale.test");
  sign("stale.test", node.request().at("fingerprint"));
  ASSERT_EQ(fetch(node).status, 0);
  ASSERT_EQ(Master().call("clean", {{"certname", "stale.test"}}).status, 0);
  const auto again = node.request();
  EXPECT_EQ(again.at("state"), "requested");
  EXPECT_EQ(again.at("moved_aside"), Value({node.ssl("certs/stale.test.pem.old").string()}));
  EXPECT_FALSE(std::filesystem::exists(node.ssl("certs/stale.test.pem")));
}

bool lists(const std::filesystem::path& file, const std::string& serial) {
  const auto ca = x509::Certificate::from_pem(Lab::ca_pem(), "ca_crt.pem").value();
  return x509::Revocations::from_pem(base::read_file(file).value(), ca).value().contains(serial);
}

TEST(ProvisionTest, NodesMayGetTheListOfInfrastructureAloneAndCleanedIsRevokedAllTheSame) {
  NewNode gone("gone.test");
  sign("gone.test", gone.request().at("fingerprint"));
  ASSERT_EQ(fetch(gone).status, 0);
  const auto serial = x509::Certificate::from_file(gone.ssl("certs/gone.test.pem"))->serial_hex();
  const auto cleaned = Master().call("clean", {{"certname", "gone.test"}});
  ASSERT_EQ(cleaned.status, 0) << cleaned.message;
  EXPECT_TRUE(lists(Lab::folder() / "puppet/puppetserver/ca/ca_crl.pem", serial));
  NewNode next("next.test");
  sign("next.test", next.request().at("fingerprint"));
  ASSERT_EQ(fetch(next).status, 0);
  EXPECT_FALSE(lists(next.ssl("crl.pem"), serial)) << "this server gives its nodes the whole list";
}

// The pin is that of Puppet's own code: SHA-256 of the bundle's text.
TEST(ProvisionTest, ACaThatPuppetConfDoesNotPinIsNotAskedForACertificate) {
  NewNode node("pinned.test");
  auto& pin = node.node().paths.ca_fingerprint;
  pin = std::string(64, 'a');
  const auto refused = node.call("request_certificate", {{"ca_pem", Lab::ca_pem()}});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.message, HasSubstr("pins the CA by ca_fingerprint"));
  EXPECT_EQ(Master().call("status", {{"certname", "pinned.test"}}).data.at("state"), "absent");
  pin = pin_of_the_server();
  sign("pinned.test", node.request().at("fingerprint"));
  const auto fetched = fetch(node);
  EXPECT_EQ(fetched.status, 0) << fetched.message;
}

TEST(ProvisionTest, AServerOfAnotherCaIsNotBelieved) {
  NewNode node("doubt.test");
  x509::IssueSpec spec;
  spec.common_name = "Puppet CA: m1.test";
  spec.ca = true;
  const auto key = x509::Key::generate_p256().value();
  const auto impostor = x509::issue(spec, key, nullptr, key).value().pem();
  for (const auto* step : {"request_certificate", "fetch_certificate"}) {
    if (std::string(step) == "fetch_certificate") node.request();
    const auto reply = node.call(step, {{"ca_pem", impostor}});
    EXPECT_NE(reply.status, 0) << step;
    EXPECT_THAT(reply.message, HasSubstr("must come from the given CA")) << step;
  }
  EXPECT_FALSE(std::filesystem::exists(node.ssl("certs/doubt.test.pem")));
}

}  // namespace
}  // namespace muster::test
