#include "orchestrator/broker_check/check.hpp"

#include <fmt/format.h>

#include "orchestrator/broker_check/checks.hpp"

namespace muster::broker_check {
namespace {

using ProbePtr = std::unique_ptr<Probe>;

constexpr auto kLetIn =
    "see that the broker runs, that the port is the one of this listener, and that the certificate "
    "is of its root and not revoked";

// Null when it has no credentials here, or does not get in; both are told.
ProbePtr enter(const std::optional<Party>& party, const std::string& role,
               const std::string& missing, Findings& findings) {
  const std::string claim = "gets in at its own listener";
  if (!party) {
    findings.untried(role, claim, missing);
    return nullptr;
  }
  auto probe = Probe::open(party->options);
  if (probe) {
    findings.holds(role, claim);
    return *std::move(probe);
  }
  findings.broken(role, claim, probe.error().message, kLetIn);
  return nullptr;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::broken:
      return "broken";
    case Verdict::untried:
      return "untried";
  }
  return "untried";
}

std::string topic_of(const Plan& plan, const std::string& rest) {
  return fmt::format("muster/v1/{}/{}", plan.collective, rest);
}

std::string own_topic(const Plan& plan, const Party& party, const std::string& rest) {
  return topic_of(plan, fmt::format("rep/{}/{}", party.name, rest));
}

std::vector<Finding> check(const Plan& plan, const std::function<void(const Finding&)>& told) {
  Findings findings(told);
  check_strangers(plan, findings);
  const auto operator_ = enter(plan.operator_, "operator", "no operator's certificate", findings);
  const auto orchestrator =
      enter(plan.orchestrator, "orchestrator", "no orchestrator's certificate", findings);
  const auto watcher = enter(plan.watcher, "watcher", "no watcher's certificate", findings);
  const auto node = enter(plan.node, "node", "no node's certificate", findings);
  const Clients clients{operator_.get(), orchestrator.get(), watcher.get(), node.get()};
  check_operator(plan, clients, findings);
  check_orchestrator(plan, clients, findings);
  check_node(plan, clients, findings);
  check_joining(plan, clients, findings);
  check_revoked(plan, findings);
  check_carriage(plan, clients, findings);
  check_retained(plan, clients, findings);
  for (const auto* probe : {&operator_, &orchestrator, &watcher, &node})
    if (*probe) (*probe)->leave();
  return findings.take();
}

}  // namespace muster::broker_check
