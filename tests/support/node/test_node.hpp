// A node agent reduced to what Puppet's agents ask of it: folders of a test's own, real jobs where
// they are given.
#pragma once

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::test {

// Thread-safe as far as its const members are; set up the public ones first.
class TestNode : public plugins::Node {
 public:
  TestNode(std::string identity, const base::Clock& clock)
      : identity_(std::move(identity)), clock_(clock) {
    paths.confdir = folder / "puppet";
    paths.ssldir = folder / "ssl";
    paths.vardir = folder / "var";
    paths.cadir = folder / "ca";
    paths.overridden = {"confdir", "ssldir", "vardir", "cadir"};
    paths.hosts_file = folder / "hosts";
  }

  const std::string& identity() const override { return identity_; }
  std::string version() const override { return "0.1.0"; }
  Value facts() const override { return its_facts; }
  std::vector<std::string> classes() const override { return {}; }
  std::vector<std::string> agents() const override { return {}; }
  std::vector<std::shared_ptr<const ddl::Agent>> agent_ddls() const override { return {}; }
  Value statistics() const override { return Value::object(); }
  std::vector<std::string> collectives() const override { return {"mcollective"}; }
  const base::Clock& clock() const override { return clock_; }
  const plugins::PuppetPaths& puppet() const override { return paths; }
  std::filesystem::path state_folder() const override { return folder / "state"; }
  plugins::Jobs& jobs() override {
    if (job_spool == nullptr) throw std::logic_error("this test gave its node no jobs");
    return *job_spool;
  }
  std::string boot_id() const override { return its_boot_id; }
  std::vector<std::string> reboot_command() const override { return its_reboot_command; }
  void enter_collective() override { ++entered; }
  Status can_join() const override { return joinable; }
  void leave_collective() override { ++left; }
  void presence_changed() override { ++presence_changes; }

  fakes::TempFolder folder;
  plugins::PuppetPaths paths;
  Value its_facts = Value::object();
  std::string its_boot_id = "boot-1";
  std::vector<std::string> its_reboot_command;
  plugins::Jobs* job_spool = nullptr;
  std::atomic<int> entered{0};
  std::atomic<int> left{0};  // the collective
  Status joinable;
  std::atomic<int> presence_changes{0};

 private:
  const std::string identity_;
  const base::Clock& clock_;
};

// A request as the dispatcher hands it on.
inline plugins::ActionRequest request_of(std::string action, Value data,
                                         std::string caller = "cert=orchestrator1",
                                         std::chrono::seconds patience = std::chrono::seconds(60)) {
  plugins::ActionRequest request;
  request.action = std::move(action);
  request.data = std::move(data);
  request.caller = std::move(caller);
  request.deadline = std::chrono::steady_clock::now() + patience;
  return request;
}

}  // namespace muster::test
