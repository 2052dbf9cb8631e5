// Whether what a node shows of itself answers a question: presence holds a part of what a node is.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/client/member.hpp"
#include "proto/filter/fwd.hpp"

namespace muster::client {

// What a question depends on.
struct Reads {
  std::vector<std::string> facts;  // dotted paths
  bool classes = false;
  bool agents = false;

  // Of a filter, and of who runs `agent` (empty: nobody asks).
  static Reads of(const filter::Filter& filter, const std::string& agent = {});
};

// Empty: presence says all that is read. Else what it does not, as the end of a sentence about the node.
std::string missing_of(const Member& member, const Reads& reads);

}  // namespace muster::client
