// A Puppet Server that runs, and a CA that does not work: the master is ill, and says why.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/agents/puppetca/puppetca_agent.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/fakes/full_disk.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/support/pki/test_pki.hpp"
#include "tests/unit/http/tls_server.hpp"

namespace muster::plugins::puppetca {
namespace {

using testing::HasSubstr;

constexpr auto kWellMaster = "m1.example";

class CaHealthTest : public testing::Test {
 protected:
  CaHealthTest() {
    node_.folder.write("ca/ca_crt.pem", ca_.certificate().pem());
    test::write_ssldir(node_.paths.ssldir, kWellMaster, ca_.issue_node(kWellMaster),
                       ca_.certificate());
    node_.paths.master_url = server_.url("");
  }
  std::string answer(const std::string& request) const {
    const bool of_server = request.starts_with("GET /status/v1/simple");
    const std::string body = of_server ? "running" : own_;
    return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", of_server ? 200 : status_,
                       body.size(), body);
  }
  Value health() { return agent_.handle(test::request_of("health", Value::object())).data; }

  int status_ = 200;  // of its own certificate
  std::string own_ =
      fmt::format(R"({{"name":"{}","state":"signed","fingerprints":{{"SHA256":"{}"}}}})",
                  kWellMaster, std::string(64, 'A'));
  const test::TestCa ca_{"Puppet CA: m1.example"};
  base::SystemClock clock_;
  test::TestNode node_{kWellMaster, clock_};
  PuppetcaAgent agent_{ddl::built_in("puppetca").value(), node_};
  http::TlsServer server_{ca_.issue_node("localhost"), ca_,
                          [this](const auto& request) { return answer(request); }};
};

TEST_F(CaHealthTest, ACaThatWorksIsWellAndItsFolderIsAsBefore) {
  const auto health = this->health();
  EXPECT_TRUE(health.at("running")) << health;
  EXPECT_EQ(health.at("reason"), "");
  const std::filesystem::directory_iterator files(node_.paths.cadir);
  EXPECT_EQ(std::distance(begin(files), end(files)), 1) << "ca_crt.pem alone";
}

// Faults tried by hand, 8.
TEST_F(CaHealthTest, ACaThatRefusesItsOwnMasterIsIll) {
  status_ = 403;
  own_ = "Forbidden request";
  const auto health = this->health();
  EXPECT_FALSE(health.at("running"));
  EXPECT_THAT(health.at("reason").get<std::string>(),
              testing::AllOf(HasSubstr("its CA does not serve us"), HasSubstr("answered 403")));
}

TEST_F(CaHealthTest, ThatACaHasNoCertificateOfOursSaysNothingAgainstIt) {
  status_ = 404;
  EXPECT_TRUE(health().at("running"));
}

TEST_F(CaHealthTest, ACaThatCannotWriteIsIllAndNamesTheFolder) {
  const fakes::FullDisk full;
  const auto health = this->health();
  EXPECT_FALSE(health.at("running"));
  EXPECT_THAT(health.at("reason").get<std::string>(),
              HasSubstr("its CA cannot write to " + node_.paths.cadir.string()));
}

}  // namespace
}  // namespace muster::plugins::puppetca
