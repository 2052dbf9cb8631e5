#include <fmt/format.h>

#include <iterator>
#include <set>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/config_text.hpp"
#include "orchestrator/authority/files.hpp"
#include "orchestrator/authority/index.hpp"
#include "orchestrator/authority/issuers.hpp"
#include "orchestrator/authority/join_passwords.hpp"
#include "orchestrator/authority/list_file.hpp"
#include "orchestrator/authority/members.hpp"
#include "orchestrator/authority/revocations.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/endpoint.hpp"
#include "proto/base/names.hpp"

namespace muster::authority {
namespace {

Status check_names(const InitSpec& spec) {
  MUSTER_TRY(check_member_name("operator", spec.operator_name));
  MUSTER_TRY(check_member_name("orchestrator", spec.orchestrator_name));
  MUSTER_TRY(check_member_name("broker", spec.broker_name));
  const std::set<std::string> names{spec.operator_name, spec.orchestrator_name, spec.broker_name};
  if (names.size() != 3)
    return fail(Errc::config, "operator, orchestrator and broker must have three different names");
  return {};
}

Status check_brokers(const InitSpec& spec) {
  if (spec.broker_hosts.empty())
    return fail(Errc::config, "name at least one broker host, as clients reach it");
  if (spec.broker_hosts.size() > settings::kBrokersMax)
    return fail(Errc::config, fmt::format("{} broker hosts; the limit is {}",
                                          spec.broker_hosts.size(), settings::kBrokersMax));
  for (const auto& host : spec.broker_hosts)
    if (!base::parse_endpoint(base::Endpoint{host, spec.operators_port}.text()))
      return fail(Errc::config,
                  fmt::format("{} is neither a host name nor an address", base::quoted(host)));
  const std::set<std::uint16_t> ports{spec.nodes_port, spec.join_port, spec.operators_port,
                                      spec.orchestrators_port, spec.watchers_port};
  if (ports.size() != 5 || ports.contains(0))
    return fail(Errc::config, "the five listeners need five different ports");
  return {};
}

Status check_collective(const InitSpec& spec) {
  if (auto word = base::check_word("collective", spec.collective); !word)
    return fail(Errc::config, word.error().message);
  return {};
}

Status refuse_existing_root(const std::filesystem::path& folder) {
  for (const auto* name :
       {kRootKeyFile, kRootFile, kOrchestratorRootKeyFile, kOrchestratorRootFile})
    if (std::filesystem::exists(folder / name))
      return fail(Errc::config,
                  fmt::format("{} exists: there is an authority already, and a new one would shut "
                              "out everybody who trusts it. 'muster operator create' makes further "
                              "operators; another folder holds another root",
                              (folder / name).string()));
  return {};
}

struct Roots {
  KeyAndCertificate operators;
  KeyAndCertificate orchestrators;
};

// Makes every token, for a month at most, so that the root's key can go offline at once.
IssuerSpec first_issuer() {
  IssuerSpec spec;
  spec.name = kFirstIssuer;
  spec.limits.identities = {"*"};
  spec.limits.life_s = std::chrono::seconds(kFirstIssuerLongestLife).count();
  spec.limits.master = true;
  spec.limits.replace = true;
  spec.limits.extensions = {security::kEveryExtension};
  return spec;
}

// Clients of every kind have the operator root already, so it names the brokers.
Result<std::vector<NewFile>> all_files(const InitSpec& spec, const Roots& roots,
                                       std::vector<Issued>& made) {
  using security::Role;
  MUSTER_ASSIGN(const auto first,
                make_member(roots.operators, spec.operator_name, Role::operator_));
  MUSTER_ASSIGN(const auto orchestrator,
                make_member(roots.orchestrators, spec.orchestrator_name, Role::orchestrator));
  MUSTER_ASSIGN(const auto watcher,
                make_member(roots.orchestrators, security::kWatcherName, Role::broker));
  MUSTER_ASSIGN(const auto broker,
                make_member(roots.operators, spec.broker_name, Role::broker, spec.broker_hosts));
  MUSTER_ASSIGN(const auto issuer, make_issuer(roots.operators, first_issuer()));
  const auto& folder = spec.folder;
  std::vector<NewFile> files = {
      {folder / kJoinPasswordFile, join_passwords_text({new_join_password(1)}), true},
      {folder / kConfigFile, config_text(spec, "operator", spec.operators_port), false},
      {folder / kOrchestratorConfigFile, config_text(spec, "orchestrator", spec.orchestrators_port),
       false},
      {folder / kGroupsFile, groups_text(spec), false},
      {folder / kWatcherConfigFile, config_text(spec, "watcher", spec.watchers_port), false}};
  for (const auto& [issued, name] : {std::pair{&first, "operator"},
                                     {&orchestrator, "orchestrator"},
                                     {&broker, "broker"},
                                     {&watcher, "watcher"},
                                     {&issuer, kFirstIssuer}})
    made.push_back({issued->certificate.common_name(), issued->certificate.organizational_unit(),
                    issued->certificate,
                    issued == &broker ? spec.broker_hosts : std::vector<std::string>{},
                    folder / name, base::SystemClock().unix_ms()});
  for (const auto& [root, name] : {std::pair{&roots.operators, kRevocationsFile},
                                   std::pair{&roots.orchestrators, kOrchestratorRevocationsFile}}) {
    MUSTER_ASSIGN(const auto list, empty_list(*root));
    files.push_back({folder / name, list.pem(), false});
  }
  // The roots last: where it stands, everything else does.
  for (const auto& [holder, name] : {std::pair{&first, "operator"},
                                     {&orchestrator, "orchestrator"},
                                     {&broker, "broker"},
                                     {&watcher, "watcher"},
                                     {&issuer, kFirstIssuer},
                                     {&roots.orchestrators, "orchestrator-root"},
                                     {&roots.operators, "root"}}) {
    MUSTER_ASSIGN(auto pair, files_of(*holder, folder, name));
    std::move(pair.begin(), pair.end(), std::back_inserter(files));
  }
  return files;
}

}  // namespace

Result<Made> init(const InitSpec& spec) {
  MUSTER_TRY(check_names(spec));
  MUSTER_TRY(check_brokers(spec));
  MUSTER_TRY(check_collective(spec));
  MUSTER_TRY(refuse_existing_root(spec.folder));
  MUSTER_ASSIGN(auto operators, make_root("Muster operator root"));
  MUSTER_ASSIGN(auto orchestrators, make_root("Muster orchestrator root"));
  const Roots roots{std::move(operators), std::move(orchestrators)};
  std::vector<Issued> issued;
  MUSTER_ASSIGN(const auto files, all_files(spec, roots, issued));
  MUSTER_ASSIGN(const auto lock, lock_folder(spec.folder));
  MUSTER_TRY(write_new(files));
  for (const auto& one : issued) MUSTER_TRY(note_certificate(spec.folder, one));
  Made made{{}, roots.operators.certificate, roots.orchestrators.certificate};
  for (const auto& file : files) made.files.push_back(file.path);
  return made;
}

}  // namespace muster::authority
