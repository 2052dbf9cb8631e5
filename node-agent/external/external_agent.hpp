// An agent in any language, after Choria's external agents, version 1: one run of its program for
// each request, in a process of its own.
#pragma once

#include <filesystem>

#include "node-agent/external/surroundings.hpp"
#include "plugins/api/agent.hpp"

namespace muster::external {

// Choria's: what a process gets beyond its DDL's timeout, and what the question whether it wants to
// be active may take.
inline constexpr std::chrono::milliseconds kStartUpTime{1'500};
inline constexpr std::chrono::milliseconds kActivationLimit{2'000};

class ExternalAgent final : public plugins::Agent {
 public:
  // `around` outlives it.
  ExternalAgent(ddl::Agent ddl, std::filesystem::path program, const Surroundings& around)
      : ddl_(std::move(ddl)), program_(std::move(program)), around_(around) {}

  // Its own answer to the activation request, asked anew at each call. `cancel_fd`: see Call.
  Result<bool> wants_to_be_active(int cancel_fd) const;

  const ddl::Agent& ddl() const override { return ddl_; }
  std::chrono::milliseconds start_up_time() const override { return kStartUpTime; }
  plugins::ActionReply handle(const plugins::ActionRequest& request) override;

 private:
  const ddl::Agent ddl_;
  const std::filesystem::path program_;
  const Surroundings
      around_;  // a copy: whoever found it may go on with it after the watch has ended
};

}  // namespace muster::external
