// A machine in the join zone, as far as its announcement proves who it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/messages/join.hpp"
#include "proto/security/join_token.hpp"
#include "proto/security/trust.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::admission {

// An agent's has its token, at most 64 KiB of facts, and three certificates at most.
inline constexpr std::size_t kAnnouncementMaxBytes = 192 * 1024;
inline constexpr std::size_t kToldAddressMaxBytes = 64;  // what is longer is cut
inline constexpr std::size_t kAskedMost =
    64;  // extensions, and alternative names, of one announcement

// The name's certificate of which the machine holds the key: valid by time and chain. Whether it
// is revoked only its CA knows.
struct OldCertificate {
  std::string fingerprint;     // hex SHA-256 of the DER form, lower case
  std::string ca_fingerprint;  // the anchor that issued it
};

// A Puppet CA that a master offers, with proof that it holds a certificate of it for its own name.
struct OfferedCa {
  x509::Certificate certificate;
  bool trusted =
      false;  // endorsed already, by what the orchestrator believes: not known to identify()
};

struct Applicant {
  std::string identity;
  // What its certificate request will ask for: further names, and extensions by dotted OID.
  std::vector<std::string> alternative_names;
  std::map<std::string, std::string> extensions;
  std::string address;          // as it told it
  std::string key_fingerprint;  // of its join key: hex SHA-256
  security::JoinClaims token;
  std::string issuer_serial;  // of the certificate that signed the token: it may be revoked
  std::optional<OldCertificate> old;
  std::optional<OfferedCa> ca;

  bool master() const { return ca.has_value(); }
};

// An announcement whose form and own signature are good. Its token is not looked at yet.
struct OpenedAnnouncement {
  messages::JoinAnnounce announce;
  std::string public_key;  // the join key, DER
};
// `topic_client_id`: the level of the topic on which it came. Of `trust`, only signatures are asked. Errc::limit, refused or
// invalid_data.
Result<OpenedAnnouncement> open_announcement(std::string_view topic_client_id,
                                             std::string_view message,
                                             const security::Trust& trust);

// Who it is: the token under one of `roots`, the proof that the machine holds the token's key, and a
// master's proof for its CA. Errc::refused or invalid_data when one of these is not good: then
// nothing that the announcement says is worth a record. An old certificate without a good proof is
// left out.
Result<Applicant> identify(const OpenedAnnouncement& opened,
                           const std::vector<x509::Certificate>& roots,
                           const security::Trust& nodes, std::int64_t now_ms);
// The same, of an announcement whose token was verified already.
Result<Applicant> identify(const OpenedAnnouncement& opened, security::VerifiedToken verified,
                           const security::Trust& nodes);

}  // namespace muster::admission
