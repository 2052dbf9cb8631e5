// One reply, verified and taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"
#include "proto/security/trust.hpp"

namespace muster::client {

struct Answer {
  std::string request_id;
  std::string agent;
  std::string action;
  NodeResult result;  // without `took`
};

// Of a member: verified under the Puppet CAs, by the node that the topic names.
Result<Answer> read_reply(LinkCore& link, std::string_view topic, std::string_view payload);
// The body of one whose envelope has been opened; who answered is for the caller to compare with the
// signer.
Result<Answer> read_reply_body(const std::string& body);
// In the join zone: signed with `public_key`. Of `trust`, only signatures are asked.
Result<Answer> read_join_reply(std::string_view payload, const std::string& public_key,
                               const security::Trust& trust);

}  // namespace muster::client
