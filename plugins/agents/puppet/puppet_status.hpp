// What the Puppet agent of a node does: one answer for the action and for the data plugin.
#pragma once

#include "plugins/api/node.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::puppet {

// The outputs of puppet#status. Reads Puppet's own files; starts nothing.
Value status_reply(const Node& node);

}  // namespace muster::plugins::puppet
