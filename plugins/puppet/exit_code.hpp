// What a Puppet run says by its exit code: `puppet agent` and `puppet apply` with
// --detailed-exitcodes, see puppet-agent(8). Nodes, orchestrators and the command line judge it
// here alone.
#pragma once

#include "proto/base/result.hpp"

namespace muster::plugins::puppet {

// 0: nothing was to be done; 2: changes were made; both without failures.
bool run_succeeded(int exit_code);

// 2, or 6 where some resources failed too.
bool run_changed(int exit_code);

// Nothing for a run that succeeded; else a sentence with the code in it: Errc::timeout when the run
// was stopped at its time limit (124, as coreutils' timeout says it), Errc::aborted for all others.
Status check_exit_code(int exit_code);

}  // namespace muster::plugins::puppet
