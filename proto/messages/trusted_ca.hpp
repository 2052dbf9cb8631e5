// An endorsement of a Puppet CA, or its withdrawal; retained. docs/PROTOCOL.md, "Trusted CAs".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

struct TrustedCa {
  static constexpr auto kKind = envelope::Kind::trusted_ca;

  std::string certificate;  // DER
  std::string offered_by;   // identity of the master, or the operator's name
  std::int64_t at_ms = 0;
  std::string master;  // identity of the one master that speaks for the CA; empty: none
  std::vector<std::string> patterns;  // globs of the names that the CA may issue
  Value facts;               // a map: the facts that choose the master; null: its presence's
  std::uint64_t number = 0;  // of this CA, never goes back; the highest is believed
  bool withdrawn = false;
  std::int64_t ends_at_ms = 0;     // with the signer's certificate
  std::string retired_by;          // the operator who retired the master; empty: it is not retired
  std::int64_t retired_at_ms = 0;  // when that was said, or taken back; 0: never

  // Errc::limit or invalid_data when its facts cannot travel.
  Result<std::string> encode() const;
  // Errc::invalid_data or limit.
  static Result<TrustedCa> decode(std::string_view body);
};

}  // namespace muster::messages
