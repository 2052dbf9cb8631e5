// The first half of run_child(); not for others.
#pragma once

#include <sys/types.h>

#include "proto/base/child.hpp"
#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::base {

struct Running {
  pid_t pid = -1;   // leader of its own process group; whoever holds this reaps it
  UniqueFd exited;  // pidfd, readable once the child has ended
  UniqueFd out;     // both do not block
  UniqueFd err;
};

Result<Running> start_child(const ChildSpec& spec);

}  // namespace muster::base
