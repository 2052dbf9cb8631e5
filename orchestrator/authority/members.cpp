#include "orchestrator/authority/members.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <set>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/index.hpp"
#include "orchestrator/authority/rotation.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"

namespace muster::authority {
namespace {

const std::set<std::string> kReserved{"root", "orchestrator-root", "join", "watcher",
                                      security::kWatcherName};

// Brokers' server certificates are of the operator root, their watchers' of the other.
security::Root root_of(security::Role role, const std::string& name) {
  const bool orchestrators = role == security::Role::orchestrator || name == security::kWatcherName;
  return orchestrators ? security::Root::orchestrators : security::Root::operators;
}

bool is_address(const std::string& host) {
  unsigned char bytes[sizeof(in6_addr)];
  return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

Result<KeyAndCertificate> make_root(const std::string& common_name) {
  x509::IssueSpec spec;
  spec.common_name = common_name;
  spec.valid_for = kRootValidFor;
  spec.ca = true;
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  MUSTER_ASSIGN(auto certificate, x509::issue(spec, key, nullptr, key));
  return KeyAndCertificate{std::move(key), std::move(certificate)};
}

Status check_member_name(std::string_view what, const std::string& name) {
  if (auto caller = base::check_caller(name); !caller)
    return fail(Errc::config, fmt::format("{}: {}", what, caller.error().message));
  if (name.size() > kMemberNameMaxBytes)
    return fail(Errc::config, fmt::format("{}: {} is longer than {} bytes", what,
                                          base::quoted(name), kMemberNameMaxBytes));
  // A file of that name would be hidden, or be one of the roots' own.
  if (name.front() == '.' || name.front() == '-' || kReserved.count(name) != 0 ||
      name.starts_with("root-") || name.starts_with("orchestrator-root-"))
    return fail(Errc::config,
                fmt::format("{}: {} cannot be used as a name", what, base::quoted(name)));
  return {};
}

Result<x509::Certificate> certify_member(const KeyAndCertificate& root,
                                         const MemberContent& content, const x509::Key& key) {
  x509::IssueSpec spec;
  spec.common_name = content.name;
  spec.organizational_unit = security::name_of(content.role);
  spec.valid_for = content.valid_for;
  spec.server = !content.hosts.empty();
  spec.client = !spec.server;
  for (const auto& host : content.hosts)
    (is_address(host) ? spec.ip_addresses : spec.dns_names).push_back(host);
  return x509::issue(spec, key, &root.certificate, root.key);
}

Result<KeyAndCertificate> make_member(const KeyAndCertificate& root, const std::string& name,
                                      security::Role role, const std::vector<std::string>& hosts) {
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  MUSTER_ASSIGN(auto certificate, certify_member(root, {name, role, hosts, kMemberValidFor}, key));
  return KeyAndCertificate{std::move(key), std::move(certificate)};
}

Result<KeyAndCertificate> load_root_for(const std::filesystem::path& folder, security::Role role,
                                        const std::string& name) {
  return root_of(role, name) == security::Root::orchestrators ? load_orchestrator_root(folder)
                                                              : load_root(folder);
}

Result<std::string> certificate_text(const std::filesystem::path& folder, security::Role role,
                                     const std::string& name,
                                     const x509::Certificate& certificate) {
  MUSTER_ASSIGN(const auto link, link_to_old_root(folder, root_of(role, name)));
  return certificate.pem() + (link ? link->pem() : "");
}

Status check_name_is_free(const std::filesystem::path& folder, security::Role role,
                          const std::string& name, bool replace) {
  MUSTER_ASSIGN(const auto index, read_index(folder, base::SystemClock().unix_ms()));
  for (const auto& [issued, state] : index.certificates)
    if (!replace && issued.name == name && issued.role == security::name_of(role) &&
        state == CertificateState::current)
      return fail(
          Errc::config,
          fmt::format("{0} {1} has a certificate already, good until {2}; 'muster {0} renew "
                      "{1}' gives it new dates, --replace makes another key beside it",
                      issued.role, name, base::iso8601(issued.certificate.not_after_ms())));
  return {};
}

}  // namespace muster::authority
