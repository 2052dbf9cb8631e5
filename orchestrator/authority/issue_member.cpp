#include <fmt/format.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/group_file.hpp"
#include "orchestrator/authority/index.hpp"
#include "orchestrator/authority/members.hpp"

namespace muster::authority {
namespace {

Status check_member(const MemberSpec& spec) {
  using security::Role;
  if (spec.role != Role::operator_ && spec.role != Role::orchestrator && spec.role != Role::broker)
    return fail(Errc::config,
                fmt::format("role '{}' cannot be given; known: operator, orchestrator, broker",
                            security::name_of(spec.role)));
  MUSTER_TRY(check_member_name(security::name_of(spec.role), spec.name));
  if (spec.hosts.empty() == (spec.role == Role::broker))
    return fail(Errc::config, spec.hosts.empty()
                                  ? "a broker needs at least one host, as clients reach it"
                                  : "only a broker's certificate names hosts");
  if (spec.valid_for.count() <= 0)
    return fail(Errc::config, "a certificate must be valid for at least a second");
  return {};
}

}  // namespace

Result<Member> issue_member(const std::filesystem::path& folder, const MemberSpec& spec) {
  MUSTER_TRY(check_member(spec));
  MUSTER_ASSIGN(const auto root, load_root_for(folder, spec.role, spec.name));
  const auto out = spec.out.empty() ? folder : spec.out;
  MUSTER_ASSIGN(const auto lock, lock_folder(folder));
  MUSTER_TRY(check_name_is_free(folder, spec.role, spec.name, spec.replace));
  MUSTER_ASSIGN(auto key, x509::Key::generate_p256());
  MUSTER_ASSIGN(auto certificate,
                certify_member(root, {spec.name, spec.role, spec.hosts, spec.valid_for}, key));
  const KeyAndCertificate member{std::move(key), std::move(certificate)};
  MUSTER_ASSIGN(auto files, files_of(member, out, spec.name));
  MUSTER_ASSIGN(files[1].content,
                certificate_text(folder, spec.role, spec.name, member.certificate));
  MUSTER_TRY(spec.replace ? write_over(files) : write_new(files));
  MUSTER_TRY(note_certificate(
      folder, {spec.name, std::string(security::name_of(spec.role)), member.certificate, spec.hosts,
               out / spec.name, base::SystemClock().unix_ms()}));
  for (const auto& group : spec.groups)
    MUSTER_TRY(add_to_group(folder / kGroupsFile, group, spec.name));
  return Member{member.certificate, files[1].path, files[0].path};
}

}  // namespace muster::authority
