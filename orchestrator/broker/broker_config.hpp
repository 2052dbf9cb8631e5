// What `muster broker config` writes: everything a Mosquitto needs to be Muster's broker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/broker/nftables.hpp"
#include "proto/base/result.hpp"

namespace muster::broker {

inline constexpr std::uint16_t kNodesPort = 8883;          // mutual TLS, Puppet CAs
inline constexpr std::uint16_t kJoinPort = 8884;           // server TLS and the join password
inline constexpr std::uint16_t kOperatorsPort = 8885;      // mutual TLS, operator root
inline constexpr std::uint16_t kOrchestratorsPort = 8886;  // mutual TLS, orchestrator root
inline constexpr std::uint16_t kWatchersPort = 8887;       // the same, for `muster broker watch`
inline constexpr std::size_t kFleetMax = 100'000;          // nodes one broker is sized for at most

struct BrokerConfig {
  std::filesystem::path
      folder;  // absolute; made when missing. Mosquitto's `-c FOLDER/mosquitto.conf`
  // PEM of the operator roots and of the orchestrator roots in force, two while one is rotated; copied
  // into folders that Mosquitto looks into at each handshake.
  std::filesystem::path operator_root;
  std::filesystem::path orchestrator_root;
  std::filesystem::path certificate;  // PEM of the broker's server certificate; copied
  std::filesystem::path key;          // its private key; copied, readable by the broker alone
  // Users of the join listener and their passwords, of which only the hashes are written: two while
  // one is replaced.
  std::vector<std::pair<std::string, std::string>> join_passwords;
  std::vector<std::string> collectives{"main"};
  std::string address;  // to listen on; empty: all
  std::uint16_t nodes_port = kNodesPort;
  std::uint16_t operators_port = kOperatorsPort;
  std::uint16_t join_port = kJoinPort;
  std::uint16_t orchestrators_port = kOrchestratorsPort;
  std::uint16_t watchers_port = kWatchersPort;
  // Connections at the join listener at once: idle ones must not use up what members and operators need.
  std::size_t join_connections = kJoinOpenMax;
  std::size_t fleet = 5'000;  // nodes expected; sizes the queues
  // Whom Mosquitto becomes when root starts it, and who must thus be able to read the files.
  // Ignored when we are not root: whoever starts it then runs it.
  std::string run_as = "mosquitto";
};

// Folders below the broker's, named as capath wants it.
inline constexpr const char* kOperatorRootsFolder = "operator-roots";
inline constexpr const char* kOrchestratorRootsFolder = "orchestrator-roots";

struct WrittenConfig {
  std::filesystem::path config_file;  // mosquitto.conf
  std::filesystem::path nftables;     // muster.nft, for whoever runs the machine's packet filter
  std::filesystem::path
      capath;  // Puppet CAs; `muster broker watch` keeps it. Looked up at each handshake
};

// Writes or rewrites the files; CAs already in capath and the broker's stored messages stay.
// Errc::config names what is wrong with `config`, Errc::io which file could not be written.
Result<WrittenConfig> write_config(const BrokerConfig& config);

}  // namespace muster::broker
