#include "orchestrator/client/request.hpp"

#include <algorithm>

#include "orchestrator/client/link.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;
using Names = std::vector<std::string>;

Status check(const Call& call) {
  MUSTER_TRY(base::check_word("agent", call.agent));
  MUSTER_TRY(base::check_word("action", call.action));
  if (call.reply_session && !call.reply_session->empty())
    MUSTER_TRY(base::check_word("session", *call.reply_session));
  for (const auto& target : call.targets) MUSTER_TRY(base::check_identity(target));
  return {};
}

Result<std::string> seal(const Link& link, const Call& call, const std::string& request_id,
                         Names::const_iterator first, Names::const_iterator last) {
  v1::Request wire;
  wire.set_id(request_id);
  wire.set_collective(link.collective());
  wire.set_agent(call.agent);
  wire.set_action(call.action);
  wire.set_caller(link.caller());
  wire.set_sent_at_ms(link.clock().unix_ms());
  wire.set_ttl_s(static_cast<std::uint32_t>(call.ttl.count()));
  wire.set_timeout_s(static_cast<std::uint32_t>(call.action_limit.count()));
  filter::to_wire(call.filter, *wire.mutable_filter());
  wire.mutable_targets()->Add(first, last);
  const Value& arguments = call.arguments.is_null() ? Value::object() : call.arguments;
  MUSTER_TRY(envelope::encode_value(arguments, *wire.mutable_arguments()));
  wire.set_tell_mismatch(call.tell_mismatch);
  wire.set_confirmed(call.confirmed);
  attach(call.approved, wire);
  const auto& session = call.reply_session;
  if (!session)
    wire.set_reply_to(topics::reply_prefix(link.collective(), link.caller(), link.session()));
  else if (!session->empty())
    wire.set_reply_to(topics::reply_prefix(link.collective(), link.caller(), *session));
  return link.signer().seal(envelope::Kind::request, envelope::pack(wire));
}

}  // namespace

void attach(const Attached& approved, v1::Request& wire) {
  if (approved.statement.empty()) return;
  wire.mutable_approved()->set_statement(approved.statement);
  for (const auto& one : approved.approvals) wire.mutable_approved()->add_approvals(one);
}

Result<std::vector<OutgoingRequest>> make_requests(const Link& link, const Call& call,
                                                   const std::string& request_id) {
  MUSTER_TRY(check(call));
  std::vector<OutgoingRequest> requests;
  if (call.targets.empty()) {
    MUSTER_ASSIGN(auto payload,
                  seal(link, call, request_id, call.targets.end(), call.targets.end()));
    requests.push_back({std::move(payload),
                        {topics::request_to_agent(link.collective(), call.agent, link.caller())}});
    return requests;
  }
  for (auto first = call.targets.begin(); first != call.targets.end();) {
    const auto left = static_cast<std::size_t>(call.targets.end() - first);
    const auto last = first + static_cast<std::ptrdiff_t>(std::min(left, kTargetsPerRequest));
    MUSTER_ASSIGN(auto payload, seal(link, call, request_id, first, last));
    OutgoingRequest request{std::move(payload), {}};
    for (; first != last; ++first)
      request.topics.push_back(topics::request_to_node(link.collective(), *first, link.caller()));
    requests.push_back(std::move(request));
  }
  return requests;
}

Result<OutgoingRequest> make_join_request(const Link& link, const Call& call,
                                          const std::string& request_id,
                                          const std::string& client_id) {
  MUSTER_TRY(check(call));
  MUSTER_ASSIGN(auto payload,
                seal(link, call, request_id, call.targets.begin(), call.targets.end()));
  return OutgoingRequest{std::move(payload), {topics::join_down(client_id)}};
}

}  // namespace muster::client
