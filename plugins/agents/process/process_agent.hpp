// process: lists the processes of a node, and signals them.
#pragma once

#include <vector>

#include "plugins/agents/process/process_table.hpp"
#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::process {

inline constexpr std::size_t kListedMax = 2'000;            // in one reply; the rest is counted
inline constexpr std::size_t kListedMaxBytes = 600 * 1024;  // as JSON: a reply has room for it
inline constexpr std::size_t kKilledMax = 1'000;            // by one pattern; more is refused

// What `list` answers: the first of them, as many as fit.
Value listed(const std::vector<Process>& found);

class ProcessAgent final : public DescribedAgent {
 public:
  ProcessAgent(ddl::Lazy<ddl::Agent> ddl, Node&) : DescribedAgent(std::move(ddl)) {}

  ActionReply handle(const ActionRequest& request) override;
};

}  // namespace muster::plugins::process
