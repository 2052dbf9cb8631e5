// What shell and exec have in common: run a command and wait for it, or start it as a job.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::shell {

// Of a run's stdout and stderr, each; the rest is left out and counted.
inline constexpr std::size_t kRunOutputMaxBytes = 256 * 1024;
inline constexpr std::chrono::hours kJobTimeout{24};         // unless the caller says otherwise
inline constexpr std::chrono::hours kJobTimeoutMax{7 * 24};  // as long as jobs are kept

// Nothing but a policy file allows these agents: none comes with Muster.
class CommandAgent : public DescribedAgent {
 public:
  CommandAgent(ddl::Lazy<ddl::Agent> ddl, Node& node)
      : DescribedAgent(std::move(ddl)), node_(node) {}

  ActionReply handle(const ActionRequest& request) override;

 private:
  virtual Result<std::vector<std::string>> argv(const Value& inputs) const = 0;
  virtual std::string title(const Value& inputs) const = 0;

  // Status 1 for an exit code that is not 0, and at the deadline: then it is killed, with its process
  // group and what has left that group with its MUSTER_CALL. What it wrote is in the reply all the
  // same.
  Result<ActionReply> run(const ActionRequest& request) const;
  Result<ActionReply> start(const ActionRequest& request);

  Node& node_;
};

}  // namespace muster::plugins::shell
