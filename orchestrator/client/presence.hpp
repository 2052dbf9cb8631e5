// One presence message, verified and taken apart.
#pragma once

#include <string_view>

#include "orchestrator/client/member.hpp"
#include "proto/base/result.hpp"

namespace muster::client {

class LinkCore;

// See open_from_node for who is believed. Errc::expired when it was made too long ago, or in the future:
// kPresenceMaxAge, kPresenceSkewMax.
Result<Member> read_presence(LinkCore& link, std::string_view topic, std::string_view payload);

}  // namespace muster::client
