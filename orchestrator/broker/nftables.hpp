// Packet filter rules for what the broker itself cannot bound: connections and bytes, by source address. ADR 30.
#pragma once

#include <cstdint>
#include <string>

namespace muster::broker {

// Of one source address at the join listener. A site whose machines share one address needs more.
inline constexpr unsigned kJoinOpenPerSource = 50;  // connections at once
inline constexpr unsigned kJoinNewPerMinute = 60;   // new ones, after a burst of kJoinNewBurst
inline constexpr unsigned kJoinNewBurst = 200;
// Connections at the join listener in all: the rest of the broker's descriptors is for members and operators.
inline constexpr unsigned kJoinOpenMax = 2'000;
// What one source may send to the nodes' and the masters' listener together, in the long run and at once.
inline constexpr unsigned kNodesMbytesPerSecond = 4;
inline constexpr unsigned kNodesMbytesBurst = 64;

// A file for `nft -f`: a table of its own, `inet muster_broker`, made anew each time; it accepts or drops nothing but
// what goes to these three ports.
std::string nftables_rules(std::uint16_t join_port, std::uint16_t nodes_port,
                           std::uint16_t masters_port);

}  // namespace muster::broker
