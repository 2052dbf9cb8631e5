#include "plugins/agents/puppetca/valid.hpp"

#include "proto/base/names.hpp"

namespace muster::plugins::puppetca {

Result<ValidPage> find_valid(const CaFiles& files, std::int64_t now_ms, std::size_t from) {
  MUSTER_ASSIGN(const auto inventory, files.inventory());
  MUSTER_ASSIGN(const auto revoked, files.revocations());
  ValidPage page;
  page.unread_lines = inventory.unread_lines;
  for (std::size_t i = from; i < inventory.issued.size(); ++i) {
    const auto& issued = inventory.issued[i];
    if (issued.not_after_ms <= now_ms || revoked.contains(issued.serial)) continue;
    if (!base::check_identity(issued.name)) continue;
    if (page.certificates.size() == kValidPerPage) {
      page.next = i;
      break;
    }
    MUSTER_ASSIGN(const auto current, files.current_serial(issued.name));
    page.certificates.push_back({issued, current == issued.serial});
  }
  return page;
}

}  // namespace muster::plugins::puppetca
