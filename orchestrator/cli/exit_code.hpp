// What the exit status of `muster` says. Documented in `muster --help` and docs/CLI.md.
#pragma once

#include "orchestrator/client/caller.hpp"

namespace muster::cli {

enum class ExitCode {
  ok = 0,      // every addressed node answered ok
  error = 1,   // nothing discovered, wrong usage, or an error of our own
  failed = 2,  // everybody answered; some failed or refused
  silent = 3,  // some or all did not answer
};

// Silence outweighs failure: of who failed something is known.
ExitCode exit_code_of(const client::CallResult& result);

}  // namespace muster::cli
