// What must hold of every command that an operator gave, whatever broke meanwhile.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/operator/command_story.hpp"

namespace muster::sim {

// A line for each promise that is broken: whose, and how. A command that gave up is held to them for what it had sent.
// - Each node that was discovered has one outcome: it answered, it failed, it was silent; or it was not asked, and that is said.
// - Nobody is silent whose reply had reached the operator's link in time.
// - Nobody has an outcome that is none of these: by name only those who were asked, else strangers are named as unexpected; and
//   who is said to have answered did.
// - The command was told of each answer once, as it came.
std::vector<std::string> broken_call_promises(const CommandStory& story);

}  // namespace muster::sim
