// What the site's attestation said of a machine, in the audit.
#pragma once

#include "orchestrator/provision/live/attestation_program.hpp"
#include "proto/audit/audit_log.hpp"
#include "proto/base/result.hpp"

namespace muster::daemon {

// As a request of who holds the join token, to admit that machine: allowed, or denied with the reason. So who has one token
// cannot push out the lines of others (audit::kRefusalLines). An error as AuditLog::request(). Thread-safe.
Status audit_attestation(audit::AuditLog& audit, const provision::AttestationOptions& asked,
                         const provision::AttestationTold& told);

}  // namespace muster::daemon
