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
inline constexpr std::uint16_t kMastersPort =
    8888;                                          // mutual TLS, Puppet CAs: revocation lists alone
inline constexpr std::size_t kFleetMax = 100'000;  // nodes one broker is sized for at most

enum class MosquittoVersion {
  v2_0,  // per_listener_settings, acl_file, password_file
  v2_1   // and later, which have plugins for that
};

struct BrokerConfig {
  std::filesystem::path
      folder;  // absolute; made when missing. Mosquitto's `-c FOLDER/mosquitto.conf`
  // PEM of the operator roots and of the orchestrator roots in force, two while one is rotated; copied
  // into folders that Mosquitto looks into at each handshake.
  std::filesystem::path operator_root;
  std::filesystem::path orchestrator_root;
  // PEM: what the roots have revoked so far, a list of each root in force. Where one lacks, and none is there from the
  // bus, that kind's listeners look at no list.
  std::filesystem::path operator_crl;
  std::filesystem::path orchestrator_crl;
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
  std::uint16_t masters_port = kMastersPort;
  MosquittoVersion mosquitto = MosquittoVersion::v2_0;
  std::filesystem::path plugins =
      "/usr/lib";  // of 2.1: mosquitto_acl_file.so and mosquitto_password_file.so
  // Connections at the join listener at once: idle ones must not use up what members and operators need.
  std::size_t join_connections = kJoinOpenMax;
  std::size_t fleet = 5'000;  // nodes expected; sizes the queues
  // Whom Mosquitto becomes when root starts it, and who must thus be able to read the files.
  // Ignored when we are not root: whoever starts it then runs it.
  std::string run_as = "mosquitto";
};

struct WrittenConfig {
  std::filesystem::path config_file;  // mosquitto.conf
  std::filesystem::path nftables;     // muster.nft, for whoever runs the machine's packet filter
  std::filesystem::path
      capath;  // Puppet CAs; `muster broker watch` keeps it. Looked up at each handshake
  std::filesystem::path node_crls;  // their revocation lists, in one file; the same keeps it
};

// Writes or rewrites the files; CAs already in capath, revocation lists and the broker's stored messages stay.
// The file of the lists is begun with one of nobody: with an empty one Mosquitto does not start.
// Errc::config names what is wrong with `config`, Errc::io which file could not be written.
Result<WrittenConfig> write_config(const BrokerConfig& config);

}  // namespace muster::broker
