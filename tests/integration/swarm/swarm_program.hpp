// muster-swarm as it is run: beside an installation whose broker trusts its Puppet CA.
#pragma once

#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/cli/trusted_ca.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::test {

// Generous: a whole fleet, sanitized, on a busy machine.
inline constexpr std::chrono::seconds kFleetPatience{90};

// Killed with the object.
class SwarmProgram {
 public:
  // Beside `installation`, with ca.key and ca.pem of `ca` in its folder "swarm".
  SwarmProgram(const Installation& installation, const TestCa& ca) : installation_(installation) {
    ca.holder().write(installation.file("swarm"), "ca");
  }

  void start(std::size_t nodes, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{MUSTER_SWARM_PROGRAM,
                                   "--nodes",
                                   std::to_string(nodes),
                                   "--broker",
                                   installation_.nodes(),
                                   "--ca",
                                   installation_.file("swarm"),
                                   "--operator-root",
                                   installation_.in_operator("root.pem"),
                                   "--orchestrator-root",
                                   installation_.in_operator("orchestrator-root.pem")};
    words.insert(words.end(), more.begin(), more.end());
    program_ = std::make_unique<Daemon>(std::move(words), installation_.file("swarm.log"));
  }

  Daemon& program() const { return *program_; }
  // Whether it comes to tell `event`: on_bus, back, provisioned, left. False when it ends without.
  [[nodiscard]] bool tells(const std::string& event,
                           std::chrono::milliseconds patience = kFleetPatience) const {
    const auto told = [&] { return last(event).is_object() || !program_->running(); };
    return fakes::wait_until(told, patience) && last(event).is_object();
  }
  // Its last line about `event`; null when there is none.
  Value last(const std::string& event) const {
    std::istringstream lines(program_->output());
    Value last;
    for (std::string line; std::getline(lines, line);) {
      auto one = Value::parse(line, nullptr, false);
      if (one.is_object() && one.value("event", "") == event) last = std::move(one);
    }
    return last;
  }
  // The exit code; nothing when it does not end.
  std::optional<int> stop() {
    program_->signal(SIGTERM);
    return program_->wait(kFleetPatience);
  }

 private:
  const Installation& installation_;
  std::unique_ptr<Daemon> program_;
};

}  // namespace muster::test
