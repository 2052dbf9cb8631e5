// An operator "alice", who is an admin, and orchestrators that serve her, over a bus in memory.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/control/control_desk.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::control {

struct FakeProvisioning final : Provisioning {
  Outcomes again(const Nodes& nodes, const std::string&) override { return note("again", nodes); }
  Outcomes new_certificate(const Nodes& nodes, const std::string&) override {
    return note("new certificate", nodes);
  }
  Outcomes retry(const Nodes& nodes, const std::string&) override { return note("retry", nodes); }
  Outcomes cancel(const Nodes& nodes, const std::string& caller) override {
    return note("for " + caller + " cancel", nodes);
  }
  Outcomes decommission(const Nodes& nodes, const std::string&) override {
    return note("decommission", nodes);
  }
  Outcomes forget(const Nodes& nodes, const std::string&) override { return note("forget", nodes); }
  Outcomes note(const std::string& what, const Nodes& nodes) {
    Outcomes outcomes;
    for (const auto& node : nodes) {
      asked.push_back(what + " " + node);
      outcomes.push_back(refused.contains(node) ? Result<std::string>(fail(refused.at(node)))
                                                : Result<std::string>("left of " + node));
    }
    return outcomes;
  }
  std::vector<std::string> asked;
  std::map<std::string, Error> refused;  // by node
};

struct FakeTrust final : Approvals, Bans, Tokens {
  Status approve(const std::string& node, const std::string& key_fingerprint,
                 const std::string& caller) override {
    return note("approve " + node + " with " + key_fingerprint.substr(0, 4) + " by " + caller);
  }
  Result<std::string> group_of_step(const StepOfRun& step) override {
    return fail(Errc::not_found, step.node + " waits for nobody's approval");
  }
  Status approve_step(const StepOfRun& step, const std::string& caller) override {
    return note("approve step " + step.step + " of " + step.node + " by " + caller);
  }
  Status ban(const std::string& node, const std::string& reason,
             const std::string& caller) override {
    return note("ban " + node + " (" + reason + ") by " + caller);
  }
  Status unban(const std::string& node, const std::string& caller) override {
    return note("unban " + node + " by " + caller);
  }
  Status revoke(const std::string& token, const std::string& caller) override {
    return note("revoke " + token + " by " + caller);
  }
  Status note(std::string what) {
    asked.push_back(std::move(what));
    return {};
  }
  std::vector<std::string> asked;
};

// One orchestrator with a desk; its policies name `admin` alone.
struct ServingOrchestrator {
  ServingOrchestrator(client::ClientLab& lab, const std::string& name,
                      const std::string& admin = "alice", Duties duties = {}) {
    folder.write("policies/groups", "admins cert=" + admin + "\n");
    link = std::make_unique<client::Link>(
        lab.broker().connect(name),
        lab.pki().orchestrator_root().issue_member(name, "orchestrator").signer(), "main", clock);
    lab.pki().trust(link->operators());
    client::must(link->learn_trust());
    auto started =
        ControlDesk::start(*link, duties,
                           {folder / "policies", folder / "requests.seen",
                            std::make_shared<audit::AuditLog>(
                                audit::Options{.file = folder / "audit.log", .journal = false},
                                link->caller(), clock)});
    if (!started) throw std::runtime_error(started.error().message);
    desk = *std::move(started);
  }
  std::string audit() const { return folder.read("audit.log"); }

  base::SystemClock clock;
  fakes::TempFolder folder;
  std::unique_ptr<client::Link> link;
  std::unique_ptr<ControlDesk> desk;
};

}  // namespace muster::control
