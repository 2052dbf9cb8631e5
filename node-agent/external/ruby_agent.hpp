// One of MCollective's Ruby agents, unchanged. A host program loads it with MCollective's own library,
// in a process of its own for each request.
#pragma once

#include <filesystem>

#include "node-agent/external/surroundings.hpp"
#include "plugins/api/agent.hpp"

namespace muster::external {

inline constexpr std::chrono::milliseconds kDescribeLimit{10'000};

// What the host says of an agent: whether its activate_when wants it, and its .ddl in our format.
// Inputs whose expression is Ruby's alone are left to the agent's own library to check.
struct RubyDescription {
  bool active = false;
  ddl::Agent ddl;
};

// The agent `name` of <libdir>/mcollective/agent. `cancel_fd`: see Call.
Result<RubyDescription> describe_ruby_agent(const std::string& name,
                                            const std::filesystem::path& libdir,
                                            const Surroundings& around, int cancel_fd);

class RubyAgent final : public plugins::Agent {
 public:
  // `around` outlives it.
  RubyAgent(ddl::Agent ddl, std::filesystem::path libdir, const Surroundings& around)
      : ddl_(std::move(ddl)), libdir_(std::move(libdir)), around_(around) {}

  const ddl::Agent& ddl() const override { return ddl_; }
  std::chrono::milliseconds start_up_time() const override;
  plugins::ActionReply handle(const plugins::ActionRequest& request) override;

 private:
  const ddl::Agent ddl_;
  const std::filesystem::path libdir_;
  const Surroundings
      around_;  // a copy: whoever found it may go on with it after the watch has ended
};

}  // namespace muster::external
