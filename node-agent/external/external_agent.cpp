#include "node-agent/external/external_agent.hpp"

#include "node-agent/external/call.hpp"
#include "node-agent/external/protocol.hpp"

namespace muster::external {
namespace {

Result<plugins::ActionReply> answer(const Call& call) {
  MUSTER_ASSIGN(const auto text, run_call(call));
  return read_rpc_reply(text);
}

}  // namespace

Result<bool> ExternalAgent::wants_to_be_active(int cancel_fd) const {
  Call call;
  call.agent = ddl_.name;
  call.argv = {program_.string()};
  call.protocol = kActivationRequest;
  call.request = activation_request(ddl_.name);
  call.facts = around_.facts();
  call.config = around_.plugin_config / ddl_.name;
  call.timeout = kActivationLimit;
  call.cancel_fd = cancel_fd;
  MUSTER_ASSIGN(const auto text, run_call(call));
  return read_activation_reply(text);
}

plugins::ActionReply ExternalAgent::handle(const plugins::ActionRequest& request) {
  Call call;
  call.agent = ddl_.name;
  call.argv = {program_.string()};
  call.protocol = kRpcRequest;
  call.request = rpc_request(request);
  call.facts = around_.facts();
  call.config = around_.plugin_config / ddl_.name;
  call.timeout = left_for(request);
  return reply_of(request, ddl_, answer(call));
}

}  // namespace muster::external
