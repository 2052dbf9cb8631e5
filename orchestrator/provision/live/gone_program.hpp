// The site's program that asks the machines' provider, see InstanceGone.
#pragma once

#include <filesystem>

#include "orchestrator/provision/instance_gone.hpp"
#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

inline constexpr std::size_t kGoneOutputMaxBytes = 64 * 1024;

// Thread-safe.
class GoneProgram {
 public:
  // `program`: absolute; asked before each call whether others may write it (base::Guard::program).
  explicit GoneProgram(std::filesystem::path program);

  // Runs it with the question on stdin; within kGonePatience. Errc::aborted, timeout or invalid_data say what it did instead.
  Result<GoneWord> ask(const Value& question) const;
  // A call that runs is ended, and so is each that begins later.
  void stop();

 private:
  const std::filesystem::path program_;
  base::UniqueFd stopping_;  // an eventfd: readable once nobody waits any more
};

}  // namespace muster::provision
