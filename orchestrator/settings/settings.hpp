// muster.yaml: where the brokers are, who we are, whom we believe. Read by the command line, by the
// orchestrator's daemon and by the broker's watcher. `muster init` writes it with a comment for
// each key.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::settings {

inline constexpr std::size_t kBrokersMax = 16;  // in each list

// Paths are absolute: in the file they may be relative to its folder.
struct Settings {
  std::filesystem::path file;  // where all this stood
  std::vector<std::string>
      brokers;  // `brokers`: host:port of the listener for our kind, tried in order
  // For each of them to answer (not a key of the file).
  std::chrono::milliseconds connect_patience{10'000};
  std::string collective = "main";
  // Where the Puppet CAs are told, when `collective` is a subcollective chosen for one command
  // (not a key of the file); empty: `collective`.
  std::string home_collective;
  std::filesystem::path certificate;        // PEM, ours, with the private key in `key`
  std::filesystem::path key;                // or held by `key_program`: one of the two
  std::vector<std::string> key_program;     // program and arguments: x509/program_key.hpp
  bool core_dumps = false;                  // base::forbid_core_dumps() unless true
  std::filesystem::path operator_root;      // PEM: who may command, and who names the brokers
  std::filesystem::path orchestrator_root;  // PEM: who runs the fleet's affairs
  // Where it is kept which root follows which (not a key of the file); empty: the file's folder.
  std::filesystem::path state_folder;
  std::filesystem::path
      node_cas;  // folder of Puppet CAs, beside those learnt from the bus; may be missing
  // Section `join`: what join tokens tell the nodes that use them. Empty where no tokens are made.
  std::vector<std::string> join_brokers;  // host:port of the join listener
  std::vector<std::string> node_brokers;  // host:port of the nodes' listener

  std::filesystem::path folder() const { return file.parent_path(); }
};

// The file to read: `given` (a flag), else $MUSTER_CONFIG, else the first that exists of
// ~/.config/muster/muster.yaml and /etc/muster/muster.yaml. Errc::config, naming all places, when
// there is none.
Result<std::filesystem::path> find(const std::optional<std::filesystem::path>& given = {});

// Errc::config with file, line and the nearest valid key for what is wrong.
Result<Settings> load(const std::filesystem::path& file);

// For files with keys of their own: reads the keys above from `map` of the file `file`. The caller
// calls finish().
Settings read(base::StrictMap& map, const std::filesystem::path& file);

}  // namespace muster::settings
