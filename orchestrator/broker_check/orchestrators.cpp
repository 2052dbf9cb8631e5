#include "orchestrator/broker_check/checks.hpp"

namespace muster::broker_check {
namespace {

constexpr auto kOrchestratorRole = "orchestrator";
constexpr auto kWatcher = "watcher";
constexpr auto kAll = "muster/v1/#";

void judge_reach(const Result<bool>& arrived, bool wanted, const std::string& role,
                 const std::string& claim, Findings& findings) {
  if (!arrived) return findings.untried(role, claim, arrived.error().message);
  findings.judge(*arrived == wanted, role, claim,
                 wanted ? "the message did not arrive" : "the message arrived");
}

// What changes trust comes from orchestrators alone, and everybody who needs it reads it.
void trust(const Plan& plan, const Clients& clients, const std::string& echo, Findings& findings) {
  auto& self = *clients.orchestrator;
  const auto topic = topic_of(plan, "trust/muster-check");
  if (clients.operator_ != nullptr && clients.operator_->listen(topic)) {
    const auto said = self.say(topic, "trust");
    findings.judge(said && clients.operator_->hears(topic, "trust"), kOrchestratorRole,
                   "writes trust, which operators read", "an operator did not hear it");
  }
  if (clients.watcher == nullptr) return;
  if (const auto heard = clients.watcher->listen(kAll); !heard)
    return findings.broken(kWatcher, "subscribes", heard.error().message);
  findings.judge(self.say(topic, "trust 2") && clients.watcher->hears(topic, "trust 2"), kWatcher,
                 "reads trust", "it did not hear of it");
  judge_reach(reaches(*clients.watcher, topic, self, self, echo), false, kWatcher,
              "writes no trust", findings);
  if (clients.operator_ != nullptr)
    judge_reach(reaches(*clients.operator_,
                        topic_of(plan, "req/agent/muster-check/" + plan.operator_->name),
                        *clients.watcher, self, topic),
                false, kWatcher, "reads nothing else", findings);
}

}  // namespace

void check_orchestrator(const Plan& plan, const Clients& clients, Findings& findings) {
  if (clients.orchestrator == nullptr) return;
  auto& self = *clients.orchestrator;
  if (const auto heard = self.listen(kAll); !heard)
    return findings.broken(kOrchestratorRole, "subscribes", heard.error().message);
  const auto echo = own_topic(plan, *plan.orchestrator, "check/echo");
  judge_reach(reaches(self, own_topic(plan, *plan.orchestrator, "check/probe"), self, self, echo),
              true, kOrchestratorRole, "hears its own replies", findings);
  if (clients.operator_ != nullptr)
    judge_reach(
        reaches(*clients.operator_, topic_of(plan, "req/node/muster-check/" + plan.operator_->name),
                self, self, echo),
        false, kOrchestratorRole, "reads no requests to nodes", findings);
  judge_reach(reaches(self, topic_of(plan, "presence/muster-check"), self, self, echo), false,
              kOrchestratorRole, "shows no presence", findings);
  trust(plan, clients, echo, findings);
}

}  // namespace muster::broker_check
