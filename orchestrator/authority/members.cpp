#include "orchestrator/authority/members.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <set>

#include "orchestrator/authority/authority.hpp"
#include "proto/base/names.hpp"

namespace muster::authority {
namespace {

const std::set<std::string> kReserved{"root", "orchestrator-root", "join", "watcher",
                                      security::kWatcherName};

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
  if (name.front() == '.' || name.front() == '-' || kReserved.count(name) != 0)
    return fail(Errc::config,
                fmt::format("{}: {} cannot be used as a name", what, base::quoted(name)));
  return {};
}

Result<KeyAndCertificate> make_member(const KeyAndCertificate& root, const std::string& name,
                                      security::Role role, const std::vector<std::string>& hosts) {
  x509::IssueSpec spec;
  spec.common_name = name;
  spec.organizational_unit = security::name_of(role);
  spec.valid_for = kMemberValidFor;
  spec.server = !hosts.empty();
  spec.client = !spec.server;
  for (const auto& host : hosts)
    (is_address(host) ? spec.ip_addresses : spec.dns_names).push_back(host);
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  MUSTER_ASSIGN(auto certificate, x509::issue(spec, key, &root.certificate, root.key));
  return KeyAndCertificate{std::move(key), std::move(certificate)};
}

Result<Member> issue_operator(const std::filesystem::path& folder, const std::string& name,
                              security::Role role, const std::filesystem::path& out) {
  if (role != security::Role::operator_ && role != security::Role::orchestrator)
    return fail(Errc::config,
                fmt::format("role '{}' cannot be given; known: operator, orchestrator",
                            security::name_of(role)));
  MUSTER_TRY(check_member_name(security::name_of(role), name));
  MUSTER_ASSIGN(const auto root, role == security::Role::orchestrator
                                     ? load_orchestrator_root(folder)
                                     : load_root(folder));
  MUSTER_ASSIGN(const auto lock, lock_folder(out));
  MUSTER_ASSIGN(const auto member, make_member(root, name, role));
  MUSTER_ASSIGN(const auto files, files_of(member, out, name));
  MUSTER_TRY(write_new(files));
  return Member{member.certificate, files[1].path, files[0].path};
}

}  // namespace muster::authority
