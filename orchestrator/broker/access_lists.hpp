// Who may read and write which topics, as Mosquitto's ACL files. `pattern` lines hold for every
// user of a listener; %u is the common name of the client's certificate, %c its client id.
#pragma once

#include <string>
#include <vector>

namespace muster::broker {

std::string nodes_access(const std::vector<std::string>& collectives);
// Requests out, own replies in, and what is shown to all: presence, events, trust, what became of
// nodes.
std::string operators_access(const std::vector<std::string>& collectives);
// What operators may, and whatever changes trust or the fleet's state; the join zone.
std::string orchestrators_access(const std::vector<std::string>& collectives);
std::string watchers_access(const std::vector<std::string>& collectives);
// Masters deliver their CA's revocation list, piece by piece, and hear nothing.
std::string masters_access(const std::vector<std::string>& collectives);
std::string join_access();

}  // namespace muster::broker
