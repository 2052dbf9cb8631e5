// What a node could not send with its registration, and filters that read it.
#pragma once

#include "orchestrator/client/registration.hpp"
#include "proto/filter/fwd.hpp"

namespace muster::registry {

enum class Match { no, yes, undecided };

// Whether what the filter reads may be among what the node could not send.
bool reads_what_was_left_out(const filter::Filter& filter, const client::Registered& known);

}  // namespace muster::registry
