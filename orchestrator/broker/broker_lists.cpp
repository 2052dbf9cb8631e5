#include "orchestrator/broker/broker_lists.hpp"

#include <fmt/format.h>

#include "orchestrator/broker/bring_to.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"

namespace muster::broker {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> pem_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().extension() == ".pem") files.push_back(entry.path());
  return files;
}

Result<std::vector<x509::CaCrl>> lists_in(const fs::path& file) {
  MUSTER_ASSIGN(const auto pem, base::read_file(file, 2 * x509::kCaCrlMaxBytes));
  auto lists = x509::CaCrl::all_from_pem(pem);
  if (!lists) return fail(lists.error().within(file.string()));
  return lists;
}

}  // namespace

Status BrokerLists::load() {
  auto file = base::read_file(folder_.node_crls(), kCrlFileMaxBytes);
  if (!file && file.error().code != Errc::not_found) return fail(file.error());
  // Not even the placeholder: a broker that reads such a file checks nothing.
  if (!file || !x509::CaCrl::all_from_pem(*file)) {
    log::warning("the broker's revocation lists are missing or damaged; begun anew",
                 {{"file", folder_.node_crls().string()}});
    file = placeholder_crl(clock_.unix_ms());
    if (!file) return fail(file.error());
  }
  of_nodes_ = NodeCrls(*file);
  of_roots_.load();
  return {};
}

Result<bool> BrokerLists::take_piece(const DeliveredPiece& delivered) {
  auto& assembly = assembled_[delivered.ca.fingerprint()];
  MUSTER_ASSIGN(const auto der, assembly.take(delivered.piece, x509::kCaCrlMaxBytes));
  if (!der) return false;
  MUSTER_ASSIGN(const auto crl, x509::CaCrl::from_der(*der));
  return of_nodes_.offer(delivered.ca, crl, clock_.unix_ms());
}

std::vector<std::string> BrokerLists::take_local(const std::vector<x509::Certificate>& cas) {
  std::vector<std::string> unread;
  for (const auto& file : pem_files(folder_.local_crls())) {
    const auto lists = lists_in(file);
    if (!lists) {
      unread.push_back(lists.error().message);
      continue;
    }
    for (const auto& crl : *lists)
      for (const auto& ca : cas)
        if (crl.check_signed_by(ca)) static_cast<void>(of_nodes_.offer(ca, crl, clock_.unix_ms()));
  }
  return unread;
}

Result<bool> BrokerLists::write(const std::vector<x509::Certificate>& cas) {
  of_nodes_.advance(clock_.unix_ms());
  MUSTER_ASSIGN(const bool changed, bring_to(folder_.node_crls(), of_nodes_.text(cas)));
  MUSTER_ASSIGN(const bool of_roots, of_roots_.write());
  return changed || of_roots;
}

}  // namespace muster::broker
