#include "orchestrator/cli/exit_code.hpp"

namespace muster::cli {

ExitCode exit_code_of(const client::CallResult& result) {
  if (result.results.empty()) return ExitCode::error;
  if (!result.complete()) return ExitCode::silent;
  return result.all_ok() ? ExitCode::ok : ExitCode::failed;
}

}  // namespace muster::cli
