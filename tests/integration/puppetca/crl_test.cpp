// The revocation list of a real Puppet Server, all the way to the broker's file.
#include <gtest/gtest.h>

#include "node-agent/revocation/own_crl.hpp"
#include "orchestrator/broker/node_crls.hpp"
#include "proto/base/clock.hpp"
#include "proto/messages/revocation_pieces.hpp"
#include "tests/integration/puppetca/lab.hpp"

namespace muster::test {
namespace {

agent::OwnCrl own_crl() {
  const auto cadir = Lab::folder() / "puppet/puppetserver/ca";
  const auto master =
      x509::Certificate::from_file(cadir / "signed" / (std::string(kMaster) + ".pem")).value();
  return agent::read_own_crl(cadir, master).value();
}

TEST(PuppetCrlTest, WhatPuppetRevokedStandsInTheBrokersFile) {
  Master master;
  NewNode node("crl.test");
  const auto fingerprint = node.request().at("fingerprint");
  ASSERT_EQ(master.call("sign", {{"certname", "crl.test"}, {"fingerprint", fingerprint}}).status,
            0);
  const auto before = own_crl();
  const auto cleaned = master.call("clean", {{"certname", "crl.test"}});
  ASSERT_EQ(cleaned.status, 0) << cleaned.message;
  const std::string serial = cleaned.data.at("serials").at(0);
  const auto after = own_crl();
  EXPECT_TRUE(after.crl.newer_than(before.crl)) << "Puppet counts its lists";
  EXPECT_FALSE(before.crl.contains(serial));

  const auto now = base::SystemClock().unix_ms();
  broker::NodeCrls crls(broker::placeholder_crl(now).value());
  messages::RevocationAssembly assembly;
  std::optional<std::string> der;
  const auto pieces = messages::split_revocations(after.crl.der(), {}).value();
  for (const auto& piece : pieces) der = assembly.take(piece, x509::kCaCrlMaxBytes).value();
  ASSERT_TRUE(der);
  EXPECT_EQ(crls.offer(before.ca, before.crl, now), true) << "a real list is current";
  EXPECT_EQ(crls.offer(after.ca, x509::CaCrl::from_der(*der).value(), now), true);
  EXPECT_FALSE(crls.offer(before.ca, before.crl, now)) << "the older one does not come back";
  const auto file = crls.text({after.ca});
  EXPECT_TRUE(x509::CaCrl::from_pem(file, after.ca).value().contains(serial));
  EXPECT_TRUE(crls.complaints({after.ca}, now).empty());
}

}  // namespace
}  // namespace muster::test
