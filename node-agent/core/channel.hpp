// Where a request came from, and so where its reply goes.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "proto/messages/request.hpp"
#include "proto/security/sealer.hpp"

namespace muster::agent {

// Shared by all requests of one link.
struct Channel {
  // Sends a sealed reply. Once the link is gone it has nowhere to go, and nothing happens. On the loop's thread.
  std::function<void(const messages::Request&, std::string sealed)> reply;
  std::shared_ptr<const security::Sealer> sealer;
};

}  // namespace muster::agent
