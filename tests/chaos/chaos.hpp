// One run: nodes join while things break, all heals, and everybody's records are looked at.
#pragma once

#include "tests/chaos/options.hpp"

namespace muster::chaos {

// In namespaces of its own (apart.hpp). Tells on stderr how far it is, and on stdout, in one line of JSON, what came of it. 0: all
// promises hold, 1: one is broken. What cannot be set up is an exception.
int run(const Options& options);

}  // namespace muster::chaos
