#include "orchestrator/broker/nftables.hpp"

#include <fmt/format.h>

namespace muster::broker {
namespace {

std::string head(std::uint16_t join_port, std::uint16_t nodes_port, std::uint16_t masters_port) {
  return fmt::format(
      "#!/usr/sbin/nft -f\n"
      "# Written by `muster broker config`; a hand-made change is lost with the next run.\n"
      "# Load it with `nft -f`, or include it from /etc/nftables.conf. What was dropped: `nft list "
      "table inet\n"
      "# muster_broker`. Behind an address translator many machines have one address: then raise "
      "the numbers.\n"
      "define join_port = {}\n"
      "define nodes_port = {}\n"
      "define masters_port = {}\n"

      "\n"
      "table inet muster_broker\n"
      "delete table inet muster_broker\n",
      join_port, nodes_port, masters_port);
}

std::string sets(char version) {
  return fmt::format(
      "  set join_new{0} {{ type ipv{0}_addr; size 65535; flags dynamic,timeout; timeout 5m; }}\n"
      "  set join_open{0} {{ type ipv{0}_addr; size 65535; flags dynamic; }}\n"
      "  set nodes_bytes{0} {{ type ipv{0}_addr; size 65535; flags dynamic,timeout; timeout 5m; "
      "}}\n",
      version);
}

// `address`: how nft names the source address of that version.
std::string rules(char version, const char* address) {
  return fmt::format(
      "    tcp dport $join_port ct state new update @join_new{0} {{ {1} limit rate over {2}/minute "
      "burst {3} "
      "packets }} counter drop\n"
      "    tcp dport $join_port ct state new add @join_open{0} {{ {1} ct count over "
      "{6} }} "
      "counter reject with tcp reset\n"
      "    tcp dport {{ $nodes_port, $masters_port }} update @nodes_bytes{0} {{ {1} limit rate "
      "over {4} mbytes/second "
      "burst {5} "
      "mbytes }} counter drop\n",
      version, address, kJoinNewPerMinute, kJoinNewBurst, kNodesMbytesPerSecond, kNodesMbytesBurst,
      kJoinOpenPerSource);
}

}  // namespace

std::string nftables_rules(std::uint16_t join_port, std::uint16_t nodes_port,
                           std::uint16_t masters_port) {
  return head(join_port, nodes_port, masters_port) + "table inet muster_broker {\n" + sets('4') +
         sets('6') +
         "  chain input {\n    type filter hook input priority filter; policy accept;\n" +
         rules('4', "ip saddr") + rules('6', "ip6 saddr") +
         fmt::format(
             "    tcp dport $join_port ct state new ct count over {} counter reject with tcp "
             "reset\n",
             kJoinOpenMax) +
         "  }\n}\n";
}

}  // namespace muster::broker
