// Where things are in the folder that `muster broker config` writes: one place, so that broker, watcher and checks
// cannot differ.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace muster::broker {

struct BrokerFolder {
  std::filesystem::path folder;

  std::filesystem::path config_file() const { return folder / "mosquitto.conf"; }
  std::filesystem::path nftables() const { return folder / "muster.nft"; }
  // The server's key and its certificates, in one file: no kill leaves a key without its certificate.
  std::filesystem::path server() const { return folder / "server.pem"; }
  // The broker's own: what it retains, and its process id, which it writes when it is its own user already.
  std::filesystem::path data() const { return folder / "data"; }
  std::filesystem::path pid_file() const { return data() / "mosquitto.pid"; }

  // Who may what at that listener ("nodes", "operators" …).
  std::filesystem::path access_list(std::string_view listener) const {
    const bool names_bans = listener == "nodes" || listener == "masters";
    return (names_bans ? access() : folder) / (std::string(listener) + ".acl");
  }

  // From here on all is the watcher's to write.
  // The access lists of the listeners that nodes come to: they name the banned ones.
  std::filesystem::path access() const { return folder / "access"; }
  // Puppet CAs, as OpenSSL looks them up at each handshake.
  std::filesystem::path capath() const { return folder / "puppet-cas"; }
  std::filesystem::path revoked() const { return folder / "revoked"; }
  // The revocation lists of all of them in one file: the nodes' listener's `crlfile`.
  std::filesystem::path node_crls() const { return revoked() / "nodes.pem"; }
  // The roots in force of "operators" or "orchestrators", two while one is rotated, as OpenSSL looks them up at each
  // handshake; and their lists in one file, those listeners' `crlfile`.
  std::filesystem::path roots(const std::string& root) const {
    return folder / (root.substr(0, root.size() - 1) + "-roots");
  }
  std::filesystem::path root_crls(const std::string& root) const {
    return revoked() / (root + ".pem");
  }
  // Lists that people put there (*.pem), of CAs that have no master on the bus.
  std::filesystem::path local_crls() const { return revoked() / "local"; }
};

}  // namespace muster::broker
