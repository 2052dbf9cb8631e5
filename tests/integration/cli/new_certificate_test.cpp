// A member that gives its key and certificate up, with a real agent and a real orchestrator. Its certificates come by hand, where
// a master would sign them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>

#include "proto/base/files.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

class NewCertificateTest : public FleetTest {
 protected:
  static constexpr auto kName = "n9.example.test";

  void SetUp() override {
    FleetTest::SetUp();
    workflow_ = fleet().folder().write(
        "anew.yaml",
        "name: anew\nlease_s: 60\nretry_first_s: 1\nretry_most_s: 1\nattempts: 100\nsteps:\n"
        "  - {name: claim, do: claim}\n"
        "  - {name: clean-certificates, do: clean-certificates, when: joining}\n"
        "  - {name: enter, do: enter-collective, timeout_s: 30}\n"
        "  - {name: finish, call: provision#finish, on: node}\n");
    auto text = node_.config_text();
    const auto shared = fleet().file("ssl").string();
    text.replace(text.find(shared), shared.size(), ssldir().string());
    node_.write("agent.yaml", text);
  }

  std::filesystem::path ssldir() const { return node_.file("ssl"); }
  std::filesystem::path token() const { return node_.file("join.token"); }
  std::filesystem::path key() const {
    return ssldir() / "private_keys" / (std::string(kName) + ".pem");
  }
  void give_token() const {
    const auto made =
        muster({"token", "create", "--identity", kName, "--out", fleet().file("join.token")});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    std::filesystem::rename(fleet().file("join.token"), token());
    std::filesystem::permissions(token(), std::filesystem::perms(0600));
  }
  void is_signed() const {
    write_ssldir(ssldir(), kName, fleet().puppet_ca().issue_node(kName),
                 fleet().puppet_ca().certificate());
  }
  static Value record() {
    const auto shown = muster({"provision", "show", kName, "--json"});
    return shown.exit_code == 0 ? shown.json() : Value::object();
  }
  static bool is_finished_but_not(const std::string& run) {
    const auto now = record();
    return now.value("state", "") == "finished" && now.value("run_id", "") != run;
  }
  static Finished give_up() {
    return muster({"provision", "again", "--new-certificate", kName, "--yes"});
  }

  Node node_{fleet(), {kName, "de", 1, {"base"}, ""}};
  std::filesystem::path workflow_;
};

TEST_F(NewCertificateTest, AMemberLeavesTheCollectiveAndIsProvisionedWithAnotherKey) {
  give_token();
  is_signed();
  std::filesystem::rename(ssldir() / "certs", ssldir() / "later");  // it joins
  node_.start();
  ASSERT_TRUE(node_.agent().says("in the join zone")) << node_.agent().output();
  std::filesystem::rename(ssldir() / "later", ssldir() / "certs");
  const auto orchestrator = fleet().start_orchestrator(workflow_);
  ASSERT_TRUE(fakes::wait_until([] { return is_finished_but_not(""); }))
      << orchestrator->output() << node_.agent().output();
  const auto run = record().value("run_id", "");
  const auto first_key = base::read_file(key()).value();

  std::filesystem::rename(token(), node_.file("kept"));
  node_.agent().signal(SIGHUP);
  ASSERT_TRUE(node_.agent().says("reloading")) << node_.agent().output();
  std::string refused;
  EXPECT_TRUE(fakes::wait_until([&] {
    refused = give_up().err;
    return refused.find("no join token") != std::string::npos;
  })) << refused;
  EXPECT_EQ(base::read_file(key()).value(), first_key) << "it keeps what it has";

  std::filesystem::rename(node_.file("kept"), token());
  node_.agent().signal(SIGHUP);
  const auto before = node_.agent().output().size();
  ASSERT_TRUE(fakes::wait_until([] { return give_up().exit_code == 0; })) << give_up().err;
  ASSERT_TRUE(node_.agent().says("in the join zone", before)) << node_.agent().output();
  EXPECT_EQ(base::read_file(key().string() + ".old").value(), first_key);
  EXPECT_FALSE(std::filesystem::exists(key()));
  EXPECT_TRUE(fleet().all_online()) << "it is no member meanwhile";
  is_signed();
  EXPECT_TRUE(fakes::wait_until([&] { return is_finished_but_not(run); }))
      << orchestrator->output() << node_.agent().output();
  EXPECT_TRUE(node_.agent().says("on the bus as n9.example.test", before));
  EXPECT_NE(base::read_file(key()).value(), first_key);
}

}  // namespace
}  // namespace muster::test
