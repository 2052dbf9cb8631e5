#include "proto/audit/of_request.hpp"

#include <utility>

#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"

namespace muster::audit {

Request of_request(const messages::Request& request, security::Role role, Value inputs,
                   Verdict verdict, std::string decided_by, std::string why) {
  Request line;
  line.id = request.id;
  line.caller = request.caller;
  line.role = security::name_of(role);
  line.collective = request.collective;
  line.agent = request.agent;
  line.action = request.action;
  line.inputs = std::move(inputs);
  if (verdict != Verdict::allowed)
    if (request.arguments) line.inputs = *request.arguments;
  line.verdict = verdict;
  line.decided_by = std::move(decided_by);
  line.why = std::move(why);
  return line;
}

Verdict verdict_of(messages::Outcome outcome) {
  switch (outcome) {
    case messages::Outcome::expired:
      return Verdict::expired;
    case messages::Outcome::busy:
      return Verdict::busy;
    case messages::Outcome::refused:
      return Verdict::denied;
    default:
      return Verdict::invalid;
  }
}

}  // namespace muster::audit
