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
#include "proto/schema/muster.pb.h"
#include "tests/attack/row.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/support/pki/test_pki.hpp"
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
  }
  // Afterwards the honest node's own request is signed.
  void TearDown() override {
    state_ = "requested";
    EXPECT_EQ(sign("n1", held_), 0);
  }
  std::string answer(const std::string& request) {
    ++asked_;
    if (request.starts_with("PUT") || request.starts_with("DELETE")) ++changes_;
    if (request.starts_with("PUT")) state_ = "signed";
    const auto body =
        Value{{"name", "n1"}, {"state", state_}, {"fingerprints", {{"SHA256", held_}}}}.dump();
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
  }
  int sign(const std::string& certname, const std::string& fingerprint) {
    plugins::puppetca::PuppetcaAgent agent(ddl::built_in("puppetca").value(), node_);
    const Value data{{"certname", certname}, {"fingerprint", fingerprint}, {"wait_s", 0}};
    return agent.handle(test::request_of("sign", data)).status;
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
  std::string state_ = "requested";
  std::string held_ = std::string(64, 'a');
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
  EXPECT_NE(sign("m1.example", held_), 0);
  EXPECT_EQ(changes_, 0);
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
