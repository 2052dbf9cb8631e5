// All revocation lists that one broker looks at: those of the Puppet CAs and those of our two roots. What is believed of
// them stands in the broker's folder; each file is replaced whole.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/broker/broker_folder.hpp"
#include "orchestrator/broker/delivered_piece.hpp"
#include "orchestrator/broker/node_crls.hpp"
#include "orchestrator/broker/root_lists.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/messages/revocation_pieces.hpp"

namespace muster::broker {

// Not thread-safe. The clock must outlive it.
class BrokerLists {
 public:
  BrokerLists(BrokerFolder folder, const base::Clock& clock)
      : folder_(folder), clock_(clock), of_roots_(std::move(folder), clock) {}

  // What the files say counts from then on. One that is missing or damaged is begun anew, and told. Errc::io for one
  // that cannot be read.
  Status load();

  // The next three: true when a file changes by it; an error says why it is not believed.
  Result<bool> take_piece(const DeliveredPiece& delivered);
  Result<bool> take_root_list(std::string_view der) { return of_roots_.take(der); }
  // What people put into the folder for these CAs. Why something there cannot be read.
  std::vector<std::string> take_local(const std::vector<x509::Certificate>& cas);

  // Brings the broker's roots to those in force (RootLists::follow).
  Result<bool> follow_roots(const RootsInForce& roots) { return of_roots_.follow(roots); }
  const std::vector<std::string>& ready_roots() const { return of_roots_.ready(); }

  // Brings the files to what is believed now, for these CAs. True when one of them was not so already, whoever changed
  // it: the broker must read it again.
  Result<bool> write(const std::vector<x509::Certificate>& cas);
  std::vector<NodeCrls::Complaint> complaints(const std::vector<x509::Certificate>& cas) const {
    return of_nodes_.complaints(cas, clock_.unix_ms());
  }

 private:
  const BrokerFolder folder_;
  const base::Clock& clock_;
  NodeCrls of_nodes_{""};
  RootLists of_roots_;
  std::map<std::string, messages::RevocationAssembly> assembled_;  // by CA
};

}  // namespace muster::broker
