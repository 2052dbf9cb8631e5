// Names of agents that Choria keeps for itself; no agent of others may have them.
#pragma once

#include <array>
#include <string_view>

namespace muster::ddl {

inline constexpr std::array<std::string_view, 6> kChoriaAgents{
    "choria_util", "choria_provision", "choria_registry", "discovery", "scout", "registration"};

}  // namespace muster::ddl
