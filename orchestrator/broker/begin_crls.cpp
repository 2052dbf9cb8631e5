#include "orchestrator/broker/begin_crls.hpp"

#include "orchestrator/broker/capath.hpp"
#include "orchestrator/broker/node_crls.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"
#include "proto/x509/ca_crl.hpp"

namespace muster::broker {

Status begin_node_crls(const BrokerFolder& folder) {
  const auto there = base::read_file(folder.node_crls(), kCrlFileMaxBytes);
  if (there && x509::CaCrl::all_from_pem(*there)) return {};
  MUSTER_ASSIGN(const auto begun, placeholder_crl(base::SystemClock().unix_ms()));
  return base::write_file(folder.node_crls(), begun);
}

Result<bool> begin_root_crls(const BrokerFolder& folder, const std::string& root,
                             const std::filesystem::path& given) {
  const auto now = base::SystemClock().unix_ms();
  const auto file = folder.root_crls(root);
  const auto read = [](const std::filesystem::path& path, const x509::Certificate& certificate) {
    const auto pem = base::read_file(path, kCrlFileMaxBytes);
    return pem ? x509::CaCrl::from_pem(*pem, certificate) : Result<x509::CaCrl>(fail(pem.error()));
  };
  bool all_current = true;
  std::string text;
  const auto in_force = Capath(folder.roots(root)).all();
  for (const auto& certificate : in_force) {
    const auto there = read(file, certificate);
    const auto offered = given.empty() ? there : read(given, certificate);
    const auto& best = offered && (!there || offered->newer_than(*there)) ? offered : there;
    all_current =
        all_current && ((there && there->current_at(now)) || (offered && offered->current_at(now)));
    if (best) text += best->pem();
  }
  if (!text.empty()) MUSTER_TRY(base::write_file(file, text));
  return all_current && !text.empty();
}

}  // namespace muster::broker
