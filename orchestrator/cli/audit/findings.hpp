// What the CAs' listings say beside what Muster knows: certificates of nobody, of two CAs for one name, and ones that nobody asked
// Muster for.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/cli/audit/issued.hpp"
#include "orchestrator/cli/render/lost.hpp"
#include "orchestrator/client/records.hpp"

namespace muster::cli {

enum class Unexpected {
  orphan,  // neither a record nor a node on the bus has the name: a machine that is no more, perhaps
  second,   // the name belongs to another CA, as its node or its record says
  unasked,  // a node on the bus has it, and no record says that it was provisioned
};
std::string_view name_of(Unexpected kind);

struct Finding {
  Unexpected kind;
  std::string master;  // whose CA gave it out
  IssuedCertificate certificate;
};

struct AuditView {
  std::vector<CaListing> listings;
  render::ShownCertificates shown;  // by the nodes that are online
  std::map<std::string, client::Record, std::less<>>
      records;  // by name, the forgotten ones left out
  std::map<std::string, std::string, std::less<>>
      cas;  // a master's name: its CA's fingerprint, as endorsed
};

// Of current certificates alone: those that are not are lost or were replaced by renewal, which puppetca#audit tells. A master's own,
// in its own CA, is nobody's finding. Sorted by name, then master.
std::vector<Finding> unexpected_in(const AuditView& view);

}  // namespace muster::cli
