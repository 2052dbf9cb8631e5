// What `muster provision audit` shows of certificates that do not fit what Muster knows.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/audit/findings.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// By kind, each with what to do about it; then the masters of which not all was read, and why. Empty when there is nothing to say.
std::string findings_text(const std::vector<Finding>& findings,
                          const std::vector<CaListing>& listings);
// [{"kind", "name", "master", "serial", "issued_at", "expires_at"}]
Value findings_json(const std::vector<Finding>& findings);
// [{"master", "why"}] of those of which not all was read.
Value not_whole_json(const std::vector<CaListing>& listings);

}  // namespace muster::cli::render
