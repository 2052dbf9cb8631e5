// A CA as the vendors' command makes it: a root, and below it an intermediate CA that issues.
#include <gmock/gmock.h>

#include "orchestrator/broker/broker_folder.hpp"
#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

class VendorCaTest : public FleetTest {
 protected:
  static constexpr auto kNode = "n9.example.test";
  // The command is Ruby on a JVM and makes two RSA keys of 4,096 bits: seconds, and half a minute on a busy machine.
  static constexpr std::chrono::minutes kSetupPatience{2};

  void SetUp() override {
    FleetTest::SetUp();
    ASSERT_TRUE(base::write_file(folder_ / "puppet.conf",
                                 "[main]\nssldir=" + (folder_ / "ssl").string() +
                                     "\n[server]\ncadir=" + (folder_ / "ca").string() + "\n"));
    base::ChildSpec spec;
    spec.argv = {"puppetserver",          "ca",         "setup",          "--config",
                 folder_ / "puppet.conf", "--certname", "m9.example.test"};
    spec.timeout = kSetupPatience;
    const auto made = base::run_child(spec);
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ(made->exit_code, 0) << made->out << made->err;
  }
  // The node's certificate, as the CA's own server would sign it.
  void certify() const {
    const auto ca = x509::Certificate::from_file(folder_ / "ca/ca_crt.pem").value();
    const auto pem = base::read_file(folder_ / "ca/ca_key.pem").value();
    const auto ca_key = x509::Key::private_from_pem(pem, "ca_key.pem").value();
    x509::IssueSpec spec;
    spec.common_name = kNode;
    spec.dns_names = {kNode};
    spec.valid_for = std::chrono::hours(24);
    auto key = x509::Key::generate_p256().value();
    auto certificate = x509::issue(spec, key, &ca, ca_key).value();
    write_ssldir(fleet().file("ssl"), kNode, {std::move(key), std::move(certificate)}, ca);
  }
  // It has no master on this bus, so people bring its lists, as docs/operating/BROKER.md says.
  void bring_lists() const {
    const broker::BrokerFolder broker{fleet().file("broker")};
    std::filesystem::copy_file(folder_ / "ca/ca_crl.pem", broker.local_crls() / "vendor.pem");
  }

  const std::filesystem::path folder_ = fleet().file("vendor");
};

TEST_F(VendorCaTest, FromTheVendorsCommandToAnAnsweredPing) {
  const auto orchestrator = fleet().start_orchestrator();
  certify();
  bring_lists();
  const auto trusted = muster({"trust", "add", folder_ / "ca/ca_crt.pem", "--names", kNode});
  ASSERT_EQ(trusted.exit_code, 0) << trusted.err;
  EXPECT_THAT(trusted.out, HasSubstr("Puppet CA: m9.example.test"));
  Node node(fleet(), {kNode, "de", 1, {"base"}, ""});
  node.start();
  EXPECT_TRUE(fakes::wait_until([&] {
    return muster({"ping", "-I", kNode, "-t", "2"}).out.find("1 replies") != std::string::npos;
  })) << node.agent().output()
      << fleet().broker_watch().output();
}

}  // namespace
}  // namespace muster::test
