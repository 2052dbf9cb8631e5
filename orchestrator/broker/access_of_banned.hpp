// Banned nodes in Mosquitto's access lists: `user NAME` with `topic deny #` comes before what all may, at each publish,
// each subscription and each delivery, also over a connection that stood before the list was read anew.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/broker/broker_folder.hpp"
#include "proto/base/result.hpp"

namespace muster::broker {

inline constexpr std::size_t kAccessListMaxBytes = 16 * 1024 * 1024;

// The list with these names denied everything, and no others: those that it denied before are forgotten.
std::string with_bans(std::string_view access_list, const std::vector<std::string>& names);
// The names that such a list denies.
std::vector<std::string> bans_in(std::string_view access_list);

// What is known of bans: perhaps not all yet, when the watch has just started.
struct KnownBans {
  std::vector<std::string> banned;
  std::vector<std::string> lifted;
};

// Brings the access lists of the listeners that nodes come to to what is known: a name that they deny stays denied until
// its ban is known to be lifted. True when one was not so already. Errc::io for a file that cannot be read or
// written; it stays as it is.
Result<bool> deny_banned(const BrokerFolder& folder, const KnownBans& known);

}  // namespace muster::broker
