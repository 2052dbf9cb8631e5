#include "tests/support/played/puppetca_agent.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "plugins/agents/puppetca/owed.hpp"

namespace muster::played {

plugins::ActionReply PuppetcaAgent::handle(const plugins::ActionRequest& request) {
  auto data = answer(request);
  return data ? plugins::ActionReply::ok(std::move(*data))
              : plugins::ActionReply::failed(data.error());
}

Result<Value> PuppetcaAgent::answer(const plugins::ActionRequest& request) {
  const auto ill = ca_.ill_because();
  if (request.action == "health") return health(request, ill);
  if (!ill.empty()) return fail(Errc::unavailable, ill);
  if (const auto why = ca_.refuses_because(); !why.empty()) return fail(Errc::aborted, why);
  if (request.action == "sign") {
    const std::string fingerprint = request.data.at("fingerprint");
    MUSTER_ASSIGN(const bool now, ca_.sign(request.data.at("certname"), fingerprint));
    return Value{{"fingerprint", fingerprint}, {"already", !now}};
  }
  if (request.action == "clean") {
    return clean(request.data.at("certname"), request);
  }
  if (request.action == "status") {
    const auto fingerprint = ca_.signed_fingerprint(request.data.at("certname"));
    return Value{{"state", fingerprint.empty() ? "absent" : "signed"},
                 {"fingerprint", fingerprint}};
  }
  return fail(Errc::unknown_action,
              fmt::format("a played puppetca has no action '{}'", request.action));
}

Value PuppetcaAgent::health(const plugins::ActionRequest& request, const std::string& ill) const {
  Value out{{"running", ill.empty()}, {"load", 0.0}, {"reason", ill}};
  if (!lends_ || !request.data.contains("most")) return out;
  const auto& having = request.data.at("in_flight");
  out["places"] = lends_->places.lend(
      {request.caller, having.value(lends_->master, std::size_t{0}), request.data.at("more"),
       request.data.at("most"), request.data.at("asked_at_ms")},
      lends_->clock.steady());
  return out;
}

std::int64_t PuppetcaAgent::waited_ms(const plugins::ActionRequest& request) const {
  if (!lends_) return 0;
  return lends_->clock.unix_ms() - plugins::puppetca::received_ms(lends_->clock, request.received);
}

// A debt, and an orchestrator whose lease is over, is older than what was signed since.
Result<Value> PuppetcaAgent::clean(const std::string& certname,
                                   const plugins::ActionRequest& request) {
  const auto& data = request.data;
  const auto clock_is_known = ca_.now_ms() > 0;
  const auto now_ms = ca_.now_ms() - waited_ms(request);
  MUSTER_ASSIGN(const auto owed,
                plugins::puppetca::owed_of(
                    data, clock_is_known ? now_ms : data.value("asked_at_ms", std::int64_t{0})));
  if (!owed.issued_before_ms || ca_.signed_at_ms(certname) < *owed.issued_before_ms) {
    const auto cleaned = ca_.clean(certname);
    return Value{{"was", cleaned.was}, {"serials", cleaned.serials}};
  }
  Value cleaned{{"was", "signed"}, {"serials", Value::array()}};
  if (data.value("vacate", false)) cleaned["kept"] = "signed";
  return cleaned;
}

}  // namespace muster::played
