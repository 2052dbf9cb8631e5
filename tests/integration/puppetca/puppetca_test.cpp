#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "plugins/agents/provision/revocation_list.hpp"
#include "plugins/agents/puppetca/ca_records.hpp"
#include "proto/base/files.hpp"
#include "tests/integration/puppetca/lab.hpp"

namespace muster::test {
namespace {

using plugins::puppetca::shown_fingerprint;
using testing::AllOf;
using testing::HasSubstr;

x509::Certificate signed_certificate(const std::string& name) {
  return x509::Certificate::from_file(Lab::folder() / "puppet/puppetserver/ca/signed" /
                                      (name + ".pem"))
      .value();
}

// By the CA's own revocation list.
bool revoked(const x509::Certificate& certificate) {
  const auto crl = base::read_file(Lab::folder() / "puppet/puppetserver/ca/ca_crl.pem").value();
  const auto ca = x509::Certificate::from_pem(Lab::ca_pem(), "ca").value();
  const auto checked = plugins::provision::check_not_revoked(crl, ca, certificate);
  return !checked && checked.error().message.find("revoked") != std::string::npos;
}

TEST(PuppetcaTest, TheServerIsHealthyAndItsOwnCertificateIsListed) {
  Master master;
  const auto health = master.call("health").data;
  EXPECT_EQ(health.at("running"), true) << health.at("reason");
  EXPECT_GE(health.at("load").get<double>(), 0);
  const auto list = master.call("list", {{"state", "signed"}});
  ASSERT_EQ(list.status, 0) << list.message;
  std::vector<std::string> names;
  for (const auto& item : list.data.at("certificates")) names.push_back(item.at("name"));
  EXPECT_THAT(names, testing::Contains(kMaster));
  EXPECT_EQ(master.call("status", {{"certname", "nobody.test"}}).data.at("state"), "absent");
}

TEST(PuppetcaTest, OnlyTheRequestWithTheToldFingerprintIsSigned) {
  Master master;
  NewNode node("sign.test");
  const std::string fingerprint = node.request().at("fingerprint");
  const auto pending = master.call("status", {{"certname", "sign.test"}}).data;
  EXPECT_EQ(pending.at("state"), "requested");
  EXPECT_EQ(pending.at("fingerprint"), fingerprint)
      << "the CA shows the fingerprint that the node reports";

  const std::string wrong(64, 'a');
  const auto refused = master.call("sign", {{"certname", "sign.test"}, {"fingerprint", wrong}});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.message, AllOf(HasSubstr(shown_fingerprint(fingerprint)),
                                     HasSubstr(shown_fingerprint(wrong))));
  EXPECT_EQ(master.call("status", {{"certname", "sign.test"}}).data.at("state"), "requested");

  const Value right{{"certname", "sign.test"}, {"fingerprint", shown_fingerprint(fingerprint)}};
  const auto done = master.call("sign", right);
  ASSERT_EQ(done.status, 0) << done.message;
  EXPECT_EQ(done.data.at("already"), false);
  const auto again = Master().call("sign", right);
  EXPECT_EQ(again.status, 1)
      << "another master's agent, without that memory, cannot know the request";
  const auto repeated = master.call("sign", right);
  ASSERT_EQ(repeated.status, 0) << repeated.message;
  EXPECT_EQ(repeated.data.at("already"), true);
}

TEST(PuppetcaTest, SignWaitsForARequestThatComesLater) {
  Master master;
  NewNode node("late.test");
  const auto early = node.request().at("fingerprint");
  EXPECT_EQ(master.call("clean", {{"certname", "late.test"}}).data.at("was"), "requested");
  plugins::ActionReply reply;
  std::thread signer([&] {
    reply =
        master.call("sign", {{"certname", "late.test"}, {"fingerprint", early}, {"wait_s", 30}});
  });
  EXPECT_EQ(node.request().at("fingerprint"), early) << "the same request is put again";
  signer.join();
  EXPECT_EQ(reply.status, 0) << reply.message;
}

TEST(PuppetcaTest, WithoutARequestSignSaysThatNoneCame) {
  const auto reply = Master().call(
      "sign", {{"certname", "none.test"}, {"fingerprint", std::string(64, 'b')}, {"wait_s", 1}});
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("no request of none.test came"));
}

TEST(PuppetcaTest, CleanRevokesAndRemovesAndMayBeRepeated) {
  Master master;
  NewNode node("clean.test");
  const auto fingerprint = node.request().at("fingerprint");
  ASSERT_EQ(master.call("sign", {{"certname", "clean.test"}, {"fingerprint", fingerprint}}).status,
            0);
  const auto certificate = signed_certificate("clean.test");
  EXPECT_FALSE(revoked(certificate));
  const auto cleaned = master.call("clean", {{"certname", "clean.test"}});
  ASSERT_EQ(cleaned.status, 0) << cleaned.message;
  EXPECT_EQ(cleaned.data.at("was"), "signed");
  EXPECT_TRUE(revoked(certificate));
  EXPECT_EQ(master.call("clean", {{"certname", "clean.test"}}).data.at("was"), "absent");
}

TEST(PuppetcaTest, TheMastersOwnCertificateIsNotTouched) {
  EXPECT_EQ(Master().call("clean", {{"certname", kMaster}}).status, 1);
  EXPECT_FALSE(revoked(signed_certificate(kMaster)));
}

}  // namespace
}  // namespace muster::test
