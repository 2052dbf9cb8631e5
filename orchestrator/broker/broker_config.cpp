#include "orchestrator/broker/broker_config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>

#include "orchestrator/broker/access_lists.hpp"
#include "orchestrator/broker/capath.hpp"
#include "orchestrator/broker/password_file.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::broker {
namespace {

namespace fs = std::filesystem;

struct Owner {
  uid_t user;
  gid_t group;
};

// Nothing when we are not root: then whoever runs us runs the broker.
Result<std::optional<Owner>> owner_of(const BrokerConfig& config) {
  if (::geteuid() != 0) return std::optional<Owner>{};
  const passwd* user = ::getpwnam(config.run_as.c_str());
  if (user == nullptr)
    return fail(Errc::config, fmt::format("there is no user '{}' for the broker to run as; install "
                                          "the package mosquitto, or name "
                                          "another user",
                                          config.run_as));
  return Owner{user->pw_uid, user->pw_gid};
}

Status give(const fs::path& path, const std::optional<Owner>& owner, bool whole) {
  if (!owner) return {};
  if (::chown(path.c_str(), whole ? owner->user : 0, owner->group) != 0)
    return fail(Errc::io, fmt::format("cannot give {} to the broker's user: {}", path.string(),
                                      std::strerror(errno)));
  return {};
}

// A file that the broker reads and nobody else.
Status write_secret(const fs::path& path, std::string_view content,
                    const std::optional<Owner>& owner) {
  MUSTER_TRY(base::write_file(path, content, owner ? 0640 : 0600));
  return give(path, owner, false);
}

Status check_ports(const BrokerConfig& config) {
  const std::vector<std::uint16_t> ports{config.nodes_port, config.operators_port,
                                         config.orchestrators_port, config.watchers_port,
                                         config.join_port};
  const std::set<std::uint16_t> distinct(ports.begin(), ports.end());
  if (distinct.size() == ports.size() && !distinct.contains(0)) return {};
  return fail(Errc::config,
              fmt::format("the five listeners need five ports, not {}", fmt::join(ports, ", ")));
}

Status check(const BrokerConfig& config) {
  if (!config.folder.is_absolute())
    return fail(Errc::config, fmt::format("the broker's folder '{}' must be an absolute path",
                                          config.folder.string()));
  // Mosquitto takes the rest of a line as the value: anything but a line break is safe.
  if (config.folder.string().find_first_of("\r\n") != std::string::npos ||
      config.address.find_first_of(" \t\r\n") != std::string::npos)
    return fail(Errc::config, "the broker's folder and address must be on one line");
  if (config.collectives.empty())
    return fail(Errc::config, "the broker needs at least one collective");
  for (const auto& collective : config.collectives) {
    MUSTER_TRY(base::check_word("collective", collective));
    if (collective == "join")
      return fail(Errc::config, "a collective cannot be named 'join': that is the join zone");
  }
  if (config.fleet == 0 || config.fleet > kFleetMax)
    return fail(Errc::config,
                fmt::format("a fleet of {} nodes is outside 1 to {}", config.fleet, kFleetMax));
  return check_ports(config);
}

std::string listener(const BrokerConfig& config, std::string_view name, std::uint16_t port) {
  const auto folder = config.folder.string();
  return fmt::format(
      "\n# {1}\nlistener {2}{3}\ncertfile {0}/server.pem\nkeyfile {0}/server.key\ntls_version "
      "tlsv1.2\n"
      "acl_file {0}/{1}.acl\n",
      folder, name, port, config.address.empty() ? "" : " " + config.address);
}

std::string global_settings(const BrokerConfig& config, const std::optional<Owner>& owner) {
  // A command to all brings an answer from each: one client's queue must hold the whole fleet's,
  // twice over.
  const std::size_t queued = 2 * config.fleet + 1'000;
  const std::size_t in_flight = std::clamp<std::size_t>(config.fleet, 100, 65'535);
  return fmt::format(
      "# Written by `muster broker config`; a hand-made change is lost with the next run.\n"
      "{}per_listener_settings true\n"
      "# Without it every round trip waits 40 ms for a delayed acknowledgement.\n"
      "set_tcp_nodelay true\n"
      "max_queued_messages {}\nmax_inflight_messages {}\nmessage_size_limit {}\n"
      "persistent_client_expiration 1d\n"
      "persistence true\npersistence_location {}/data/\nautosave_interval 60\n"
      "sys_interval 0\n"
      "log_dest stderr\nlog_type error\nlog_type warning\nlog_type notice\nconnection_messages "
      "false\n",
      owner ? "user " + config.run_as + "\n" : "", queued, in_flight, envelope::kMessageMaxBytes,
      config.folder.string());
}

std::string config_text(const BrokerConfig& config, const std::optional<Owner>& owner) {
  const auto folder = config.folder.string();
  const auto mutual = "require_certificate true\nuse_identity_as_username true\n";
  return global_settings(config, owner) + listener(config, "nodes", config.nodes_port) +
         fmt::format("capath {}/puppet-cas\n", folder) + mutual +
         listener(config, "operators", config.operators_port) +
         fmt::format("capath {}/{}\n", folder, kOperatorRootsFolder) + mutual +
         listener(config, "orchestrators", config.orchestrators_port) +
         fmt::format("capath {}/{}\n", folder, kOrchestratorRootsFolder) + mutual +
         listener(config, "watchers", config.watchers_port) +
         fmt::format("capath {}/{}\n", folder, kOrchestratorRootsFolder) + mutual +
         listener(config, "join", config.join_port) +
         fmt::format("allow_anonymous false\npassword_file {}/join.passwd\nmax_connections {}\n",
                     folder, config.join_connections);
}

Status write_access(const BrokerConfig& config, const std::optional<Owner>& owner) {
  const std::vector<std::string>& collectives = config.collectives;
  for (const auto& [name, text] : {std::pair{"nodes", nodes_access(collectives)},
                                   {"operators", operators_access(collectives)},
                                   {"orchestrators", orchestrators_access(collectives)},
                                   {"watchers", watchers_access(collectives)},
                                   {"join", join_access()}})
    MUSTER_TRY(write_secret(config.folder / (std::string(name) + ".acl"), text, owner));
  std::string lines;
  for (const auto& [user, password] : config.join_passwords) {
    MUSTER_ASSIGN(const auto line, password_line(user, password));
    lines += line;
  }
  if (lines.empty()) return fail(Errc::config, "the join listener needs a password");
  return write_secret(config.folder / "join.passwd", lines, owner);
}

Result<std::vector<x509::Certificate>> read_roots(const fs::path& file, std::string_view what) {
  MUSTER_ASSIGN(const auto pem, base::read_file(file));
  MUSTER_ASSIGN(auto roots, x509::Certificate::all_from_pem(pem, file.string()));
  for (const auto& root : roots)
    if (!root.is_ca())
      return fail(Errc::config,
                  fmt::format("{} is not a CA: the {} belongs there", file.string(), what));
  return roots;
}

// Were they one, the listeners could not tell operators from orchestrators.
Status write_roots(const BrokerConfig& config) {
  MUSTER_ASSIGN(const auto operators, read_roots(config.operator_root, "operator root"));
  MUSTER_ASSIGN(const auto orchestrators,
                read_roots(config.orchestrator_root, "orchestrator root"));
  for (const auto& root : operators)
    for (const auto& other : orchestrators)
      if (root.public_key().same_public(other.public_key()))
        return fail(Errc::config,
                    fmt::format("{} and {} are one root: operators and orchestrators need "
                                "two; 'muster init' makes both",
                                config.operator_root.string(), config.orchestrator_root.string()));
  MUSTER_TRY(Capath(config.folder / kOperatorRootsFolder).hold(operators));
  return Capath(config.folder / kOrchestratorRootsFolder).hold(orchestrators);
}

Status write_certificates(const BrokerConfig& config, const std::optional<Owner>& owner) {
  MUSTER_TRY(write_roots(config));
  MUSTER_ASSIGN(const auto certificate, x509::Certificate::from_file(config.certificate));
  MUSTER_ASSIGN(const auto key, x509::Key::private_from_file(config.key));
  if (!certificate.matches(key))
    return fail(Errc::config, fmt::format("the key {} does not belong to the certificate {}",
                                          config.key.string(), config.certificate.string()));
  // The server certificate's whole file: it may bring intermediates.
  MUSTER_ASSIGN(const auto chain, base::read_file(config.certificate));
  MUSTER_ASSIGN(const auto pem, key.private_pem());
  MUSTER_TRY(base::write_file(config.folder / "server.pem", chain));
  return write_secret(config.folder / "server.key", pem, owner);
}

}  // namespace

Result<WrittenConfig> write_config(const BrokerConfig& config) {
  MUSTER_TRY(check(config));
  MUSTER_ASSIGN(const auto owner, owner_of(config));
  const WrittenConfig written{config.folder / "mosquitto.conf", config.folder / "muster.nft",
                              config.folder / "puppet-cas"};
  MUSTER_TRY(base::make_folder(config.folder));
  MUSTER_TRY(base::make_folder(written.capath));
  MUSTER_TRY(base::make_folder(config.folder / "data", 0700));
  MUSTER_TRY(give(config.folder / "data", owner, true));
  MUSTER_TRY(write_certificates(config, owner));
  MUSTER_TRY(write_access(config, owner));
  MUSTER_TRY(base::write_file(written.config_file, config_text(config, owner)));
  MUSTER_TRY(
      base::write_file(written.nftables, nftables_rules(config.join_port, config.nodes_port)));
  return written;
}

}  // namespace muster::broker
