// What the commands below `job` share.
#pragma once

#include <fmt/format.h>

#include <string>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {

inline constexpr std::size_t kHandleLength = 32;  // of base::random_id(), hexadecimal

struct JobOptions {
  CallOptions call;
  OutputOptions output;
  std::string agent = "shell";  // who started it
  std::string handle;

  // Errc::config for what was never a handle, mistyped or not.
  Status check_handle() const;
  // Errc::config for an agent that starts no such jobs.
  Result<ddl::Agent> described() const;
};

void add_agent_option(Command command, JobOptions& options);
void add_job_watch(Program& program, Command group);

}  // namespace muster::cli
