// csr_attributes.yaml from the node's file to $trusted['extensions'], with Puppet's own code and a real
// Puppet Server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "plugins/csr/csr_attributes.hpp"
#include "plugins/puppet/layout.hpp"
#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/openssl.hpp"
#include "tests/integration/puppetca/lab.hpp"

namespace muster::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string output_of(const std::vector<std::string>& argv) {
  base::ChildSpec spec;
  spec.argv = argv;
  spec.timeout = std::chrono::seconds(30);
  const auto result = base::run_child(spec);
  if (!result) throw std::runtime_error(result.error().message);
  EXPECT_EQ(result->exit_code, 0) << result->err;
  return result->out;
}

// What is signed of a request: everything but the signature, which differs by its padding or nonce.
std::string signed_part(const std::string& pem) {
  const auto bio = x509::bio_over(pem);
  const x509::OwnedRequest request(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
  EXPECT_TRUE(request) << pem;
  unsigned char* der = nullptr;
  const int size = i2d_re_X509_REQ_tbs(request.get(), &der);
  std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

TEST(CsrAttributesTest, TheRequestIsByteForByteTheOneThatPuppetMakes) {
  const fakes::TempFolder conf;
  conf.write("csr_attributes.yaml",
             "custom_attributes:\n"
             "  1.2.840.113549.1.9.7: 342thbjkt82094y0uthhor289jnqthpc2290\n"
             "  pp_preshared_key: abc\n"
             "extension_requests:\n"
             "  1.3.6.1.4.1.34380.1.2.9: 42\n"
             "  pp_cluster: yes\n"  // Ruby's true
             "  pp_environment: 1.10\n"
             "  pp_instance_id: i-1b2c3d\n"
             "  pp_provisioner: 0755\n"  // and its 493
             "  pp_role: \"w\xc3\xa4"
             "b\"\n"
             "  rack: r7\n");
  conf.write("custom_trusted_oid_mapping.yaml",
             "oid_mapping:\n"
             "  1.3.6.1.4.1.34380.1.2.1.1:\n"
             "    shortname: rack\n"
             "    longname: My rack\n");
  conf.write("puppet.conf", "[main]\ndns_alt_names = www.example, api, IP:192.0.2.1\n");
  const auto key_file = (conf / "key.pem").string();
  output_of({"openssl", "genrsa", "-out", key_file, "2048"});  // its Ruby makes none with EC keys

  plugins::PuppetPaths given;
  given.confdir = conf.path();
  given.overridden = {"confdir"};
  const auto puppet = plugins::puppet::find_layout(given, conf / "layout.json").paths;
  const auto asked = csr::read_csr_content(puppet, "n1.test").value();
  const auto key = x509::Key::private_from_pem(base::read_file(key_file).value(), "key").value();
  const auto ours = x509::make_request(
      {"n1.test", asked.attributes, asked.extensions, asked.alternative_names}, key);
  ASSERT_TRUE(ours) << ours.error().message;
  const auto puppets =
      output_of({"ruby", PUPPETS_REQUEST, conf.path().string(), key_file, "n1.test"});
  EXPECT_EQ(signed_part(ours->pem), signed_part(puppets)) << ours->pem << puppets;
}

class TrustedTest : public testing::Test {
 protected:
  static void ask(NewNode& node, const std::string& attributes) {
    std::filesystem::create_directories(node.node().paths.confdir);
    ASSERT_TRUE(
        base::write_file(node.node().paths.confdir / "csr_attributes.yaml", attributes, 0644));
  }
};

TEST_F(TrustedTest, WhatTheTokenAllowsIsInTheCertificateAndForManifestsToTrust) {
  Master master;
  NewNode node("trusted.test");
  ask(node, "custom_attributes: {challengePassword: secret}\nextension_requests: {pp_role: web}\n");
  Value sign{{"certname", "trusted.test"}, {"fingerprint", node.request().at("fingerprint")}};
  const auto refused = master.call("sign", sign);
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.message, AllOf(HasSubstr("pp_role with the value 'web'"),
                                     HasSubstr("--extension pp_role=web")));
  EXPECT_EQ(master.call("status", {{"certname", "trusted.test"}}).data.at("state"), "requested");

  sign["extensions"] = {{"pp_role", "web"}};
  const auto done = master.call("sign", sign);
  ASSERT_EQ(done.status, 0) << done.message;
  const auto fetched = node.call("fetch_certificate", {{"ca_pem", Lab::ca_pem()}});
  ASSERT_EQ(fetched.status, 0) << fetched.message;
  const auto certificate = x509::Certificate::from_file(node.ssl("certs/trusted.test.pem")).value();
  EXPECT_EQ(certificate.text_extension("1.3.6.1.4.1.34380.1.1.13"), "web");

  const auto started = node.call("run", {{"environment", "trusted"}, {"step", "trusted-run"}});
  ASSERT_EQ(started.status, 0) << started.message;
  EXPECT_THAT(node.finish(started.data.at("job")).at("output").get<std::string>(),
              HasSubstr("the role is web"));
}

TEST_F(TrustedTest, AFileThatWasMendedMakesAnotherRequest) {
  Master master;
  NewNode node("mended.test");
  ask(node, "extension_requests: {pp_role: web}\n");
  const auto first = node.request().at("fingerprint");
  ASSERT_NE(master.call("sign", {{"certname", "mended.test"}, {"fingerprint", first}}).status, 0);
  ask(node, "extension_requests: {}\n");
  ASSERT_EQ(master.call("clean", {{"certname", "mended.test"}}).status, 0);
  const auto second = node.request().at("fingerprint");
  EXPECT_NE(second, first);
  const auto done = master.call("sign", {{"certname", "mended.test"}, {"fingerprint", second}});
  EXPECT_EQ(done.status, 0) << done.message;
}

TEST_F(TrustedTest, AlternativeNamesThatTheCaRefusesAreToldInItsWords) {
  Master master;
  NewNode node("named.test");
  std::filesystem::create_directories(node.node().paths.confdir);
  auto& paths = node.node().paths;
  ASSERT_TRUE(
      base::write_file(paths.confdir / "puppet.conf", "[agent]\ndns_alt_names = www.test\n", 0644));
  paths = plugins::puppet::find_layout(paths, node.node().folder / "layout.json").paths;
  Value sign{{"certname", "named.test"}, {"fingerprint", node.request().at("fingerprint")}};
  EXPECT_THAT(master.call("sign", sign).message, HasSubstr("--alternative-name www.test"));
  sign["alternative_names"] = {"www.test"};
  const auto refused = master.call("sign", sign);
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.message, HasSubstr("subject alternative names")) << "ca.conf allows none";
}

TEST_F(TrustedTest, ANameBeyondACertificatesIsToldBeforeAnythingIsSent) {
  NewNode node(std::string(60, 'a') + ".test");
  const auto reply = node.call("request_certificate", {{"ca_pem", Lab::ca_pem()}});
  EXPECT_NE(reply.status, 0);
  EXPECT_THAT(reply.message, HasSubstr("65 bytes"));
}

}  // namespace
}  // namespace muster::test
