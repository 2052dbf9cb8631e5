#include "orchestrator/daemon/attestation_audit.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace muster::daemon {
namespace {

std::string why_not(const provision::AttestationTold& told) {
  if (told.verdict == "none") return "it waits, for the program failed: " + told.reason;
  return fmt::format("{}: {}", told.verdict, told.reason);
}

}  // namespace

Status audit_attestation(audit::AuditLog& audit, const provision::AttestationOptions& asked,
                         const provision::AttestationTold& told) {
  audit::Request line;
  line.caller = "join-token=" + told.token_id;
  line.role = "machine";
  line.agent = "attestation";
  line.action = "admit";
  line.inputs = {{"node", told.identity},
                 {"key", told.key},
                 {"address", told.address},
                 {"took_ms", told.took.count()}};
  line.decided_by = asked.program.front();
  const bool admits = told.verdict == "admit";
  line.verdict = admits ? audit::Verdict::allowed : audit::Verdict::denied;
  if (!admits) line.why = why_not(told);
  return audit.request(std::move(line));
}

}  // namespace muster::daemon
