// What changes trust or the fleet is asked of the orchestrators: config/ddl/agent/orchestrator.json
// has the actions, docs/PROTOCOL.md the messages.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::client {

class Link;

// Every orchestrator that runs hears the request and may answer otherwise, for one may know a node
// that another does not. After a refusal we wait this long for one that carried it out.
inline constexpr std::chrono::milliseconds kControlSecondOpinion{500};
inline constexpr std::size_t kControlAnswersMax = 64;  // orchestrators heard at once
inline constexpr std::chrono::seconds kControlTtl{60};

struct ControlAnswer;

struct ControlRequest {
  std::string action;
  Value arguments = Value::object();
  std::string orchestrator = {};  // the only one to do it; empty: all that run
  std::chrono::milliseconds timeout{15'000};
  Attached approved = {};
  std::chrono::milliseconds listen{
      kControlSecondOpinion};  // ask_all_orchestrators: after the first
  bool confirmed = false;      // more nodes are meant than a policy's max_nodes
  // ask_all_orchestrators: nobody else need be heard. Empty: who answers in time is.
  std::function<bool(const std::vector<ControlAnswer>& heard)> enough = {};
};

struct ControlAnswer {
  std::string orchestrator;  // who did it, or refused
  Outcome outcome = Outcome::failed;
  int status = 0;  // 0 ok, 1-5 as MCollective's
  std::string message;
  Value data;
  std::optional<x509::Certificate> certificate = {};  // that it signed with
};

// Blocks; thread-safe. The answer of the first that carried it out, else the first refusal.
// Errc::timeout when nobody answers, Errc::refused when every answer fails to verify.
Result<ControlAnswer> ask_orchestrators(Link& link, const ControlRequest& request);

// Every answer that comes until `listen` after the first, refusals too: for what one orchestrator may
// know and another not. Same errors.
Result<std::vector<ControlAnswer>> ask_all_orchestrators(Link& link, const ControlRequest& request);

}  // namespace muster::client
