// The command line of muster-swarm.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "tests/support/played/runs.hpp"

namespace muster::swarm {

struct Options {
  std::size_t nodes = 0;
  std::string host;  // of the broker
  std::uint16_t port = 0;
  // ca.key and ca.pem of the swarm's Puppet CA; its keys are kept beside them.
  std::filesystem::path ca_folder;  // empty: there are `masters`
  std::filesystem::path operator_root;
  std::filesystem::path orchestrator_root;
  std::string collective = "main";
  std::uint64_t seed = 0;
  std::vector<std::string> sources;
  std::size_t connecting_max = 64;
  played::RunHabits runs;
  std::chrono::seconds registration_interval{300};  // 0: nobody registers
  std::chrono::seconds registration_splay{60};
  std::filesystem::path join_token;  // all begin in the join zone with this; empty: as members
  // A folder for each master, called as it is, with ca.key and ca.pem: masters are processes of their own. Empty: the only one
  // is in ours, with the CA of ca_folder.
  std::filesystem::path masters;
  std::string serve;            // be that one of `masters`, and no node
  std::filesystem::path state;  // a folder for each node, from which it goes on; empty: in memory
  std::size_t first = 0;        // number of the first node
};

// Nothing when the program has to end at once with `exit_code`: help was printed (0), or what is wrong with which option
// (above 100). Errc::config: an option that is well formed and cannot be; the message says what to write.
Result<std::optional<Options>> read_options(int argc, const char* const* argv, int& exit_code);

}  // namespace muster::swarm
