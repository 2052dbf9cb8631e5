// Certificates and requests swapped on the way between a node and its CA, and hands on a node's provisioning.
#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "node-agent/join/join_answer.hpp"
#include "plugins/agents/provision/certificate_steps.hpp"
#include "plugins/agents/provision/lease.hpp"
#include "plugins/agents/provision/puppet_ssl.hpp"
#include "plugins/agents/puppetca/puppetca_agent.hpp"
#include "proto/base/files.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/support/pki/test_request.hpp"
#include "tests/unit/http/tls_server.hpp"

namespace muster::attack {
namespace {

namespace provision = plugins::provision;
using std::chrono_literals::operator""s;

// A master m1 with a Puppet Server of the test's, which holds one request or certificate of n1.
class Csr : public testing::Test {
 protected:
  Csr() {
    node_.folder.write("ca/ca_crt.pem", ca_.certificate().pem());
    test::write_ssldir(node_.paths.ssldir, "m1.example", ca_.issue_node("m1.example"),
                       ca_.certificate());
    node_.paths.master_url = server_.url("");
    hold(x509::make_request({.common_name = "n1"}, key_).value());
  }
  // Afterwards the honest node's own request is signed.
  void TearDown() override {
    name_ = "n1";
    hold(x509::make_request({.common_name = "n1"}, key_).value());
    exchanged_.reset();
    EXPECT_EQ(sign("n1", held_), 0);
  }
  void hold(const x509::SigningRequest& request) {
    state_ = "requested";
    request_ = request.pem;
    held_ = request.fingerprint;
  }
  static std::string http_answer(const std::string& body) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
  }
  // What a CA makes of a request that it signs without a look at it.
  std::string certificate() const {
    const auto key = exchanged_ ? *exchanged_ : x509::open_request(request_, "held")->public_key;
    x509::IssueSpec spec;
    spec.common_name = name_;
    return x509::issue(spec, key, &ca_.certificate(), ca_.key()).value().pem();
  }
  std::string answer(const std::string& request) {
    ++asked_;
    if (request.starts_with("GET /puppet-ca/v1/certificate_request/")) return http_answer(request_);
    if (request.starts_with("GET /puppet-ca/v1/certificate/")) return http_answer(certificate());
    if (request.starts_with("PUT") || request.starts_with("DELETE")) ++changes_;
    if (request.starts_with("PUT"))
      state_ = request.find("revoked") == std::string::npos ? "signed" : "revoked";
    return http_answer(
        Value{{"name", name_}, {"state", state_}, {"fingerprints", {{"SHA256", held_}}}}.dump());
  }
  int sign(const std::string& certname, const std::string& fingerprint,
           const Value& extensions = Value::object()) {
    plugins::puppetca::PuppetcaAgent agent(ddl::built_in("puppetca").value(), node_);
    const Value data{{"certname", certname},
                     {"fingerprint", fingerprint},
                     {"extensions", extensions},
                     {"wait_s", 0}};
    return agent.handle(test::request_of("sign", data)).status;
  }
  void expect_not_signed(const x509::SigningRequest& request,
                         const Value& extensions = Value::object()) {
    hold(request);
    EXPECT_NE(sign("n1", held_, extensions), 0);
    EXPECT_EQ(state_, "requested");
    EXPECT_EQ(changes_, 0);
  }
  test::Holder server_certificate() const {
    x509::IssueSpec spec;
    spec.common_name = "m1.example";
    spec.dns_names = {"localhost"};
    spec.server = true;
    return ca_.issue(spec);
  }

  const test::TestCa ca_{"Puppet CA: m1"};
  base::SystemClock clock_;
  test::TestNode node_{"m1.example", clock_};
  const x509::Key key_ = x509::Key::generate_p256().value();
  std::string name_ = "n1";  // whose request the CA holds
  std::string state_ = "requested";
  std::string request_;
  std::string held_;
  std::optional<x509::Key> exchanged_;  // the CA signs this one in place of the request's
  std::atomic<int> asked_{0};
  std::atomic<int> changes_{0};
  http::TlsServer server_{server_certificate(), ca_,
                          [this](const std::string& request) { return answer(request); }};
};

TEST_F(Csr, ASwappedRequestIsNotSigned) {
  row("stranger on the network", "a request of one's own put to the CA under a joining node's name",
      "refused: both fingerprints are told");
  EXPECT_NE(sign("n1", std::string(64, 'b')), 0);
  EXPECT_EQ(changes_, 0);
}

TEST_F(Csr, ASwappedCertificateIsNotTaken) {
  row("Puppet CA admin", "a certificate of another key, signed before the node's request came",
      "refused: both fingerprints are told");
  state_ = "signed";
  EXPECT_NE(sign("n1", std::string(64, 'b')), 0);
  EXPECT_EQ(changes_, 0);
}

TEST_F(Csr, AMastersOwnNameIsNotSigned) {
  row("stolen orchestrator", "the master's own name, to be signed for somebody else", "refused");
  name_ = "m1.example";
  hold(x509::make_request({.common_name = name_}, key_).value());
  EXPECT_NE(sign(name_, held_), 0);
  EXPECT_EQ(changes_, 0);
}

TEST_F(Csr, ARequestForAnExtensionOfNoTokenIsNotSigned) {
  row("stolen node", "a role in its request that its token does not allow, or with another value",
      "refused: the extension, and what to do, are told");
  const auto asking = [&](const std::string& value) {
    return x509::make_request({"n1", {}, {{"1.3.6.1.4.1.34380.1.1.13", value}}, {}}, key_).value();
  };
  expect_not_signed(asking("db"));
  expect_not_signed(asking("db"), {{"pp_role", "web"}});
}

TEST_F(Csr, ARequestForAuthorityOverTheServerIsNotSigned) {
  row("stolen orchestrator", "pp_cli_auth in a node's request, allowed by the orchestrator itself",
      "refused: no node is given one");
  const auto request =
      x509::make_request({"n1", {}, {{"1.3.6.1.4.1.34380.1.3.39", "true"}}, {}}, key_).value();
  expect_not_signed(request);
  expect_not_signed(request, {{"pp_cli_auth", "true"}});
}

TEST_F(Csr, ARequestForAnAlternativeNameIsNotSigned) {
  row("stolen node", "the masters' name as an alternative name in its request",
      "refused: the name, and what to do, are told");
  expect_not_signed(x509::make_request({"n1", {}, {}, {"n1", "puppet"}}, key_).value());
  expect_not_signed(test::request_with("n1", key_, "subjectAltName", "email:root@puppet.example"));
}

TEST_F(Csr, ARequestForAnAuthorityIsNotSigned) {
  row("stolen node", "CA:TRUE in its request, to sign certificates of its own", "refused");
  expect_not_signed(test::request_with("n1", key_, "basicConstraints", "critical,CA:TRUE"));
  expect_not_signed(test::request_with("n1", key_, "keyUsage", "keyCertSign"));
}

TEST_F(Csr, AnotherKeySignedInTheRequestsPlaceIsRevoked) {
  row("Puppet CA admin", "another key, exchanged between the look at the request and the signature",
      "revoked at once, told");
  hold(x509::make_request({.common_name = "n1"}, key_).value());
  exchanged_ = x509::Key::generate_p256().value();
  EXPECT_NE(sign("n1", held_), 0);
  EXPECT_EQ(state_, "revoked");
}

TEST_F(Csr, AFalseCaServerIsNotBelieved) {
  row("stranger on the network", "a Puppet Server of one's own in the master's place",
      "refused: its certificate is not the CA's");
  test::TestNode node("n1", clock_);
  node.paths.server_url = server_.url("");
  http::ClientPool clients;
  const test::TestCa expected("Puppet CA: the real one");
  EXPECT_FALSE(provision::request_certificate(node, clients, expected.certificate().pem(),
                                              std::chrono::steady_clock::now() + 10s));
  EXPECT_EQ(asked_, 0) << "it heard what the node wants";
}

TEST_F(Csr, ACertificateOfAnotherKeyIsForeign) {
  row("stolen master", "a certificate of another key installed on a node", "told as foreign");
  provision::PuppetSsl ssl(node_.folder / "n1-ssl", "n1");
  ASSERT_TRUE(ssl.make_folders());
  ASSERT_TRUE(ssl.key());
  ASSERT_TRUE(base::write_file(ssl.certificate_path(), ca_.issue_node("n1").certificate.pem()));
  ASSERT_TRUE(base::write_file(ssl.ca_path(), ca_.certificate().pem()));
  EXPECT_EQ(provision::certificate_state(ssl, "n1", clock_.unix_ms()).word, "foreign");
}

class Lease : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(provision::claim(progress_, "cert=orchestrator1", "puppet", 60, kNow));
  }
  static constexpr std::int64_t kNow = 1'795'000'000'000;
  provision::Progress progress_;
};

TEST_F(Lease, IsNotTakenFromItsHolder) {
  row("stolen orchestrator", "claims a node that another orchestrator works on",
      "answered: told who holds it");
  EXPECT_FALSE(provision::claim(progress_, "cert=orchestrator2", "puppet", 60, kNow + 1'000));
  EXPECT_EQ(progress_.owner, "cert=orchestrator1");
}

TEST_F(Lease, IsNotUsedByAnother) {
  row("operator", "provisioning actions under another's lease, its number known",
      "answered: told who holds it");
  EXPECT_FALSE(provision::check_fence(progress_, "cert=alice", progress_.fence, kNow + 1'000));
  EXPECT_TRUE(
      provision::check_fence(progress_, "cert=orchestrator1", progress_.fence, kNow + 1'000));
}

TEST_F(Lease, AnOldNumberIsOver) {
  row("stolen orchestrator", "goes on under the number of an earlier lease", "answered: told");
  const auto old = progress_.fence;
  ASSERT_TRUE(provision::claim(progress_, "cert=orchestrator1", "puppet", 60, kNow + 61'000));
  EXPECT_FALSE(provision::check_fence(progress_, "cert=orchestrator1", old, kNow + 62'000));
}

TEST_F(Lease, LastsNotForEver) {
  row("stolen orchestrator", "claims a node for a year", "answered: told the longest");
  provision::Progress fresh;
  EXPECT_FALSE(provision::claim(fresh, "cert=orchestrator2", "puppet", 365 * 86'400, kNow));
}

}  // namespace
}  // namespace muster::attack
