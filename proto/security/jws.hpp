// A JSON Web Signature in compact form (RFC 7515) with ES256 (RFC 7518, 3.4) and the signer's
// certificate in its header (x5c, RFC 7515, 4.1.6), and nothing else of either.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::security {

// A header is these two texts with the certificate's base64 between them, compared and never
// interpreted: no algorithm is ever chosen by a token.
inline constexpr std::string_view kJwsHeaderBegin = R"({"alg":"ES256","typ":"JWT","x5c":[")";
inline constexpr std::string_view kJwsHeaderEnd = R"("]})";
inline constexpr std::size_t kEs256SignatureBytes = 64;  // r and s, 32 bytes each

// header.payload.signature
Result<std::string> jws_sign(std::string_view payload, const x509::Key& key,
                             const x509::Certificate& signer);

// Views into the text, which must outlive it.
struct Jws {
  std::string_view signing_input;  // header.payload
  std::string_view payload;        // still base64url
  std::string signature;           // raw r||s
  x509::Certificate signer;        // as the header shows it; nothing is verified yet
};
// The form only: three parts, the header, the signature's length.
Result<Jws> jws_split(std::string_view text);
// Errc::refused unless `key` is a P-256 key and made the signature.
Status jws_verify(const Jws& jws, const x509::Key& key);

}  // namespace muster::security
