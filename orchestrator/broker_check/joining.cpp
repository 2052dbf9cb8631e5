#include <fmt/format.h>

#include "orchestrator/broker_check/checks.hpp"
#include "proto/base/encoding.hpp"

namespace muster::broker_check {
namespace {

constexpr auto kJoiningRole = "joining machine";
constexpr auto kWholeZone = "muster/v1/join/#";
constexpr auto kForNobody = "muster/v1/join/muster-check/down";

std::string down(const std::string& client_id) {
  return fmt::format("muster/v1/join/{}/down", client_id);
}

void in_the_zone(const Plan& plan, Probe& self, const std::string& id, Probe& orchestrator,
                 Findings& findings) {
  const auto judge = [&](const Result<bool>& arrived, const std::string& claim) {
    if (!arrived) return findings.untried(kJoiningRole, claim, arrived.error().message);
    findings.judge(!*arrived, kJoiningRole, claim, "the message arrived");
  };
  const bool hears = self.listen(kWholeZone) && orchestrator.say(down(id), "answer") &&
                     self.hears(down(id), "answer");
  findings.judge(hears, kJoiningRole, "hears its own answers",
                 "an orchestrator's answer did not arrive");
  if (!hears) return;
  judge(reaches(orchestrator, kForNobody, self, orchestrator, down(id)),
        "hears no others' answers");
  const auto echo = own_topic(plan, *plan.orchestrator, "check/echo");
  if (!orchestrator.listen(kWholeZone) || !orchestrator.listen(echo)) return;
  judge(reaches(self, "muster/v1/join/muster-check/announce", orchestrator, orchestrator, echo),
        "announces nobody else");
}

}  // namespace

void check_joining(const Plan& plan, const Clients& clients, Findings& findings) {
  const std::string claim = "gets in with the join password";
  if (!plan.join)
    return findings.untried(kJoiningRole, claim, "no join token and no join password");
  auto options = *plan.join;
  options.client_id = base::random_id();
  const auto id = options.client_id;
  const auto self = Probe::open(std::move(options));
  if (!self)
    return findings.broken(
        kJoiningRole, claim, self.error().message,
        self.error().code == Errc::refused
            ? "see that the password is the one that the broker was configured with"
            : "see that the broker runs, and that the port is the join listener's");
  findings.holds(kJoiningRole, claim);
  if (clients.orchestrator == nullptr)
    findings.untried(kJoiningRole, "reaches its own topics alone",
                     "needs an orchestrator beside it");
  else
    in_the_zone(plan, **self, id, *clients.orchestrator, findings);
  (*self)->leave();
}

}  // namespace muster::broker_check
