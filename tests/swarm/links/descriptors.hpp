// Room for a socket a node.
#pragma once

#include <cstddef>

#include "proto/base/result.hpp"

namespace muster::swarm {

// Raises this process's limit of open files to the most that it may have. Errc::limit, with what to do, when `needed` sockets,
// and a few files beside them, do not fit.
Status make_room_for(std::size_t needed);

}  // namespace muster::swarm
