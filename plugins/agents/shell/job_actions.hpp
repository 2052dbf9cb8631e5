// The actions on jobs that shell and exec share: each sees its own jobs only.
#pragma once

#include <string>

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::shell {

// Of stdout and of stderr in one reply, each, as text.
inline constexpr std::size_t kReplyOutputBytes = 256 * 1024;

struct OwnJobs {
  const std::string& agent;  // the jobs' kind
  Jobs& jobs;

  // Outputs of the actions, as the description names them. `handle` of another agent's job:
  // Errc::refused, with that agent's name.
  Value list() const;
  Result<Value> status(const std::string& handle) const;
  // From these offsets on; stdout_offset and stderr_offset of the answer are where to go on. No
  // character is cut in two.
  Result<Value> output(const std::string& handle, std::int64_t stdout_offset,
                       std::int64_t stderr_offset) const;
  Result<Value> kill(const std::string& handle) const;

 private:
  Result<JobStatus> find(const std::string& handle) const;
};

}  // namespace muster::plugins::shell
