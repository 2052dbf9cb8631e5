#include "orchestrator/broker/begin_crls.hpp"

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
  MUSTER_ASSIGN(const auto certificate, x509::Certificate::from_file(folder.root_file(root)));
  const auto file = folder.root_crls(root);
  const auto read = [&](const std::filesystem::path& path) -> Result<x509::CaCrl> {
    MUSTER_ASSIGN(const auto pem, base::read_file(path, 2 * x509::kCaCrlMaxBytes));
    return x509::CaCrl::from_pem(pem, certificate);
  };
  const auto there = read(file);
  const auto offered = given.empty() ? there : read(given);
  if (offered && (!there || offered->newer_than(*there)))
    MUSTER_TRY(base::write_file(file, offered->pem()));
  const auto now = base::SystemClock().unix_ms();
  return (there && there->current_at(now)) || (offered && offered->current_at(now));
}

}  // namespace muster::broker
