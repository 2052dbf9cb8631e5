// What stands around a gate: a node "n1" in the collective "main", an operator "alice" who may do all
// but what a test forbids, and requests as she signs them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node-agent/dispatch/request_gate.hpp"
#include "proto/base/clock.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::agent {

struct GateSurroundings {
  GateSurroundings() { pki.trust(operators); }

  GateContext context(const AgentTable& agents) { return context(agents, clock); }
  GateContext context(const AgentTable& agents, const base::Clock& its_clock) {
    replay.emplace(its_clock, its_clock.unix_ms());
    return GateContext{
        .identity = identity,
        .clock = its_clock,
        .operators = operators,
        .agents = agents,
        .replay = *replay,
        .collectives = [this] { return collectives; },
        .facts = [this] { return std::make_shared<const Value>(facts); },
        .classes = [] { return std::vector<std::string>{"role::web"}; },
        .policy = [this](const messages::Request&, security::Role role) -> PolicyAnswer {
          last_role = role;
          if (allows) return {{}, "echo.policy:1"};
          return {fail(Errc::refused, "the policy says no"), "echo.policy:2"};
        },
        .audit = audit};
  }

  // A broadcast that passes.
  messages::Request request() {
    messages::Request wire;
    wire.id = "id-" + std::to_string(++last_id);
    wire.collective = "main";
    wire.agent = "echo";
    wire.action = "act";
    wire.caller = "alice";
    wire.sent_at_ms = clock.unix_ms();
    wire.ttl_s = 60;
    wire.reply_to = "muster/v1/main/rep/alice/s1";
    return wire;
  }
  std::string sealed(const messages::Request& wire) const {
    return sealed_by(pki.operator_(), wire);
  }
  static std::string sealed_by(const test::Holder& who, const messages::Request& wire,
                               envelope::Kind kind = envelope::Kind::request) {
    return who.signer().seal(kind, test::body_of(wire)).value();
  }

  test::TestPki pki;
  const std::string identity = "n1";
  fakes::FakeClock clock;
  base::SystemClock real_clock;  // of the certificates
  security::TrustStore operators{real_clock};
  std::optional<security::ReplayWindow> replay;  // of the last context
  std::vector<std::string> collectives{"main"};
  Value facts = {{"country", "de"}};
  bool allows = true;
  security::Role last_role = security::Role::none;
  int last_id = 0;
  GateStatistics statistics;
  fakes::TempFolder folder;
  audit::Options audit_options{.file = folder / "audit.log", .journal = false};
  audit::AuditLog audit{audit_options, identity, clock};
};

}  // namespace muster::agent
