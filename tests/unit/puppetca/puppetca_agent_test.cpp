// Without a Puppet Server; the calls themselves are tested against a real one in
// tests/integration/puppetca.
#include "plugins/agents/puppetca/puppetca_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::plugins::puppetca {
namespace {

using test::request_of;
using testing::HasSubstr;

class PuppetcaAgentTest : public testing::Test {
 protected:
  void make_master() {
    const test::TestCa ca("Puppet CA: m1.example");
    node_.folder.write("ca/ca_crt.pem", ca.certificate().pem());
    test::write_ssldir(node_.paths.ssldir, "m1.example", ca.issue_node("m1.example"),
                       ca.certificate());
    node_.paths.master_url = "https://127.0.0.1:1";
  }
  ActionReply call(const std::string& action, Value data = Value::object()) {
    return agent_.handle(request_of(action, std::move(data)));
  }

  base::SystemClock clock_;
  test::TestNode node_{"m1.example", clock_};
  PuppetcaAgent agent_{ddl::built_in("puppetca").value(), node_};
};

TEST_F(PuppetcaAgentTest, IsActiveWhereACaIs) {
  EXPECT_FALSE(agent_.active());
  make_master();
  EXPECT_TRUE(agent_.active());
}

TEST_F(PuppetcaAgentTest, TheMastersOwnNameIsNeverTouched) {
  make_master();
  for (const auto* action : {"sign", "clean"}) {
    const auto reply =
        call(action, {{"certname", "m1.example"}, {"fingerprint", std::string(64, 'a')}});
    EXPECT_EQ(reply.status, 1);
    EXPECT_THAT(reply.message, HasSubstr("this master's own certificate"));
  }
}

TEST_F(PuppetcaAgentTest, ANameThatIsAPathIsRefused) {
  make_master();
  EXPECT_EQ(call("clean", {{"certname", "../certificate_statuses/all"}}).status, 4);
  EXPECT_EQ(call("status", {{"certname", "a/b"}}).status, 4);
}

TEST_F(PuppetcaAgentTest, AServerThatIsDownIsNotRunningAndSaysWhy) {
  make_master();
  const auto reply = call("health");
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(reply.data.at("running"), false);
  EXPECT_THAT(reply.data.at("reason").get<std::string>(),
              HasSubstr("https://127.0.0.1:1/status/v1/simple"));
}

TEST_F(PuppetcaAgentTest, AnUnreadableCaNamesTheFile) {
  const auto reply = call("list");
  EXPECT_NE(reply.status, 0);
  EXPECT_THAT(reply.message, HasSubstr("ca_crt.pem"));
}

}  // namespace
}  // namespace muster::plugins::puppetca
