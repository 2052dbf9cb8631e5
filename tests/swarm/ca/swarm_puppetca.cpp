#include "tests/swarm/ca/swarm_puppetca.hpp"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

namespace muster::swarm {

plugins::ActionReply SwarmPuppetca::handle(const plugins::ActionRequest& request) {
  auto data = answer(request);
  return data ? plugins::ActionReply::ok(std::move(*data))
              : plugins::ActionReply::failed(data.error());
}

Result<Value> SwarmPuppetca::answer(const plugins::ActionRequest& request) {
  if (request.action == "health") return Value{{"running", true}, {"load", 0.0}, {"reason", ""}};
  if (request.action == "sign") {
    const std::string fingerprint = request.data.at("fingerprint");
    MUSTER_ASSIGN(const bool now, ca_.sign(request.data.at("certname"), fingerprint));
    return Value{{"fingerprint", fingerprint}, {"already", !now}};
  }
  if (request.action == "clean") {
    if (is_newer_than_owed(request.data))
      return Value{{"was", "signed"}, {"serials", Value::array()}};
    const auto serials = ca_.clean(request.data.at("certname"));
    return Value{{"was", serials.empty() ? "absent" : "signed"}, {"serials", serials}};
  }
  if (request.action == "status") {
    const auto its = ca_.certificate(request.data.at("certname"));
    return Value{{"state", its ? "signed" : "absent"},
                 {"fingerprint", its ? its->fingerprint() : ""}};
  }
  return fail(Errc::unknown_action,
              fmt::format("a swarm's puppetca has no action '{}'", request.action));
}

// Paying a debt: certificates begin a day before they are issued.
bool SwarmPuppetca::is_newer_than_owed(const Value& data) const {
  const auto before_ms = data.value("issued_before_ms", std::int64_t{0});
  const auto its = ca_.certificate(data.at("certname"));
  const std::chrono::milliseconds day = std::chrono::hours(24);
  return before_ms > 0 && its && its->not_before_ms() + day.count() >= before_ms;
}

}  // namespace muster::swarm
