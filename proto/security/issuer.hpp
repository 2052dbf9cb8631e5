// Issuers: who signs join tokens, so that the operator root's key can stay offline. An issuer is a
// certificate of the operator root with the organizationalUnit "issuer"; what it may issue stands
// in the certificate itself, signed by the root.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/security/join_claims.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::security {

// Of the certificate's extension with the limits (a JSON text), and of its only extendedKeyUsage:
// with that one no TLS peer accepts the certificate, so an issuer's key opens no connection. OIDs
// from UUIDs (ITU-T X.667), which need no registration.
inline constexpr const char* kIssuerLimitsOid = "2.25.106418202052160861801630621475840186298";
inline constexpr const char* kIssuerPurposeOid = "2.25.181871151431533446638762894675075020757";

inline constexpr std::size_t kIssuerLimitsMaxBytes = 16 * 1024;
inline constexpr const char* kEveryExtension = "*";
inline constexpr std::int64_t kTokenLifeMaxS = 10LL * 365 * 24 * 3600;

struct IssuerLimits {
  // Globs: every pattern of a token lies within one of them, whatever it is for (identities,
  // alternative names, names that a master's CA issues).
  std::vector<std::string> identities;
  std::uint32_t uses = 0;   // most uses of one token; 0: any number
  std::int64_t life_s = 0;  // longest life of one token, in seconds
  bool master = false;      // may make tokens for masters
  bool replace = false;     // may make tokens that replace
  // Certificate extensions that it may allow, by Puppet's names or by numbers; kEveryExtension: all
  // that a node may have.
  std::vector<std::string> extensions;
};

// Errc::invalid_data or limit, naming what is wrong.
Status check_limits(const IssuerLimits& limits);
// As the certificate carries them, and back.
std::string limits_text(const IssuerLimits& limits);
Result<IssuerLimits> limits_of(const x509::Certificate& issuer);

// Errc::refused "issuer 'web' may make tokens for web-* only, not for '*'".
Status within_limits(const JoinClaims& claims, const IssuerLimits& limits,
                     std::string_view issuer_name);

// Errc::refused unless it is an issuer's certificate, issued by `root` itself, and valid at
// `now_ms`.
Status check_issuer(const x509::Certificate& issuer, const x509::Certificate& root,
                    std::int64_t now_ms);

}  // namespace muster::security
