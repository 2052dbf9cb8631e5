#include "tests/sim/node/puppetca_agent.hpp"

#include <fmt/format.h>

#include "proto/ddl/texts.hpp"

namespace muster::sim {

PuppetcaAgent::PuppetcaAgent(PuppetCa& ca) : ddl_(ddl::built_in("puppetca").value()), ca_(ca) {}

plugins::ActionReply PuppetcaAgent::handle(const plugins::ActionRequest& request) {
  auto data = dispatch(request);
  return data ? plugins::ActionReply::ok(std::move(*data))
              : plugins::ActionReply::failed(data.error());
}

Result<Value> PuppetcaAgent::dispatch(const plugins::ActionRequest& request) {
  if (request.action == "health") return Value{{"running", true}, {"load", 0.5}, {"reason", ""}};
  if (request.action == "clean")
    return Value{{"was", ca_.clean(request.data.at("certname"))}, {"serials", Value::array()}};
  if (request.action != "sign")
    return fail(Errc::unknown_action,
                fmt::format("this puppetca has no action '{}'", request.action));
  const std::string fingerprint = request.data.at("fingerprint");
  MUSTER_TRY(ca_.sign(request.data.at("certname"), fingerprint));
  return Value{{"fingerprint", fingerprint}, {"already", false}};
}

}  // namespace muster::sim
