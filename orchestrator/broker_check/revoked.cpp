#include "orchestrator/broker_check/checks.hpp"

namespace muster::broker_check {

void check_revoked(const Plan& plan, Findings& findings) {
  const std::string role = "revoked node";
  const std::string claim = "is refused at the nodes' listener";
  if (!plan.revoked) return findings.untried(role, claim, "no certificate that its CA has revoked");
  auto options = plan.revoked->options;
  options.client_id.clear();
  const auto probe = Probe::open(std::move(options));
  if (probe)
    return findings.broken(
        role, claim, "it got in",
        "see that 'muster broker watch' runs beside the broker, and that its log tells of no list "
        "that is missing; the CA's master delivers it");
  if (probe.error().code == Errc::refused) return findings.holds(role, claim);
  findings.untried(role, claim, probe.error().message);
}

}  // namespace muster::broker_check
