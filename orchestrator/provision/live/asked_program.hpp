// A program of the site's that is asked one thing at a time: JSON on stdin, its answer on stdout.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

inline constexpr std::size_t kAskedOutputMaxBytes = 64 * 1024;  // of stdout and of stderr, each

// Its first word, and each further one that is an absolute path of a file: a script, or what it reads. Errc::refused, or
// not_found, says what is wrong and what mends it (base::Guard::program).
Status check_asked_program(const std::vector<std::string>& argv);

// Thread-safe: may run several times at once.
class AskedProgram {
 public:
  // argv[0]: absolute. `patience`: of one call; then it is killed with all that it started.
  AskedProgram(std::vector<std::string> argv, std::chrono::milliseconds patience);

  // What it printed, when it ended with 0. Before each call it is asked whether others may write it. Errc::aborted, timeout or
  // limit say what it did instead, with its name.
  Result<std::string> ask(const Value& question) const;
  // Calls that run are ended, and so is each that begins later.
  void stop();
  const std::string& name() const { return argv_.front(); }

 private:
  const std::vector<std::string> argv_;
  const std::chrono::milliseconds patience_;
  base::UniqueFd stopping_;  // an eventfd: readable once nobody waits any more
};

}  // namespace muster::provision
