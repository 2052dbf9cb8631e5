// An operator asks the orchestrators who matches, and one of them answers a page. docs/PROTOCOL.md, "The registry".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/filter/text.hpp"

namespace muster::messages {

inline constexpr std::size_t kRegistryEntriesMaxBytes =
    16 * 1024 * 1024;  // of one reply, when they are not compressed

struct RegistryRequest {
  static constexpr auto kKind = envelope::Kind::registry_request;

  std::string id;
  std::string collective;
  std::string caller;  // must be the signing certificate's common name
  std::int64_t sent_at_ms = 0;
  std::uint32_t ttl_s = 0;
  filter::Text filter;
  std::string reply_to;      // as in a Request; the orchestrator adds its name
  std::string orchestrator;  // the only one to answer; empty: each
  std::string after;         // a page: identities behind this one, in order of bytes
  std::uint32_t max_age_s =
      0;  // nodes not heard of for longer are left out; 0: three of their intervals
  bool with_content = false;  // not the names alone
  bool confirmed = false;     // as in a Request: policies' max_nodes, of how many nodes are told
  bool online =
      false;  // a snapshot: the nodes that are on the bus now, by their presence, and no others

  std::string encode() const;
  // Errc::invalid_data.
  static Result<RegistryRequest> decode(std::string_view body);
};

struct RegistryEntry {
  std::string identity;
  std::int64_t seen_at_ms =
      0;                   // by the orchestrator's clock; 0, in a snapshot: it has not registered
  std::string content;     // a Registration, encoded; empty: not asked for
  bool undecided = false;  // what the filter reads was left out of the node's registration
};

struct RegistryReply {
  static constexpr auto kKind = envelope::Kind::registry_reply;

  std::string request_id;
  std::string orchestrator;            // the signer
  std::vector<RegistryEntry> entries;  // sorted by identity
  bool more = false;                   // ask again with `after` the last of them
  // Nodes of the collective in this registry, fresh ones, matching or not; of a snapshot, those online.
  std::uint64_t known = 0;
  bool heard_all = false;  // it has listened for long enough to have heard every node
  std::int64_t sent_at_ms = 0;
  std::uint32_t status = 0;  // 0 ok, 4 when the filter is malformed
  std::string message;       // why not

  // The entries are compressed. Errc::limit.
  Result<std::string> encode() const;
  // Errc::invalid_data; limit for entries of more than kRegistryEntriesMaxBytes.
  static Result<RegistryReply> decode(std::string_view body);
};

}  // namespace muster::messages
