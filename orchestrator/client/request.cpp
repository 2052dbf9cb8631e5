#include "orchestrator/client/request.hpp"

#include <algorithm>

#include "orchestrator/client/link_core.hpp"
#include "proto/base/names.hpp"
#include "proto/messages/request.hpp"
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

Result<std::string> seal(const LinkCore& link, const Call& call, const std::string& request_id,
                         Names::const_iterator first, Names::const_iterator last) {
  messages::Request wire;
  wire.id = request_id;
  wire.collective = link.collective();
  wire.agent = call.agent;
  wire.action = call.action;
  wire.caller = link.caller();
  wire.sent_at_ms = link.clock().unix_ms();
  wire.ttl_s = static_cast<std::uint32_t>(call.ttl.count());
  wire.timeout_s = static_cast<std::uint32_t>(call.action_limit.count());
  wire.filter = call.filter;
  wire.targets.assign(first, last);
  if (!call.arguments.is_null()) wire.arguments = call.arguments;
  wire.tell_mismatch = call.tell_mismatch;
  wire.confirmed = call.confirmed;
  attach(call.approved, wire);
  const auto& session = call.reply_session;
  if (!session)
    wire.reply_to = topics::reply_prefix(link.collective(), link.caller(), link.session());
  else if (!session->empty())
    wire.reply_to = topics::reply_prefix(link.collective(), link.caller(), *session);
  MUSTER_ASSIGN(auto body, wire.encode());
  return link.sealer().seal(envelope::Kind::request, std::move(body));
}

}  // namespace

void attach(const Attached& approved, messages::Request& wire) {
  if (!approved.statement.empty())
    wire.approved = messages::Approved{approved.statement, approved.approvals};
}

Result<std::vector<OutgoingRequest>> make_requests(const LinkCore& link, const Call& call,
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

Result<OutgoingRequest> make_join_request(const LinkCore& link, const Call& call,
                                          const std::string& request_id,
                                          const std::string& client_id) {
  MUSTER_TRY(check(call));
  MUSTER_ASSIGN(auto payload,
                seal(link, call, request_id, call.targets.begin(), call.targets.end()));
  return OutgoingRequest{std::move(payload), {topics::join_down(client_id)}};
}

}  // namespace muster::client
