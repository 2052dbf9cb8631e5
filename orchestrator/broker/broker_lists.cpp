#include "orchestrator/broker/broker_lists.hpp"

#include <fmt/format.h>

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

// Read again each time: were it damaged meanwhile, the next reload would end all checking.
Result<bool> bring_to(const fs::path& file, const std::string& text) {
  const auto there = base::read_file(file, kCrlFileMaxBytes);
  if (there && *there == text) return false;
  MUSTER_TRY(base::write_file(file, text));
  return true;
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
  return load_roots();
}

Status BrokerLists::load_roots() {
  for (const std::string root : {"operators", "orchestrators"}) {
    auto certificate = x509::Certificate::from_file(folder_.root_file(root));
    if (!certificate && certificate.error().code == Errc::not_found) continue;
    if (!certificate) return fail(certificate.error());
    const auto file = folder_.root_crls(root);
    roots_.push_back({*std::move(certificate), file,
                      NodeCrls(base::read_file(file, kCrlFileMaxBytes).value_or(""),
                               NodeCrls::Begins::with_a_list)});
  }
  return {};
}

Result<bool> BrokerLists::take_piece(const DeliveredPiece& delivered) {
  auto& assembly = assembled_[delivered.ca.fingerprint()];
  MUSTER_ASSIGN(const auto der, assembly.take(delivered.piece, x509::kCaCrlMaxBytes));
  if (!der) return false;
  MUSTER_ASSIGN(const auto crl, x509::CaCrl::from_der(*der));
  return of_nodes_.offer(delivered.ca, crl, clock_.unix_ms());
}

Result<bool> BrokerLists::take_root_list(std::string_view der) {
  MUSTER_ASSIGN(const auto crl, x509::CaCrl::from_der(der));
  for (auto& root : roots_)
    if (crl.check_signed_by(root.certificate))
      return root.crls.offer(root.certificate, crl, clock_.unix_ms());
  return fail(Errc::refused, "neither root has signed it");
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
  MUSTER_ASSIGN(bool changed, bring_to(folder_.node_crls(), of_nodes_.text(cas)));
  for (auto& root : roots_) {
    root.crls.advance(clock_.unix_ms());
    // Without one its listeners look at none: a file without it would let nobody in.
    if (!root.crls.has_list_of(root.certificate)) continue;
    MUSTER_ASSIGN(const bool its, bring_to(root.file, root.crls.text({root.certificate})));
    changed = changed || its;
  }
  return changed;
}

}  // namespace muster::broker
