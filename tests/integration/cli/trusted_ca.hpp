// A Puppet CA whose nodes an installation's broker lets in, as docs/CLI.md says how.
#pragma once

#include <memory>
#include <string>

#include "tests/integration/cli/installation.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::test {

// The watcher beside the broker, once that knows `ca` and its list, which revokes nobody. An orchestrator takes `muster trust
// add`, for nodes whose names match `names`, and ends. `master`: the node that signs for it; empty: none. A failure ends the
// test by an exception with what was said.
std::unique_ptr<Daemon> trust_ca(const Installation& installation, const TestCa& ca,
                                 const std::string& names, const std::string& master = "");
// The watcher alone.
std::unique_ptr<Daemon> start_broker_watch(const Installation& installation);

}  // namespace muster::test
