// A certificate that was cleaned and still counts: another writer undoes what the CA did beside us.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "plugins/agents/puppetca/ca_files.hpp"
#include "plugins/agents/puppetca/puppetca_agent.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/unit/http/tls_server.hpp"

namespace muster::attack {
namespace {

// A master with a Puppet Server of the test's, whose CA has signed n1.
class Cleaned : public testing::Test {
 protected:
  Cleaned() {
    auto& folder = node_.folder;
    folder.write("ca/ca_crt.pem", ca_.certificate().pem());
    folder.write("ca/ca_crl.pem", ca_.crl({}).pem());
    folder.write("ca/signed/n1.pem", stolen_.certificate.pem());
    folder.write(
        "ca/inventory.txt",
        fmt::format("0x{} 2026-01-01T00:00:00UTC 2099-01-01T00:00:00UTC /CN=n1\n", serial()));
    test::write_ssldir(node_.paths.ssldir, "m1", ca_.issue_node("m1"), ca_.certificate());
    node_.paths.master_url = server_.url("");
  }
  std::string serial() const { return stolen_.certificate.serial_hex(); }
  static std::string http(int status, const std::string& body = "") {
    return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
  }
  // As Puppet Server: 204 for what it did, whatever becomes of its list afterwards.
  std::string answer(const std::string& request) {
    const auto file = node_.folder / "ca/signed/n1.pem";
    if (request.starts_with("PUT")) {
      if (!another_writer_)
        node_.folder.write("ca/ca_crl.pem", ca_.crl({.serials_hex = {serial()}}).pem());
      return http(204);
    }
    if (request.starts_with("DELETE")) std::filesystem::remove(file);
    if (request.starts_with("DELETE")) return http(204);
    if (!std::filesystem::exists(file)) return http(404, "Invalid certificate subject.");
    return http(200, Value{{"name", "n1"},
                           {"state", "signed"},
                           {"fingerprints", {{"SHA256", stolen_.certificate.fingerprint()}}}}
                         .dump());
  }
  plugins::ActionReply clean() {
    plugins::puppetca::PuppetcaAgent agent(ddl::built_in("puppetca").value(), node_);
    const Value inputs{{"certname", "n1"},          {"issued_before_ms", 0}, {"asked_at_ms", 0},
                       {"serials", Value::array()}, {"vacate", false},       {"spare", ""}};
    return agent.handle(test::request_of("clean", inputs));
  }
  bool revoked() const {
    return plugins::puppetca::CaFiles(node_.paths.cadir).revocations().value().contains(serial());
  }
  bool can_be_named() const { return std::filesystem::exists(node_.folder / "ca/signed/n1.pem"); }

  std::atomic<bool> another_writer_{true};  // puts an earlier list back after each revocation
  const test::TestCa ca_{"Puppet CA: m1"};
  const test::Holder stolen_ = ca_.issue_node("n1");
  base::SystemClock clock_;
  test::TestNode node_{"m1", clock_};
  http::TlsServer server_{ca_.issue_node("localhost"), ca_,
                          [this](const auto& request) { return answer(request); }};
};

TEST_F(Cleaned, IsRevokedOrNotDone) {
  row("stolen node", "keeps its certificate, whose serial another writer drops from the CA's list",
      "fails and tells the serial; the file stays, without which nobody could revoke it by name");
  const auto lost = clean();
  EXPECT_NE(lost.status, 0) << "called clean, and valid for years";
  EXPECT_NE(lost.message.find(serial()), std::string::npos) << lost.message;
  EXPECT_TRUE(can_be_named());
  another_writer_ = false;
  const auto done = clean();
  EXPECT_EQ(done.status, 0) << done.message;
  EXPECT_TRUE(revoked());
  EXPECT_FALSE(can_be_named());
}

}  // namespace
}  // namespace muster::attack
