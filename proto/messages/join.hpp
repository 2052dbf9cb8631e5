// How a machine that is not a member yet announces itself, and what it is answered. docs/PROTOCOL.md, "Joining".
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

inline constexpr std::size_t kAnnouncedFactsMaxBytes = 64 * 1024;

struct JoinAnnounce {
  static constexpr auto kKind = envelope::Kind::join_announce;

  std::string client_id;
  std::string identity;
  std::string token;  // the join token, a JWT
  // An error when what was sent cannot be read, which is told to the machine.
  Result<Value> facts = Value::object();
  std::string version;
  std::string nonce;            // an answer must carry it
  std::int64_t sent_at_ms = 0;  // by the node's clock, which may be wrong
  std::string address;
  std::string ca_certificate;  // DER; a Puppet master offers its CA
  std::vector<std::string> agents;
  std::string ca_proof;              // signature by the master's own key
  std::string ca_proof_certificate;  // DER; the master's certificate, issued by ca_certificate
  std::string token_proof;           // signature by the key that the token names
  std::string old_certificate;       // DER; the name's certificate that the machine still has
  std::string old_proof;             // signature by that certificate's key
  // What its certificate request will ask for, by dotted OID (csr_attributes.yaml), and further names
  // that its certificate shall have (dns_alt_names): "www.example", "IP:192.0.2.1".
  std::map<std::string, std::string> extensions;
  std::vector<std::string> alternative_names;

  // Errc::limit when its facts have more than kAnnouncedFactsMaxBytes, or one of proto/envelope/value_codec's limits is
  // passed; Errc::invalid_data for facts that cannot travel.
  Result<std::string> encode() const;
  // Errc::invalid_data.
  static Result<JoinAnnounce> decode(std::string_view body);
};

struct JoinAnswer {
  static constexpr auto kKind = envelope::Kind::join_answer;

  std::string client_id;
  std::string nonce;
  bool accepted = false;
  std::string reason;           // why not
  std::int64_t sent_at_ms = 0;  // the orchestrator's time: the node's clock until its own is right
  bool member = false;          // the node's certificate is trusted now: connect with it
  bool waiting = false;         // not accepted yet: a person must approve it; reason tells how

  std::string encode() const;
  // Errc::invalid_data.
  static Result<JoinAnswer> decode(std::string_view body);
};

}  // namespace muster::messages
