#include <fmt/format.h>

#include "orchestrator/broker_check/checks.hpp"

namespace muster::broker_check {
namespace {

// Whether `options` are refused at `listener`. What cannot be reached tells nothing.
void expect_refused(transport::mqtt::Options options, const std::string& listener,
                    const std::string& role, const std::string& claim, Findings& findings) {
  if (listener.empty()) return findings.untried(role, claim, "the listener's address is not known");
  options.brokers = {listener};
  options.client_id.clear();
  const auto probe = Probe::open(std::move(options));
  if (probe) return findings.broken(role, claim, fmt::format("got in at {}", listener));
  if (probe.error().code == Errc::refused) return findings.holds(role, claim);
  findings.untried(role, claim, probe.error().message);
}

struct Door {
  std::string name;
  std::string address;
};

std::vector<Door> certificate_doors(const Listeners& listeners) {
  return {{"nodes'", listeners.nodes},
          {"operators'", listeners.operators},
          {"orchestrators'", listeners.orchestrators},
          {"watchers'", listeners.watchers},
          {"masters'", listeners.masters}};
}

void without_credentials(const Plan& plan, Findings& findings) {
  transport::mqtt::Options nobody;
  nobody.ca_file = plan.ca_file;
  for (const auto& door : certificate_doors(plan.listeners))
    expect_refused(nobody, door.address, "stranger",
                   fmt::format("is refused at the {} listener", door.name), findings);
  expect_refused(nobody, plan.listeners.join, "stranger",
                 "is refused at the join listener without a password", findings);
  nobody.user = "join";
  nobody.password = "no password of anybody";
  expect_refused(nobody, plan.listeners.join, "stranger",
                 "is refused at the join listener with a wrong password", findings);
}

// Every listener has a root of its own, but for the watchers' and the masters'.
void at_others_doors(const Plan& plan, Findings& findings) {
  struct Guest {
    const std::optional<Party>& party;
    std::string role;
    std::vector<std::string> refused;  // at these
  };
  for (const auto& guest :
       {Guest{plan.operator_, "operator", {"nodes'", "orchestrators'", "watchers'", "masters'"}},
        Guest{plan.orchestrator, "orchestrator", {"nodes'", "operators'", "masters'"}},
        Guest{plan.node, "node", {"operators'", "orchestrators'", "watchers'"}}})
    for (const auto& door : certificate_doors(plan.listeners))
      for (const auto& name : guest.refused)
        if (guest.party && name == door.name)
          expect_refused(guest.party->options, door.address, guest.role,
                         fmt::format("is refused at the {} listener", door.name), findings);
}

}  // namespace

void check_strangers(const Plan& plan, Findings& findings) {
  without_credentials(plan, findings);
  at_others_doors(plan, findings);
}

}  // namespace muster::broker_check
