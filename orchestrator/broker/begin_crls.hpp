// The files of revocation lists, when a broker's configuration is written: Mosquitto does not start without them.
#pragma once

#include <vector>

#include "orchestrator/broker/broker_config.hpp"
#include "orchestrator/broker/broker_folder.hpp"
#include "proto/base/result.hpp"

namespace muster::broker {

// Lists that are there and can be read stay: without them all nodes would be shut out until their masters have sent
// theirs again. Else the file is begun with a list of nobody.
Status begin_node_crls(const BrokerFolder& folder);

// Of each root in the folder the newer of its lists in `given` (PEM; may be missing) and in what is there. False: one
// of them has none that is current, so that this listener must look at none. `root`: "operators" or "orchestrators",
// whose certificates are in the folder already.
Result<bool> begin_root_crls(const BrokerFolder& folder, const std::string& root,
                             const std::filesystem::path& given);

}  // namespace muster::broker
