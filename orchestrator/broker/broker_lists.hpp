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
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/envelope/revocation_pieces.hpp"

namespace muster::broker {

// Not thread-safe. The clock must outlive it.
class BrokerLists {
 public:
  BrokerLists(BrokerFolder folder, const base::Clock& clock)
      : folder_(std::move(folder)), clock_(clock) {}

  // What the files say counts from then on. One that is missing or damaged is begun anew, and told. Errc::io for one
  // that cannot be read, Errc::invalid_data for a root's certificate that is none.
  Status load();

  // The next three: true when a file changes by it; an error says why it is not believed.
  Result<bool> take_piece(const DeliveredPiece& delivered);
  // Bare DER: the root's own signature is the only one that it needs.
  Result<bool> take_root_list(std::string_view der);
  // What people put into the folder for these CAs. Why something there cannot be read.
  std::vector<std::string> take_local(const std::vector<x509::Certificate>& cas);

  // Brings the files to what is believed now, for these CAs. True when one of them was not so already, whoever changed
  // it: the broker must read it again.
  Result<bool> write(const std::vector<x509::Certificate>& cas);
  std::vector<NodeCrls::Complaint> complaints(const std::vector<x509::Certificate>& cas) const {
    return of_nodes_.complaints(cas, clock_.unix_ms());
  }

 private:
  struct OwnRoot {
    x509::Certificate certificate;
    std::filesystem::path file;  // its listeners' lists
    NodeCrls crls;
  };
  Status load_roots();

  const BrokerFolder folder_;
  const base::Clock& clock_;
  NodeCrls of_nodes_{""};
  std::vector<OwnRoot> roots_;
  std::map<std::string, envelope::RevocationAssembly> assembled_;  // by CA
};

}  // namespace muster::broker
