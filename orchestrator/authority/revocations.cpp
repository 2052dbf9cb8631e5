#include "orchestrator/authority/revocations.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "orchestrator/authority/find_certificate.hpp"
#include "orchestrator/authority/index.hpp"
#include "orchestrator/authority/list_file.hpp"
#include "orchestrator/authority/rotation.hpp"
#include "proto/base/names.hpp"

namespace muster::authority {
namespace {

// Whose lists may name a certificate of that role. Brokers have theirs from the operator root, their watchers from the
// other.
std::vector<security::Root> roots_of(security::Role role) {
  if (role == security::Role::broker)
    return {security::Root::operators, security::Root::orchestrators};
  return {role == security::Role::orchestrator ? security::Root::orchestrators
                                               : security::Root::operators};
}

struct Issuer {
  security::Root root;
  KeyAndCertificate holder;
};

// A root whose key is elsewhere is no hindrance as long as one is here.
Result<std::vector<Issuer>> issuers_of(const std::filesystem::path& folder, security::Role role) {
  std::vector<Issuer> issuers;
  std::optional<Error> missing;
  for (const auto root : roots_of(role)) {
    auto holders = roots_that_issued(folder, root);
    if (!holders) {
      missing = holders.error();
      continue;
    }
    for (auto& holder : *holders) issuers.push_back({root, std::move(holder)});
  }
  if (issuers.empty()) return fail(*missing);
  return issuers;
}

// A serial number alone names no issuer: what was issued here says whose it is, else it is the newest root's.
Result<const Issuer*> issuer_of(const std::vector<Issuer>& issuers, const Whom& whom,
                                security::Role role) {
  if (!whom.certificate) return &issuers.front();
  std::vector<std::string> names;
  for (const auto& issuer : issuers) {
    if (whom.certificate->issued_by(issuer.holder.certificate)) return &issuer;
    names.push_back(base::quoted(issuer.holder.certificate.subject()));
  }
  return fail(Errc::refused,
              fmt::format("the certificate {} was not issued by {}, whose list would revoke a {}'s",
                          base::quoted(whom.certificate->subject()), fmt::join(names, " or "),
                          name_of(role)));
}

Status check_role(const x509::Certificate& certificate, security::Role role) {
  const auto its = security::role_from(certificate.organizational_unit());
  // A watcher's goes with the root that issued it.
  if (its == role || its == security::Role::broker) return {};
  if (its == security::Role::none)
    return fail(Errc::refused, fmt::format("the certificate {} is none that an authority issues{}",
                                           base::quoted(certificate.subject()),
                                           certificate.is_self_issued()
                                               ? "; a root is replaced with 'muster root rotate'"
                                               : ""));
  return fail(
      Errc::refused,
      fmt::format("the certificate {} is of the role '{}', not '{}'; use 'muster {} revoke'",
                  base::quoted(certificate.subject()), name_of(its), name_of(role), name_of(its)));
}

// Everything that either list says, and one more.
x509::RevocationList::Content next_content(const std::vector<const x509::RevocationList*>& known,
                                           const std::string& serial, const RevokeSpec& spec) {
  x509::RevocationList::Content next{.number = 0, .at_ms = spec.now_ms, .entries = {}};
  for (const auto* list : known) {
    next.number = std::max(next.number, list->number());
    next.entries.insert(list->entries().begin(), list->entries().end());
  }
  ++next.number;
  next.entries.insert({serial, {spec.now_ms, spec.reason}});
  return next;
}

// The list that says it all already, if there is one.
const x509::RevocationList* complete(const x509::RevocationList::Content& wanted,
                                     const std::vector<const x509::RevocationList*>& known) {
  for (const auto* list : known)
    if (list->number() + 1 == wanted.number && list->entries().size() == wanted.entries.size())
      return list;
  return nullptr;
}

Result<Revocation> revoke_by(const Issuer& issuer, const Whom& whom, const RevokeSpec& spec) {
  const auto& root = issuer.holder.certificate;
  const auto file = list_file(spec.folder, issuer.root);
  MUSTER_ASSIGN(const auto lists, read_lists(file));
  const auto ours = list_of(lists, root);
  const auto published = list_of(spec.published, root);
  std::vector<const x509::RevocationList*> known;
  for (const auto* list : {&ours, &published})
    if (*list) known.push_back(&**list);
  const bool was_revoked = std::any_of(known.begin(), known.end(), [&](const auto* list) {
    return list->find(whom.serial).has_value();
  });
  const auto content = next_content(known, whom.serial, spec);
  const auto* whole = complete(content, known);
  auto list = whole != nullptr ? Result<x509::RevocationList>(*whole)
                               : x509::RevocationList::issue(content, root, issuer.holder.key);
  if (!list) return fail(list.error());
  MUSTER_ASSIGN(const auto holders, roots_that_issued(spec.folder, issuer.root));
  std::vector<x509::Certificate> in_force;
  for (const auto& holder : holders) in_force.push_back(holder.certificate);
  MUSTER_TRY(write_list(file, *list, in_force));
  const auto name = whom.certificate ? whom.certificate->common_name() : "";
  return Revocation{whom.serial, name, was_revoked, file, *std::move(list), root};
}

}  // namespace

Result<std::vector<std::string>> to_revoke(const std::filesystem::path& folder, security::Role role,
                                           const std::string& word, std::int64_t now_ms) {
  MUSTER_ASSIGN(const auto index, read_index(folder, now_ms));
  const auto named = find_certificate(folder, word);
  std::error_code unreadable;
  const bool a_file = base::check_caller(word).has_value() &&
                      std::filesystem::exists(folder / (word + ".pem"), unreadable);
  // A watcher's file has not its name.
  const auto name =
      a_file && named && named->certificate ? named->certificate->common_name() : word;
  std::vector<std::string> serials;
  for (const auto& [issued, state] : index.certificates) {
    const bool counts = state == CertificateState::current || state == CertificateState::replaced;
    if (!counts || issued.name != name || issued.role != name_of(role)) continue;
    const auto serial = issued.certificate.serial_hex();
    if (!named || named->serial != serial) serials.push_back(serial);
  }
  if (named || serials.empty()) serials.insert(serials.begin(), word);
  return serials;
}

Result<Revocation> revoke(const RevokeSpec& spec) {
  MUSTER_ASSIGN(const auto issuers, issuers_of(spec.folder, spec.role));
  MUSTER_ASSIGN(const auto whom, find_certificate(spec.folder, spec.whom));
  MUSTER_ASSIGN(const auto* const issuer, issuer_of(issuers, whom, spec.role));
  if (whom.certificate) MUSTER_TRY(check_role(*whom.certificate, spec.role));
  MUSTER_ASSIGN(const auto lock, lock_folder(spec.folder));
  MUSTER_ASSIGN(auto done, revoke_by(*issuer, whom, spec));
  if (whom.certificate)
    MUSTER_TRY(note_revoked(spec.folder, whom.certificate->fingerprint(), spec.now_ms));
  return done;
}

}  // namespace muster::authority
