#include "proto/security/jws.hpp"

#include <fmt/format.h>
#include <openssl/ec.h>

#include <algorithm>

#include "proto/base/encoding.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::security {
namespace {

constexpr int kHalf = static_cast<int>(kEs256SignatureBytes / 2);
using OwnedSignature = x509::Owned<ECDSA_SIG, ECDSA_SIG_free>;

Result<std::string> raw_from_der(std::string_view der) {
  const auto* at = x509::bytes_of(der);
  const OwnedSignature parsed(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string raw(kEs256SignatureBytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  if (!parsed || BN_bn2binpad(ECDSA_SIG_get0_r(parsed.get()), out, kHalf) != kHalf ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parsed.get()), out + kHalf, kHalf) != kHalf)
    return fail(Errc::unknown, "cannot write an ES256 signature: " + x509::openssl_reason());
  return raw;
}

std::string der_from_raw(std::string_view raw) {
  x509::OwnedBn r(BN_bin2bn(x509::bytes_of(raw), kHalf, nullptr));
  x509::OwnedBn s(BN_bin2bn(x509::bytes_of(raw) + kHalf, kHalf, nullptr));
  const OwnedSignature signature(ECDSA_SIG_new());
  if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  static_cast<void>(r.release());  // owned by the signature now
  static_cast<void>(s.release());
  return x509::to_der<ECDSA_SIG>(i2d_ECDSA_SIG, signature.get());
}

// Base64 as base64url with other letters; what is no base64 gives what is no certificate.
std::string der_from_base64(std::string_view text) {
  std::string url(text.substr(0, text.find_last_not_of('=') + 1));
  std::replace(url.begin(), url.end(), '+', '-');
  std::replace(url.begin(), url.end(), '/', '_');
  return base::from_base64url(url).value_or("");
}

std::string header_of(const x509::Certificate& signer) {
  return std::string(kJwsHeaderBegin) + base::to_base64(signer.der()) + std::string(kJwsHeaderEnd);
}

// The header's one permitted form is rebuilt from the certificate and compared, byte by byte.
Result<x509::Certificate> signer_in(std::string_view encoded) {
  const auto wrong_header = fail(
      Errc::refused, fmt::format("the token's header must be {}CERTIFICATE{}; no other algorithm "
                                 "and no other member is accepted",
                                 kJwsHeaderBegin, kJwsHeaderEnd));
  const auto header = base::from_base64url(encoded);
  if (!header || !header->starts_with(kJwsHeaderBegin) || !header->ends_with(kJwsHeaderEnd) ||
      header->size() < kJwsHeaderBegin.size() + kJwsHeaderEnd.size())
    return wrong_header;
  const auto der = der_from_base64(std::string_view(*header).substr(
      kJwsHeaderBegin.size(), header->size() - kJwsHeaderBegin.size() - kJwsHeaderEnd.size()));
  auto signer = x509::Certificate::from_der(der);
  if (!signer) return fail(signer.error().within("the certificate in the token's header"));
  if (header_of(*signer) != *header) return wrong_header;
  return signer;
}

}  // namespace

Result<std::string> jws_sign(std::string_view payload, const x509::Key& key,
                             const x509::Certificate& signer) {
  if (!key.is_p256()) return fail(Errc::invalid_data, "ES256 needs a P-256 key");
  auto text = base::to_base64url(header_of(signer)) + "." + base::to_base64url(payload);
  MUSTER_ASSIGN(const auto der, key.sign(text));
  MUSTER_ASSIGN(const auto raw, raw_from_der(der));
  return text + "." + base::to_base64url(raw);
}

Result<Jws> jws_split(std::string_view text) {
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos)
    return fail(Errc::invalid_data, "not a token: it must have three parts with '.' between them");
  MUSTER_ASSIGN(auto signer, signer_in(text.substr(0, first)));
  auto signature = base::from_base64url(text.substr(second + 1));
  if (!signature) return fail(signature.error().within("the token's signature"));
  if (signature->size() != kEs256SignatureBytes)
    return fail(Errc::invalid_data, fmt::format("the token's signature has {} bytes; ES256 has {}",
                                                signature->size(), kEs256SignatureBytes));
  Jws jws{text.substr(0, second), text.substr(first + 1, second - first - 1), {}, signer};
  jws.signature.assign(*signature);  // a move makes GCC 12 warn falsely (array-bounds)
  return jws;
}

Status jws_verify(const Jws& jws, const x509::Key& key) {
  if (!key.is_p256())
    return fail(Errc::refused, "the token's signer has no P-256 key, which ES256 needs");
  if (!key.verify(jws.signing_input, der_from_raw(jws.signature)))
    return fail(
        Errc::refused,
        "the token is not signed by the issuer whose certificate it carries, or was changed");
  return {};
}

}  // namespace muster::security
