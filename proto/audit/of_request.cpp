#include "proto/audit/of_request.hpp"

#include <utility>

#include "proto/envelope/value_codec.hpp"

namespace muster::audit {

Request of_request(const v1::Request& request, security::Role role, Value inputs, Verdict verdict,
                   std::string decided_by, std::string why) {
  Request line;
  line.id = request.id();
  line.caller = request.caller();
  line.role = security::name_of(role);
  line.collective = request.collective();
  line.agent = request.agent();
  line.action = request.action();
  line.inputs = std::move(inputs);
  if (verdict != Verdict::allowed)
    if (auto sent = envelope::decode_value(request.arguments())) line.inputs = std::move(*sent);
  line.verdict = verdict;
  line.decided_by = std::move(decided_by);
  line.why = std::move(why);
  return line;
}

Verdict verdict_of(v1::Outcome outcome) {
  switch (outcome) {
    case v1::OUTCOME_EXPIRED:
      return Verdict::expired;
    case v1::OUTCOME_BUSY:
      return Verdict::busy;
    case v1::OUTCOME_REFUSED:
      return Verdict::denied;
    default:
      return Verdict::invalid;
  }
}

}  // namespace muster::audit
