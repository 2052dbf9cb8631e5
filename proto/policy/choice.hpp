// Whether a filter chooses some nodes, or is only there to look like one.
#pragma once

#include "proto/filter/text.hpp"

namespace muster::policy {

// True when every node matches, as far as can be told: nothing is asked but agents, or three made-up
// nodes of quite different names, without a fact or a class, all match: -I /./, -S 'not nosuch',
// -S 'not country=us'. A filter on a fact that all nodes have is not seen through.
bool matches_everybody(const filter::Text& filter);

}  // namespace muster::policy
