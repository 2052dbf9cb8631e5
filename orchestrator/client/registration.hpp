// One registration message of a node, verified and taken apart; and what of it travels on.
#pragma once

#include <string>
#include <string_view>

#include "orchestrator/client/member.hpp"
#include "proto/base/result.hpp"
#include "proto/messages/registration.hpp"

namespace muster::client {

class Link;

struct Registered {
  Member node;  // with all its facts; without addresses and fingerprints
  std::int64_t sent_at_ms = 0;
  std::uint32_t interval_s = 0;
  std::uint64_t left_out_bytes = 0;
  std::string body;  // the messages::Registration as it travelled; empty from registered_from()
};

// See open_from_node for who is believed.
Result<Registered> read_registration(Link& link, std::string_view topic, std::string_view payload);

// A registration as it stands in a registry's answer, already believed. Errc::limit, invalid_data.
Result<Registered> registered_from(messages::Registration wire);

}  // namespace muster::client
