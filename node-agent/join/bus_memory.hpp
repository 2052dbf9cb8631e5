// What a join token told of the bus, kept in the state folder so that the token may go. A node that lost it could neither come
// back nor be reached: it is kept twice, and one whole copy is enough.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::agent {

struct BusMemory {
  std::vector<std::string> node_brokers;  // "host:port"
  std::vector<std::string> collectives;
  std::string operator_root_pem;
  std::string orchestrator_root_pem;
};

// Writes bus.json and bus-copy.json (0600).
Status remember_bus(const std::filesystem::path& folder, const BusMemory& memory);

// What was remembered last; nothing when there is none. A damaged copy is put aside (base::put_aside), and written anew from
// the other.
std::optional<BusMemory> recall_bus(const std::filesystem::path& folder);

// A `file` that holds no certificate in PEM is put aside, and one that is missing or was, is written anew from `pem` unless that
// is empty.
void mend_root(const std::filesystem::path& file, const std::string& pem);

}  // namespace muster::agent
