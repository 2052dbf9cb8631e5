#include "orchestrator/authority/list_file.hpp"

#include <algorithm>

#include "orchestrator/authority/revocations.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"
#include "proto/security/revocation_folder.hpp"
#include "proto/x509/ca_crl.hpp"

namespace muster::authority {
namespace {

constexpr std::size_t kListsMax = 4;  // of roots in force

}  // namespace

std::filesystem::path list_file(const std::filesystem::path& folder, security::Root root) {
  return folder /
         (root == security::Root::orchestrators ? kOrchestratorRevocationsFile : kRevocationsFile);
}

Result<std::vector<x509::RevocationList>> read_lists(const std::filesystem::path& file) {
  std::vector<x509::RevocationList> lists;
  const auto pem = base::read_file(file, kListsMax * security::kListFileMaxBytes);
  if (!pem && pem.error().code == Errc::not_found) return lists;
  if (!pem) return fail(pem.error());
  const auto all = x509::CaCrl::all_from_pem(*pem);
  if (!all) return fail(all.error().within(file.string()));
  for (const auto& one : *all) {
    auto list = x509::RevocationList::from_der(one.der());
    if (!list) return fail(list.error().within(file.string()));
    lists.push_back(*std::move(list));
  }
  return lists;
}

std::optional<x509::RevocationList> list_of(const std::vector<x509::RevocationList>& lists,
                                            const x509::Certificate& root) {
  const auto found = std::find_if(lists.begin(), lists.end(), [&](const auto& list) {
    return list.signed_by(root).has_value();
  });
  return found == lists.end() ? std::nullopt : std::optional(*found);
}

Status write_list(const std::filesystem::path& file, const x509::RevocationList& list,
                  const std::vector<x509::Certificate>& in_force) {
  MUSTER_ASSIGN(const auto before, read_lists(file));
  auto pem = list.pem();
  for (const auto& root : in_force)
    if (const auto other = list_of(before, root); other && !list.signed_by(root))
      pem += other->pem();
  return base::write_file(file, pem);
}

Result<x509::RevocationList> empty_list(const KeyAndCertificate& root) {
  constexpr std::int64_t kBackdatedMs = 24LL * 3'600'000;
  const auto from_ms = base::SystemClock().unix_ms() - kBackdatedMs;
  return x509::RevocationList::issue({.number = 1, .at_ms = from_ms, .entries = {}},
                                     root.certificate, root.key);
}

}  // namespace muster::authority
