#include "orchestrator/authority/rotation.hpp"

#include <fmt/format.h>

#include "orchestrator/authority/list_file.hpp"
#include "orchestrator/authority/members.hpp"
#include "orchestrator/authority/rotation_files.hpp"
#include "proto/base/core_dumps.hpp"
#include "proto/base/files.hpp"

namespace muster::authority {
namespace {

bool is_there(const std::filesystem::path& file) {
  std::error_code unreadable;
  return std::filesystem::exists(file, unreadable);
}

Status move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code problem;
  std::filesystem::rename(from, to, problem);
  if (!problem) return {};
  return fail(Errc::io, fmt::format("cannot rename {} to {}: {}", from.string(), to.string(),
                                    problem.message()));
}

// "Muster operator root", "Muster operator root 2" …: two of one name would be hard to tell apart.
std::string next_name(const std::string& name, std::uint64_t rotations) {
  const auto digits = name.find_last_not_of("0123456789 ");
  return fmt::format("{} {}", name.substr(0, digits + 1), rotations + 2);
}

// The new key, certified by the old root: for who has not heard of the new one.
Result<x509::Certificate> make_link(const KeyAndCertificate& old_root,
                                    const KeyAndCertificate& new_root) {
  x509::IssueSpec spec;
  spec.common_name = new_root.certificate.common_name();
  spec.valid_for = kRootValidFor;  // cut to the old root's end
  spec.ca = true;
  return x509::issue(spec, new_root.key, &old_root.certificate, old_root.key);
}

// What an interrupted attempt left, or a new one.
Result<KeyAndCertificate> next_root(const RotationFiles& files, const std::string& name) {
  if (is_there(files.next_key)) return load_root_pair(files.next_key, files.next_root);
  MUSTER_ASSIGN(auto made, make_root(name));
  MUSTER_TRY(save_root_pair(made, files.next_key, files.next_root));
  return made;
}

Result<std::string> sign(const RotationFiles& files, security::Root root,
                         const KeyAndCertificate& old_root, const KeyAndCertificate& new_root,
                         bool finished, const base::Clock& clock) {
  MUSTER_ASSIGN(const auto statements, read_statements(files.statements));
  std::uint64_t last = 0;
  for (const auto& message : statements) {
    MUSTER_ASSIGN(const auto said, security::read_root_statement(message));
    if (said.old_root.fingerprint() == old_root.certificate.fingerprint() &&
        said.new_root.fingerprint() == new_root.certificate.fingerprint() &&
        said.finished == finished)
      return message;
    last = std::max(last, said.number);
  }
  MUSTER_ASSIGN(auto message,
                security::sign_root_statement({root, last + 1, old_root.certificate,
                                               new_root.certificate, finished, clock.unix_ms()},
                                              old_root.key, new_root.key));
  MUSTER_TRY(append_statement(files.statements, message));
  return message;
}

// From here on the new root issues. Each step may be the last one done: load_root() picks of the two
// certificates the one that is the key's.
Status put_in_force(const RotationFiles& files, security::Root root,
                    const KeyAndCertificate& old_root, const KeyAndCertificate& new_root) {
  MUSTER_ASSIGN(const auto link, make_link(old_root, new_root));
  MUSTER_TRY(save_root_pair(old_root, files.old_key, files.old_root));
  MUSTER_TRY(base::write_file(files.link, link.pem()));
  MUSTER_ASSIGN(const auto list, empty_list(new_root));
  MUSTER_TRY(write_list(list_file(files.folder, root), list, {old_root.certificate}));
  MUSTER_TRY(
      base::write_file(files.roots, new_root.certificate.pem() + old_root.certificate.pem()));
  MUSTER_TRY(move_file(files.next_key, files.key));
  std::error_code ignored;
  std::filesystem::remove(files.next_root, ignored);
  return {};
}

Result<KeyAndCertificate> load_current(const std::filesystem::path& folder, security::Root root) {
  return root == security::Root::orchestrators ? load_orchestrator_root(folder) : load_root(folder);
}

}  // namespace

Result<std::vector<KeyAndCertificate>> roots_that_issued(const std::filesystem::path& folder,
                                                         security::Root root) {
  const RotationFiles files(folder, root);
  MUSTER_ASSIGN(auto current, load_current(folder, root));
  std::vector<KeyAndCertificate> roots;
  roots.push_back(std::move(current));
  if (!is_there(files.old_key) || is_there(files.next_key)) return roots;
  MUSTER_ASSIGN(auto old_root, load_root_pair(files.old_key, files.old_root));
  roots.push_back(std::move(old_root));
  return roots;
}

Result<RootFolder> read_root_folder(const std::filesystem::path& folder, security::Root root) {
  const RotationFiles files(folder, root);
  MUSTER_ASSIGN(const auto pem, base::read_file(files.roots));
  RootFolder out;
  MUSTER_ASSIGN(out.in_force, x509::Certificate::all_from_pem(pem, files.roots.string()));
  out.rotating = is_there(files.old_key) && !is_there(files.next_key);
  MUSTER_ASSIGN(out.statements, read_statements(files.statements));
  return out;
}

Result<Rotation> begin_rotation(const std::filesystem::path& folder, security::Root root,
                                const base::Clock& clock) {
  base::forbid_core_dumps();
  const RotationFiles files(folder, root);
  MUSTER_ASSIGN(const auto lock, lock_folder(folder));
  MUSTER_ASSIGN(const auto current, load_current(folder, root));
  if (is_there(files.old_key) && !is_there(files.next_key)) {
    MUSTER_ASSIGN(const auto old_root, load_root_pair(files.old_key, files.old_root));
    MUSTER_ASSIGN(auto message, sign(files, root, old_root, current, false, clock));
    return Rotation{old_root.certificate, current.certificate, std::move(message)};
  }
  MUSTER_ASSIGN(const auto before, read_statements(files.statements));
  MUSTER_ASSIGN(const auto next,
                next_root(files, next_name(current.certificate.common_name(), before.size() / 2)));
  MUSTER_ASSIGN(auto message, sign(files, root, current, next, false, clock));
  MUSTER_TRY(put_in_force(files, root, current, next));
  return Rotation{current.certificate, next.certificate, std::move(message)};
}

Result<Rotation> sign_finish(const std::filesystem::path& folder, security::Root root,
                             const base::Clock& clock) {
  base::forbid_core_dumps();
  const RotationFiles files(folder, root);
  MUSTER_ASSIGN(const auto lock, lock_folder(folder));
  if (!is_there(files.old_key) || is_there(files.next_key))
    return fail(Errc::aborted,
                fmt::format("{} is not being rotated; 'muster root rotate {}' begins",
                            security::name_of(root), security::word_of(root)));
  MUSTER_ASSIGN(const auto current, load_current(folder, root));
  MUSTER_ASSIGN(const auto old_root, load_root_pair(files.old_key, files.old_root));
  MUSTER_ASSIGN(auto message, sign(files, root, old_root, current, true, clock));
  return Rotation{old_root.certificate, current.certificate, std::move(message)};
}

Status complete_rotation(const std::filesystem::path& folder, security::Root root) {
  const RotationFiles files(folder, root);
  MUSTER_ASSIGN(const auto lock, lock_folder(folder));
  MUSTER_ASSIGN(const auto current, load_current(folder, root));
  MUSTER_TRY(base::write_file(files.roots, current.certificate.pem()));
  MUSTER_ASSIGN(const auto lists, read_lists(list_file(folder, root)));
  if (const auto its = list_of(lists, current.certificate))
    MUSTER_TRY(write_list(list_file(folder, root), *its, {}));
  // The key first: without it no rotation is under way any more.
  MUSTER_TRY(move_file(files.old_key, files.retired_key));
  return move_file(files.old_root, files.retired_root);
}

Result<std::optional<x509::Certificate>> link_to_old_root(const std::filesystem::path& folder,
                                                          security::Root root) {
  const RotationFiles files(folder, root);
  if (!is_there(files.link)) return std::nullopt;
  MUSTER_ASSIGN(auto link, x509::Certificate::from_file(files.link));
  if (link.not_after_ms() <= base::SystemClock().unix_ms()) return std::nullopt;
  return link;
}

}  // namespace muster::authority
