#include "orchestrator/broker_check/checks.hpp"

namespace muster::broker_check {
namespace {

constexpr auto kOperatorRole = "operator";
constexpr auto kEverything = "muster/v1/#";

// What an operator says on `topic` must not come to `to`.
void silent(const Plan& plan, Probe& from, Probe& to, const std::string& topic,
            const std::string& claim, Findings& findings) {
  const auto arrived =
      reaches(from, topic_of(plan, topic), to, to, own_topic(plan, *plan.operator_, "check/echo"));
  if (!arrived) return findings.untried(kOperatorRole, claim, arrived.error().message);
  findings.judge(!*arrived, kOperatorRole, claim, "a message on " + topic + " arrived");
}

}  // namespace

void check_operator(const Plan& plan, const Clients& clients, Findings& findings) {
  if (clients.operator_ == nullptr) return;
  auto& self = *clients.operator_;
  if (const auto heard = self.listen(kEverything); !heard)
    return findings.broken(kOperatorRole, "subscribes", heard.error().message);
  const auto echo = own_topic(plan, *plan.operator_, "check/echo");
  const auto own = reaches(self, own_topic(plan, *plan.operator_, "check/probe"), self, self, echo);
  findings.judge(own && *own, kOperatorRole, "hears its own replies",
                 "a message to itself did not arrive");
  if (!own || !*own) return;
  silent(plan, self, self, "req/node/muster-check/" + plan.operator_->name, "reads no requests",
         findings);
  silent(plan, self, self, "req/orchestrator/muster-check/" + plan.operator_->name,
         "reads no requests to orchestrators", findings);
  silent(plan, self, self, "presence/muster-check", "shows no presence", findings);
  silent(plan, self, self, "trust/muster-check", "writes no trust", findings);
  silent(plan, self, self, "provision/muster-check", "writes no records", findings);
  silent(plan, self, self, "event/failed/muster-check", "tells no events", findings);
  self.deafen(kEverything);
}

}  // namespace muster::broker_check
