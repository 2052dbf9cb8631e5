// A call as signed messages.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"
#include "proto/messages/request.hpp"

namespace muster::v1 {
class Request;
}

namespace muster::client {

struct OutgoingRequest {
  std::string payload;
  std::vector<std::string> topics;  // the same bytes go to each
};

void attach(const Attached& approved, messages::Request& wire);

// Agent, action and targets are checked here; Errc::limit for a request larger than a message.
Result<std::vector<OutgoingRequest>> make_requests(const LinkCore& link, const Call& call,
                                                   const std::string& request_id);
// For one node in the join zone.
Result<OutgoingRequest> make_join_request(const LinkCore& link, const Call& call,
                                          const std::string& request_id,
                                          const std::string& client_id);

}  // namespace muster::client
