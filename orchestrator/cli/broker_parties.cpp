#include "orchestrator/cli/broker_parties.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/join_passwords.hpp"
#include "orchestrator/client/own_key.hpp"
#include "proto/base/endpoint.hpp"
#include "proto/base/files.hpp"
#include "proto/security/token_file.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/pair_files.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;
using broker_check::Party;
using broker_check::Plan;

// Puppet's, by Debian's and by Puppet's own packages.
constexpr std::array kSslFolders{"/var/lib/puppet/ssl", "/etc/puppetlabs/puppet/ssl"};

std::string first_of(const std::vector<std::string>& brokers) {
  return brokers.empty() ? std::string() : brokers.front();
}

std::string with_port(const std::string& broker, std::uint16_t port) {
  auto endpoint = base::parse_endpoint(broker);
  if (!endpoint) return {};
  endpoint->port = port;
  return endpoint->text();
}

Result<Party> party_of(const settings::Settings& settings) {
  if (settings.key_program.empty())
    MUSTER_TRY(x509::finish_pair({settings.key, settings.certificate}));
  MUSTER_ASSIGN(const auto certificate, x509::Certificate::from_file(settings.certificate));
  MUSTER_ASSIGN(const auto own, client::own_key(settings, certificate));
  Party party;
  party.name = certificate.common_name();
  party.options.brokers = settings.brokers;
  party.options.ca_file = settings.operator_root;
  party.options.certificate_file = settings.certificate;
  party.options.key_file = own.file;
  return party;
}

// Of orchestrator.yaml and watcher.yaml, which have keys of their own besides.
std::optional<Party> party_in(const fs::path& file) {
  auto map = base::StrictMap::from_file(file);
  if (!map) return std::nullopt;
  auto party = party_of(settings::read(*map, file));
  if (!party) return std::nullopt;
  return *std::move(party);
}

Result<Party> node_with(const fs::path& certificate_file, const fs::path& key_file,
                        const std::string& listener, const fs::path& ca_file) {
  MUSTER_ASSIGN(const auto certificate, x509::Certificate::from_file(certificate_file));
  MUSTER_ASSIGN(const auto key, x509::Key::private_from_file(key_file, base::Guard::puppet_key));
  if (!certificate.matches(key))
    return fail(Errc::config, fmt::format("the key {} does not belong to the certificate {}",
                                          key_file.string(), certificate_file.string()));
  Party party;
  party.name = certificate.common_name();
  party.options.brokers = {listener};
  party.options.ca_file = ca_file;
  party.options.certificate_file = certificate_file;
  party.options.key_file = key_file;
  return party;
}

std::optional<Party> node_of_this_machine(const std::string& listener, const fs::path& ca_file) {
  for (const auto* ssl : kSslFolders) {
    std::error_code unreadable;
    for (const auto& key : fs::directory_iterator(fs::path(ssl) / "private_keys", unreadable)) {
      auto node =
          node_with(fs::path(ssl) / "certs" / key.path().filename(), key.path(), listener, ca_file);
      if (node) return *std::move(node);
    }
  }
  return std::nullopt;
}

// Errc::config unless both are named or none.
Result<std::optional<Party>> named_node(const fs::path& certificate, const fs::path& key,
                                        const std::string& listener, const fs::path& ca_file) {
  if (certificate.empty() && key.empty()) return std::optional<Party>();
  if (certificate.empty() || key.empty())
    return fail(Errc::config, "a node's certificate and its key go together: name both");
  MUSTER_ASSIGN(auto party, node_with(certificate, key, listener, ca_file));
  return std::optional<Party>(std::move(party));
}

// Of the token, else the newest of the folder's; an empty one where there is neither.
Result<authority::JoinPassword> join_password_of(const PartyOptions& options,
                                                 const fs::path& folder) {
  if (!options.token.empty()) {
    MUSTER_ASSIGN(const auto text, base::read_file(options.token, security::kTokenFileMaxBytes));
    MUSTER_ASSIGN(const auto token, security::read_token_file(text, options.token.string()));
    return authority::JoinPassword{token.join_user, token.join_password};
  }
  if (!fs::exists(folder / authority::kJoinPasswordFile)) return authority::JoinPassword{};
  MUSTER_ASSIGN(const auto kept, authority::join_passwords(folder));
  return kept.front();
}

Result<std::optional<transport::mqtt::Options>> join_of(const PartyOptions& options,
                                                        const fs::path& folder, const Plan& plan) {
  MUSTER_ASSIGN(const auto word, join_password_of(options, folder));
  if (word.password.empty() || plan.listeners.join.empty())
    return std::optional<transport::mqtt::Options>();
  transport::mqtt::Options join;
  join.brokers = {plan.listeners.join};
  join.ca_file = plan.ca_file;
  join.user = word.user;
  join.password = word.password;
  return std::optional(std::move(join));
}

void find_listeners(const PartyOptions& options, const settings::Settings& settings, Plan& plan) {
  auto& at = plan.listeners;
  const auto host = options.broker.empty()
                        ? std::string()
                        : base::Endpoint{options.broker, options.operators_port}.text();
  const auto place = [&](std::string& listener, const std::string& configured, std::uint16_t port) {
    listener = host.empty() ? configured : with_port(host, port);
  };
  place(at.operators, first_of(settings.brokers), options.operators_port);
  place(at.nodes, first_of(settings.node_brokers), options.nodes_port);
  place(at.join, first_of(settings.join_brokers), options.join_port);
  place(at.orchestrators, plan.orchestrator ? first_of(plan.orchestrator->options.brokers) : "",
        options.orchestrators_port);
  place(at.watchers, plan.watcher ? first_of(plan.watcher->options.brokers) : "",
        options.watchers_port);
  place(at.masters, at.nodes.empty() ? "" : with_port(at.nodes, options.masters_port),
        options.masters_port);
}

}  // namespace

Result<Plan> plan_of(const PartyOptions& options, const settings::Settings& settings) {
  const auto folder = options.authority.empty() ? settings.folder() : options.authority;
  Plan plan;
  plan.collective = settings.collective;
  plan.ca_file = settings.operator_root;
  MUSTER_ASSIGN(plan.operator_, party_of(settings));
  plan.orchestrator = party_in(folder / authority::kOrchestratorConfigFile);
  plan.watcher = party_in(folder / authority::kWatcherConfigFile);
  find_listeners(options, settings, plan);
  plan.operator_->options.brokers = {plan.listeners.operators};
  if (plan.orchestrator) plan.orchestrator->options.brokers = {plan.listeners.orchestrators};
  if (plan.watcher) plan.watcher->options.brokers = {plan.listeners.watchers};
  MUSTER_ASSIGN(plan.node, named_node(options.node_certificate, options.node_key,
                                      plan.listeners.nodes, plan.ca_file));
  if (!plan.node && !plan.listeners.nodes.empty())
    plan.node = node_of_this_machine(plan.listeners.nodes, plan.ca_file);
  MUSTER_ASSIGN(plan.revoked, named_node(options.revoked_certificate, options.revoked_key,
                                         plan.listeners.nodes, plan.ca_file));
  MUSTER_ASSIGN(plan.join, join_of(options, folder, plan));
  return plan;
}

}  // namespace muster::cli
