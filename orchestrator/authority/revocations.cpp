#include "orchestrator/authority/revocations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/files.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/security/revocation_folder.hpp"

namespace muster::authority {
namespace {

constexpr std::size_t kSerialDigitsMax = 40;  // RFC 5280: 20 octets
constexpr std::size_t kFingerprintDigits = 64;

bool by_orchestrator_root(security::Role role) {
  return role == security::Role::orchestrator || role == security::Role::broker;
}

std::filesystem::path list_file(const std::filesystem::path& folder, security::Role role) {
  return folder / (by_orchestrator_root(role) ? kOrchestratorRevocationsFile : kRevocationsFile);
}

// As OpenSSL prints serial numbers: in capitals.
std::string lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool is_hex(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Result<std::optional<x509::RevocationList>> read_revocation_list(const std::filesystem::path& file,
                                                                 const x509::Certificate& root) {
  const auto pem = base::read_file(file, security::kListFileMaxBytes);
  if (!pem && pem.error().code == Errc::not_found) return std::nullopt;
  if (!pem) return fail(pem.error());
  MUSTER_ASSIGN(auto list, x509::RevocationList::from_pem(*pem, file.string()));
  if (auto its = list.signed_by(root); !its) return fail(its.error().within(file.string()));
  return std::optional(std::move(list));
}

// The one whose fingerprint it is, of the folder's certificates.
std::optional<x509::Certificate> by_fingerprint(const std::filesystem::path& folder,
                                                const std::string& fingerprint) {
  std::error_code unreadable;
  for (std::filesystem::directory_iterator at(folder, unreadable), end; !unreadable && at != end;
       at.increment(unreadable)) {
    if (at->path().extension() != ".pem") continue;
    auto certificate = x509::Certificate::from_file(at->path());
    if (certificate && certificate->fingerprint() == fingerprint) return *std::move(certificate);
  }
  return std::nullopt;
}

struct Whom {
  std::string serial;
  std::string name;
};

Result<Whom> issued_to(const x509::Certificate& certificate, const x509::Certificate& root,
                       security::Role role) {
  const auto its = security::role_from(certificate.organizational_unit());
  if (!certificate.issued_by(root))
    return fail(Errc::refused,
                fmt::format("the certificate {} was not issued by {}, whose list would revoke it",
                            base::quoted(certificate.subject()), base::quoted(root.subject())));
  // A broker's and its watcher's go with the root that issued them.
  if (its != role && its != security::Role::broker)
    return fail(
        Errc::refused,
        fmt::format("the certificate {} is of the role '{}', not '{}'; use 'muster {} revoke'",
                    base::quoted(certificate.subject()), name_of(its), name_of(role),
                    name_of(its)));
  return Whom{certificate.serial_hex(), certificate.common_name()};
}

Result<Whom> find_whom(const RevokeSpec& spec, const x509::Certificate& root) {
  std::error_code none;
  const bool a_name = base::check_caller(spec.whom).has_value();
  const auto named = spec.folder / (spec.whom + ".pem");
  for (const auto& file : {named, std::filesystem::path(spec.whom)}) {
    if ((file == named && !a_name) || !std::filesystem::is_regular_file(file, none)) continue;
    MUSTER_ASSIGN(const auto certificate, x509::Certificate::from_file(file));
    return issued_to(certificate, root, spec.role);
  }
  if (is_hex(spec.whom) && spec.whom.size() == kFingerprintDigits)
    if (const auto found = by_fingerprint(spec.folder, spec.whom))
      return issued_to(*found, root, spec.role);
  if (auto serial = lower(spec.whom);
      is_hex(serial) && serial.size() <= kSerialDigitsMax && serial.size() % 2 == 0)
    return Whom{std::move(serial), ""};
  return fail(
      Errc::config,
      fmt::format("there is no {}; give the certificate's file, its fingerprint if it is in {}, "
                  "or its serial number in hex, which logs and 'openssl x509 -serial' tell",
                  named.string(), spec.folder.string()));
}

// Everything that either list says, and one more.
x509::RevocationList::Content next_content(const RevokeSpec& spec, const Whom& whom,
                                           const std::optional<x509::RevocationList>& ours) {
  x509::RevocationList::Content next{.number = 0, .at_ms = spec.now_ms, .entries = {}};
  for (const auto* list : {&ours, &spec.published}) {
    if (!*list) continue;
    next.number = std::max(next.number, (*list)->number());
    next.entries.insert((*list)->entries().begin(), (*list)->entries().end());
  }
  ++next.number;
  next.entries.insert({whom.serial, {spec.now_ms, spec.reason}});
  return next;
}

// The list that says it all already, if there is one.
const x509::RevocationList* complete(const x509::RevocationList::Content& wanted,
                                     const std::optional<x509::RevocationList>& ours,
                                     const std::optional<x509::RevocationList>& published) {
  for (const auto* list : {&ours, &published})
    if (*list && (*list)->number() + 1 == wanted.number &&
        (*list)->entries().size() == wanted.entries.size())
      return &**list;
  return nullptr;
}

}  // namespace

Result<RootAndList> root_and_list(const std::filesystem::path& folder, security::Role role) {
  const auto* name = by_orchestrator_root(role) ? kOrchestratorRootFile : kRootFile;
  MUSTER_ASSIGN(auto root, x509::Certificate::from_file(folder / name));
  MUSTER_ASSIGN(auto list, read_revocation_list(list_file(folder, role), root));
  return RootAndList{std::move(root), std::move(list)};
}

Result<Revocation> revoke(const RevokeSpec& spec) {
  MUSTER_ASSIGN(const auto root, by_orchestrator_root(spec.role)
                                     ? load_orchestrator_root(spec.folder)
                                     : load_root(spec.folder));
  MUSTER_ASSIGN(const auto whom, find_whom(spec, root.certificate));
  MUSTER_ASSIGN(const auto lock, lock_folder(spec.folder));
  const auto file = list_file(spec.folder, spec.role);
  MUSTER_ASSIGN(const auto ours, read_revocation_list(file, root.certificate));
  const bool known =
      (ours && ours->find(whom.serial)) || (spec.published && spec.published->find(whom.serial));
  const auto content = next_content(spec, whom, ours);
  const auto* whole = complete(content, ours, spec.published);
  auto list = whole != nullptr ? Result<x509::RevocationList>(*whole)
                               : x509::RevocationList::issue(content, root.certificate, root.key);
  if (!list) return fail(list.error());
  MUSTER_TRY(base::write_file(file, list->pem()));
  return Revocation{whom.serial, whom.name, known, file, *std::move(list), root.certificate};
}

}  // namespace muster::authority
