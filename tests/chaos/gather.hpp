// Reads what the parties of a run have written down.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/chaos/evidence.hpp"
#include "tests/integration/cli/installation.hpp"

namespace muster::chaos {

// Where they keep it.
struct Places {
  std::filesystem::path nodes;                       // a folder for each (swarm::NodeFolder)
  std::filesystem::path masters;                     // the same (swarm::FolderCa)
  std::vector<std::filesystem::path> orchestrators;  // their state folders
  std::size_t count = 0;                             // of nodes
};

enum class Outboxes {
  are_left,  // while orchestrators run, which alone may open theirs
  are_read
};

// Asks the bus as an operator does, with `muster`. What cannot be read while it is written is as if it was not there; once nothing
// runs any more, what is damaged is an exception.
Evidence gather(const test::Installation& installation, const Places& places, Outboxes outboxes);

}  // namespace muster::chaos
