// The configuration files that `muster init` writes. Internal.
#pragma once

#include <string>
#include <string_view>

#include "orchestrator/authority/authority.hpp"

namespace muster::authority {

// muster.yaml for whoever has NAME.key and NAME.pem beside it.
std::string config_text(const InitSpec& spec, std::string_view name);

}  // namespace muster::authority
