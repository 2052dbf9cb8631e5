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
#include "orchestrator/broker/access_of_banned.hpp"
#include "orchestrator/broker/begin_crls.hpp"
#include "orchestrator/broker/broker_folder.hpp"
#include "orchestrator/broker/capath.hpp"
#include "orchestrator/broker/mosquitto_conf.hpp"
#include "orchestrator/broker/password_file.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/pair_files.hpp"

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

// What stands in a folder of the broker's user may be a link by now: never what that leads to.
Status give(const fs::path& path, const std::optional<Owner>& owner, bool whole) {
  if (!owner) return {};
  if (::lchown(path.c_str(), whole ? owner->user : 0, owner->group) != 0)
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
  const std::vector<std::uint16_t> ports{config.nodes_port,         config.operators_port,
                                         config.orchestrators_port, config.watchers_port,
                                         config.masters_port,       config.join_port};
  const std::set<std::uint16_t> distinct(ports.begin(), ports.end());
  if (distinct.size() == ports.size() && !distinct.contains(0)) return {};
  return fail(Errc::config,
              fmt::format("the six listeners need six ports, not {}", fmt::join(ports, ", ")));
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

// Who is banned stays so until the watcher knows better.
Status write_access_list(const BrokerFolder& folder, std::string_view listener, std::string text,
                         const std::optional<Owner>& owner) {
  const auto file = folder.access_list(listener);
  const bool names_bans = file.parent_path() == folder.access();
  if (names_bans)
    if (const auto there = base::read_file(file, kAccessListMaxBytes))
      text = with_bans(text, bans_in(*there));
  MUSTER_TRY(write_secret(file, text, owner));
  return names_bans ? give(file, owner, true) : Status{};
}

Status write_access(const BrokerConfig& config, const std::optional<Owner>& owner) {
  const std::vector<std::string>& collectives = config.collectives;
  for (const auto& [name, text] : {std::pair{"nodes", nodes_access(collectives)},
                                   {"operators", operators_access(collectives)},
                                   {"orchestrators", orchestrators_access(collectives)},
                                   {"watchers", watchers_access(collectives)},
                                   {"masters", masters_access(collectives)},
                                   {"join", join_access()}})
    MUSTER_TRY(write_access_list(BrokerFolder{config.folder}, name, text, owner));
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
  const BrokerFolder folder{config.folder};
  MUSTER_TRY(Capath(folder.roots("operators")).hold(operators));
  MUSTER_TRY(Capath(folder.roots("orchestrators")).hold(orchestrators));
  return {};
}

Status write_certificates(const BrokerConfig& config, const std::optional<Owner>& owner) {
  MUSTER_TRY(write_roots(config));
  MUSTER_TRY(x509::finish_pair({config.key, config.certificate}));
  MUSTER_ASSIGN(const auto certificate, x509::Certificate::from_file(config.certificate));
  MUSTER_ASSIGN(const auto key, x509::Key::private_from_file(config.key));
  if (!certificate.matches(key))
    return fail(Errc::config, fmt::format("the key {} does not belong to the certificate {}",
                                          config.key.string(), config.certificate.string()));
  // The server certificate's whole file: it may bring intermediates. Key and certificate in one, for Mosquitto finishes
  // nothing: with a pair that does not fit it does not start.
  MUSTER_ASSIGN(const auto chain, base::read_file(config.certificate));
  MUSTER_ASSIGN(const auto pem, key.private_pem());
  return write_secret(BrokerFolder{config.folder}.server(), pem + chain, owner);
}

// The watcher, which keeps them, runs as the broker's user.
Result<LookedAt> begin_lists(const BrokerConfig& config, const std::optional<Owner>& owner) {
  const BrokerFolder folder{config.folder};
  LookedAt lists;
  MUSTER_TRY(begin_node_crls(folder));
  MUSTER_ASSIGN(lists.operators, begin_root_crls(folder, "operators", config.operator_crl));
  MUSTER_ASSIGN(lists.orchestrators,
                begin_root_crls(folder, "orchestrators", config.orchestrator_crl));
  for (const auto& file :
       {folder.node_crls(), folder.root_crls("operators"), folder.root_crls("orchestrators")})
    if (fs::exists(file)) MUSTER_TRY(give(file, owner, true));
  return lists;
}

}  // namespace

Result<WrittenConfig> write_config(const BrokerConfig& config) {
  MUSTER_TRY(check(config));
  MUSTER_ASSIGN(const auto owner, owner_of(config));
  const BrokerFolder folder{config.folder};
  const WrittenConfig written{folder.config_file(), folder.nftables(), folder.capath(),
                              folder.node_crls()};
  MUSTER_TRY(base::make_folder(config.folder));
  MUSTER_TRY(base::make_folder(folder.data(), 0700));
  for (const auto& kept : {folder.access(), folder.capath(), folder.revoked(), folder.local_crls(),
                           folder.roots("operators"), folder.roots("orchestrators")})
    MUSTER_TRY(base::make_folder(kept));
  // The watcher runs as the broker's user. What people put aside for it stays theirs.
  for (const auto& its : {folder.data(), folder.access(), folder.capath(), folder.revoked(),
                          folder.roots("operators"), folder.roots("orchestrators")})
    MUSTER_TRY(give(its, owner, true));
  MUSTER_TRY(write_certificates(config, owner));
  MUSTER_ASSIGN(const auto lists, begin_lists(config, owner));
  MUSTER_TRY(write_access(config, owner));
  MUSTER_TRY(base::write_file(written.config_file,
                              mosquitto_conf(config, owner ? config.run_as : "", lists)));
  MUSTER_TRY(base::write_file(
      written.nftables, nftables_rules(config.join_port, config.nodes_port, config.masters_port)));
  return written;
}

}  // namespace muster::broker
