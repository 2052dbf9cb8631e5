// What a caller asks of nodes, or of orchestrators. docs/PROTOCOL.md, "Requests and replies".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/filter/text.hpp"

namespace muster::messages {

// Operators approve one request of another's before it is sent; its caller attaches what they signed.
struct Approved {
  std::string statement;  // what they approved: canonical JSON, docs/PROTOCOL.md "Approvals"
  std::vector<std::string> approvals;  // envelopes of Kind::approval, one of each approver
};

struct Request {
  // To orchestrators it travels as Kind::control_request.
  static constexpr auto kKind = envelope::Kind::request;

  std::string id;
  std::string collective;
  std::string agent;
  std::string action;
  std::string caller;           // must be the signing certificate's common name
  std::int64_t sent_at_ms = 0;  // Unix time
  std::uint32_t ttl_s = 0;
  filter::Text filter;
  std::vector<std::string> targets;  // identities; empty: every node the filter matches
  // A map, assigned as a Value: braces alone make a list of it. An error when what was sent cannot be read: its caller is told, as the rest of the request can be.
  Result<Value> arguments = Value::object();
  std::string reply_to;         // topic prefix; who answers adds its name. Empty: no reply wanted
  std::uint32_t timeout_s = 0;  // 0: the action's own
  bool tell_mismatch = false;   // a node that the filter does not match says so: Outcome::filtered
  bool confirmed =
      false;  // the caller means as many nodes as there are: policies' max_nodes asks for it
  std::optional<Approved> approved;  // nothing: nobody was asked to approve it

  // Errc::limit or invalid_data when its arguments cannot travel (proto/envelope/value_codec).
  Result<std::string> encode() const;
  // Errc::invalid_data.
  static Result<Request> decode(std::string_view body);
};

}  // namespace muster::messages
