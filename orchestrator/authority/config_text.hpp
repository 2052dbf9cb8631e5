// The configuration files that `muster init` writes. Internal.
#pragma once

#include <string>
#include <string_view>

#include "orchestrator/authority/authority.hpp"

namespace muster::authority {

// For the holder of NAME.key and NAME.pem beside it; `port`: of the brokers' listener for its kind.
std::string config_text(const InitSpec& spec, std::string_view name, std::uint16_t port);

// The group that may ask orchestrators for changes: the first operator.
std::string groups_text(const InitSpec& spec);

}  // namespace muster::authority
