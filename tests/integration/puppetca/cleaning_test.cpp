// Cleaned is revoked, with a real Puppet Server: whatever is asked at once, every serial is in the list.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

#include "plugins/agents/puppetca/ca_api.hpp"
#include "plugins/agents/puppetca/ca_files.hpp"
#include "proto/base/clock.hpp"
#include "proto/x509/request.hpp"
#include "tests/integration/puppetca/lab.hpp"

namespace muster::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int kCleansAtOnce = 200;
constexpr std::chrono::minutes kPatience{4};

plugins::puppetca::CaFiles ca_files() {
  return plugins::puppetca::CaFiles(Lab::folder() / "puppet/puppetserver/ca");
}

bool in_list(const std::string& serial) {
  const auto list = ca_files().revocations();
  EXPECT_TRUE(list) << (list ? "" : list.error().message);
  return list && list->contains(serial);
}

// Puts a request for each name, all by one curl, and has them signed: their serials.
std::vector<std::string> signed_certificates(const std::vector<std::string>& names) {
  const fakes::TempFolder folder;
  const auto key = x509::Key::generate_p256().value();
  std::ofstream config(folder / "curl");
  std::vector<std::string> fingerprints;
  for (const auto& name : names) {
    const auto request = x509::make_request({.common_name = name}, key).value();
    fingerprints.push_back(request.fingerprint);
    const auto file = folder.write(name + ".csr", request.pem);
    if (fingerprints.size() > 1) config << "next\n";
    config << fmt::format(
        "url = https://{}:8140/puppet-ca/v1/certificate_request/{}\nupload-file = {}\n"
        "header = \"Content-Type: text/plain\"\ncacert = {}\nfail\nsilent\nshow-error\n",
        kMaster, name, file.string(), (ca_files().folder() / "ca_crt.pem").string());
  }
  config.close();
  EXPECT_EQ(std::system(("curl --config " + (folder / "curl").string()).c_str()), 0);
  Master master;
  std::vector<std::string> serials;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto reply =
        master.call("sign", {{"certname", names[i]}, {"fingerprint", fingerprints[i]}});
    EXPECT_EQ(reply.status, 0) << reply.message;
    serials.push_back(ca_files().current_serial(names[i]).value().value());
  }
  return serials;
}

// As `PUT /clean` of Puppet Server 7.9.5 leaves it when others clean at the same time: removed, and
// not revoked.
void lose(const std::string& name) {
  base::SystemClock clock;
  TestNode node{kMaster, clock};
  node.paths.ssldir = Lab::folder() / "ssl";
  node.paths.cadir = ca_files().folder();
  http::ClientPool clients;
  auto ca =
      plugins::puppetca::CaApi::open(node, clients, std::chrono::steady_clock::now() + kPatience);
  ASSERT_TRUE(ca) << ca.error().message;
  ASSERT_TRUE(ca->remove(name));
}

std::vector<std::string> audited() {
  const auto reply = Master().call("audit");
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("unread_lines"), 0);
  std::vector<std::string> serials;
  for (const auto& lost : reply.data.at("lost")) serials.push_back(lost.at("serial"));
  return serials;
}

// As an orchestrator does: whoever hears that a loaded server did not even shake hands in time asks again.
plugins::ActionReply clean_in_a_crowd(Master& master, const std::string& name) {
  constexpr int kTries = 4;
  plugins::ActionReply reply;
  for (int i = 0; i < kTries; ++i) {
    reply = master.call("clean", {{"certname", name}}, kPatience);
    if (reply.message.find("SSL connection timeout") == std::string::npos) break;
  }
  return reply;
}

TEST(CleaningTest, OfTwoHundredCleansAtOnceByTwoAgentsEverySerialIsInTheList) {
  std::vector<std::string> names;
  for (int i = 0; i < kCleansAtOnce; ++i) names.push_back(fmt::format("crowd{}.test", i));
  const auto serials = signed_certificates(names);
  ASSERT_EQ(std::set<std::string>(serials.begin(), serials.end()).size(), names.size());

  Master masters[2];  // as two agents: nothing in common but the CA's folder
  std::vector<plugins::ActionReply> replies(names.size());
  std::vector<std::thread> callers;
  for (std::size_t i = 0; i < names.size(); ++i)
    callers.emplace_back([&, i] { replies[i] = clean_in_a_crowd(masters[i % 2], names[i]); });
  for (auto& caller : callers) caller.join();

  const auto list = ca_files().revocations().value();
  for (std::size_t i = 0; i < names.size(); ++i) {
    ASSERT_EQ(replies[i].status, 0) << names[i] << ": " << replies[i].message;
    EXPECT_EQ(replies[i].data.at("was"), "signed") << names[i];
    EXPECT_EQ(replies[i].data.at("serials"), Value({serials[i]})) << names[i];
    EXPECT_TRUE(list.contains(serials[i])) << names[i] << ", serial " << serials[i];
  }
  EXPECT_THAT(audited(), IsEmpty());
}

TEST(CleaningTest, TwoCleansOfOneNameAtOnceAreBothTrue) {
  const auto serial = signed_certificates({"twice.test"}).front();
  Master masters[2];
  plugins::ActionReply replies[2];
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i)
    callers.emplace_back([&, i] {
      replies[i] = masters[i].call("clean", {{"certname", "twice.test"}});
    });
  for (auto& caller : callers) caller.join();
  std::multiset<std::string> was;
  for (const auto& reply : replies) {
    EXPECT_EQ(reply.status, 0) << reply.message;
    was.insert(reply.data.value("was", ""));
  }
  EXPECT_EQ(was, (std::multiset<std::string>{"absent", "signed"}));
  EXPECT_TRUE(in_list(serial));
}

TEST(CleaningTest, WhatWasLostIsFoundAndCanBeRevokedBySerial) {
  const auto serial = signed_certificates({"lost.test"}).front();
  EXPECT_THAT(audited(), Not(Contains(serial)));
  lose("lost.test");
  EXPECT_THAT(audited(), Contains(serial));
  EXPECT_FALSE(in_list(serial));
  const auto revoked = Master().call("revoke_lost", {{"serial", serial}});
  ASSERT_EQ(revoked.status, 0) << revoked.message;
  EXPECT_TRUE(in_list(serial));
  EXPECT_THAT(audited(), Not(Contains(serial)));
  const auto placeholder = "muster-revokes-" + serial;
  EXPECT_FALSE(ca_files().current_serial(placeholder).value()) << "the placeholder stayed";
  EXPECT_EQ(Master().call("revoke_lost", {{"serial", serial}}).status, 1) << "it is not lost now";
}

TEST(CleaningTest, ACleanAlsoRevokesWhatTheNameLostEarlier) {
  const auto first = signed_certificates({"again.test"}).front();
  lose("again.test");
  const auto second = signed_certificates({"again.test"}).front();
  const auto reply = Master().call("clean", {{"certname", "again.test"}});
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("serials"), Value({second, first}));
  EXPECT_TRUE(in_list(first));
  EXPECT_TRUE(in_list(second));
}

// As a workflow asks for it, with the middle of its lease.
TEST(CleaningTest, ANameThatIsGivenOutAnewIsFreeAndOneThatWasGivenOutSinceIsLeft) {
  const auto now_ms = base::SystemClock().unix_ms();
  Value wanted{{"certname", "anew.test"}, {"issued_before_ms", now_ms + 30'000}, {"vacate", true}};
  const auto serial = signed_certificates({"anew.test"}).front();
  EXPECT_EQ(Master().call("clean", wanted).status, 0);
  EXPECT_TRUE(in_list(serial));
  NewNode node("anew.test");
  node.request();
  EXPECT_EQ(Master().call("status", {{"certname", "anew.test"}}).data.at("state"), "requested");
  wanted["issued_before_ms"] = now_ms - 30'000;
  EXPECT_EQ(Master().call("clean", wanted).data.at("kept"), "requested") << "it is newer";
  EXPECT_EQ(Master().call("status", {{"certname", "anew.test"}}).data.at("state"), "requested");
  wanted["issued_before_ms"] = base::SystemClock().unix_ms() + 30'000;
  const auto cleaned = Master().call("clean", wanted);
  EXPECT_EQ(cleaned.status, 0) << cleaned.message;
  EXPECT_EQ(Master().call("status", {{"certname", "anew.test"}}).data.at("state"), "absent");
}

TEST(CleaningTest, ACurrentCertificateIsNotRevokedAsALostOne) {
  const auto serial = signed_certificates({"current.test"}).front();
  for (const auto& not_lost : {serial, ca_files().current_serial(kMaster).value().value()}) {
    const auto reply = Master().call("revoke_lost", {{"serial", not_lost}});
    EXPECT_EQ(reply.status, 1);
    EXPECT_THAT(reply.message, HasSubstr("no certificate with serial "));
    EXPECT_FALSE(in_list(not_lost));
  }
}

}  // namespace
}  // namespace muster::test
