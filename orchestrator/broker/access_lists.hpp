// Who may read and write which topics, as Mosquitto's ACL files. `pattern` lines hold for every
// user of a listener; %u is the common name of the client's certificate, %c its client id.
#pragma once

#include <string>
#include <vector>

namespace muster::broker {

std::string nodes_access(const std::vector<std::string>& collectives);
// Every role may write what any of them writes: roles are told apart by signature, at the reader's.
std::string operators_access(const std::vector<std::string>& collectives);
std::string join_access();

}  // namespace muster::broker
