#include "plugins/agents/puppetca/lost.hpp"

#include "proto/base/names.hpp"

namespace muster::plugins::puppetca {

Result<LostCertificates> find_lost(const CaFiles& files, std::int64_t now_ms,
                                   const std::string& certname) {
  MUSTER_ASSIGN(const auto inventory, files.inventory());
  MUSTER_ASSIGN(const auto revoked, files.revocations());
  LostCertificates out;
  out.unread_lines = inventory.unread_lines;
  for (const auto& issued : inventory.issued) {
    const bool asked = certname.empty() || issued.name == certname;
    if (!asked || issued.not_after_ms <= now_ms || revoked.contains(issued.serial)) continue;
    // "Puppet CA: m1.example" is the CA itself; nothing else here can be on the bus.
    if (!base::check_identity(issued.name)) continue;
    MUSTER_ASSIGN(const auto current, files.current_serial(issued.name));
    if (current != issued.serial) out.lost.push_back(issued);
  }
  return out;
}

}  // namespace muster::plugins::puppetca
