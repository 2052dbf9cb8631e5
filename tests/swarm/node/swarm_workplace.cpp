#include "tests/swarm/node/swarm_workplace.hpp"

#include <nlohmann/json.hpp>

namespace muster::swarm {

Status SwarmWorkplace::save(Progress progress) {
  progress_ = std::move(progress);
  return {};
}

// A swarm's nodes ask no master by its name.
Result<Value> SwarmWorkplace::set_puppet_host(const Value&) {
  return Value{{"changed", false}, {"lines", Value::array()}};
}

Result<Value> SwarmWorkplace::request_certificate() {
  if (!keys_.requested) {
    MUSTER_ASSIGN(keys_.requested, x509::Key::generate_p256());
  }
  MUSTER_ASSIGN(auto request, x509::make_request({.common_name = identity_}, *keys_.requested));
  auto fingerprint = request.fingerprint;
  MUSTER_TRY(ca_.put_request(identity_, std::move(request)));
  return Value{{"fingerprint", std::move(fingerprint)},
               {"state", "requested"},
               {"moved_aside", Value::array()}};
}

Result<Value> SwarmWorkplace::fetch_certificate(const Value&) {
  const auto certificate = ca_.certificate(identity_);
  if (!certificate || !keys_.requested || !certificate->matches(*keys_.requested))
    return fail(Errc::not_found, "the CA has not signed a certificate for " + identity_ + " yet");
  keys_.member.emplace(Pair{*keys_.requested, *certificate});
  return Value{{"fingerprint", certificate->fingerprint()},
               {"not_after_ms", certificate->not_after_ms()}};
}

std::string SwarmWorkplace::certificate_issuer() const {
  return keys_.member ? ca_.ca().certificate().subject() : "";
}

}  // namespace muster::swarm
