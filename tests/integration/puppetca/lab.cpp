#include "tests/integration/puppetca/lab.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

#include "proto/base/files.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::test {
namespace {

constexpr std::chrono::minutes kRunPatience{5};

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
}

void write_environment(const std::string& name, std::string_view manifest) {
  const auto path = Lab::folder() / "code/environments" / name / "manifests/site.pp";
  if (auto wrote = base::write_file(path, manifest); !wrote)
    throw std::runtime_error(wrote.error().message);
}

}  // namespace

const std::filesystem::path& Lab::folder() {
  static const auto path = std::filesystem::temp_directory_path() / "master";
  return path;
}

std::string Lab::ca_pem() {
  return base::read_file(folder() / "puppet/puppetserver/ca/ca_crt.pem").value();
}

void Lab::SetUp() {
  // What a run of each comes to: 2, 0, 4, 6 and 1.
  write_environment("bootstrap", "notify { 'first boot': }\n");
  write_environment("production", "");
  write_environment("failing", "exec { '/bin/false': }\n");
  write_environment("both", "notify { 'a change': }\nexec { '/bin/false': }\n");
  write_environment("trusted", "notify { \"the role is ${trusted['extensions']['pp_role']}\": }\n");
  write_environment("broken", "this is no manifest {\n");
  // Nodes get the list of infrastructure nodes alone, as Puppet Server 8 may be set up: whatever is revoked must be seen elsewhere.
  shell(fmt::format("'{}' start '{}' {} 127.0.0.1 --infra-crl", PUPPET_SERVER, folder().string(),
                    kMaster));
}

void Lab::TearDown() {
  shell(fmt::format("'{}' stop '{}'", PUPPET_SERVER, folder().string()));
}

Master::Master() {
  node_.paths.ssldir = Lab::folder() / "ssl";
  node_.paths.cadir = Lab::folder() / "puppet/puppetserver/ca";
  agent_ =
      std::make_unique<plugins::puppetca::PuppetcaAgent>(ddl::built_in("puppetca").value(), node_);
}

plugins::ActionReply Master::call(const std::string& action, Value data,
                                  std::chrono::seconds patience) {
  return agent_->handle(request_of(action, std::move(data), "cert=orchestrator1", patience));
}

NewNode::NewNode(const std::string& identity) : node_(identity, clock_) {
  begin();
}

NewNode::NewNode(const std::string& identity, plugins::PuppetPaths paths)
    : node_(identity, clock_) {
  node_.paths = std::move(paths);
  begin();
}

void NewNode::begin() {
  node_.paths.hosts_file = "/etc/hosts";
  auto spool = jobs::JobSpool::open(
      {node_.folder / "jobs", {JOB_HELPER, "--job-supervisor"}, {}, {}}, clock_);
  if (!spool) throw std::runtime_error(spool.error().message);
  spool_ = std::move(*spool);
  node_.job_spool = spool_.get();
  provision_ = std::make_unique<plugins::provision::ProvisionAgent>(
      ddl::built_in("provision").value(), node_);
  puppet_ = std::make_unique<plugins::puppet::PuppetAgent>(ddl::built_in("puppet").value(), node_);
  fence_ = call("claim", {{"workflow", "puppet"}, {"lease_s", 3600}}).data.at("fence");
  const auto pointed = call("set_puppet_host", {{"addresses", {"127.0.0.1"}}});
  if (pointed.status != 0) throw std::runtime_error(pointed.message);
}

plugins::ActionReply NewNode::call(const std::string& action, Value data) {
  if (fence_ != 0) data["fence"] = fence_;
  return provision_->handle(request_of(action, std::move(data)));
}

plugins::ActionReply NewNode::puppet(const std::string& action, Value data) {
  return puppet_->handle(request_of(action, std::move(data)));
}

Value NewNode::request() {
  auto reply = call("request_certificate", {{"ca_pem", Lab::ca_pem()}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  return reply.data;
}

Value NewNode::finish(const std::string& job) {
  const auto ended = spool_->wait(job, std::chrono::steady_clock::now() + kRunPatience);
  EXPECT_TRUE(ended) << (ended ? "" : ended.error().message);
  return call("job", {{"job", job}, {"offset", 0}}).data;
}

}  // namespace muster::test

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  testing::AddGlobalTestEnvironment(new muster::test::Lab);  // owned by GoogleTest
  return RUN_ALL_TESTS();
}
