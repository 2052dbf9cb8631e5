#include "proto/security/jws.hpp"

#include <fmt/format.h>
#include <openssl/ec.h>

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

}  // namespace

Result<std::string> jws_sign(std::string_view payload, const x509::Key& key) {
  if (!key.is_p256()) return fail(Errc::invalid_data, "ES256 needs a P-256 key");
  auto text = base::to_base64url(kJwsHeader) + "." + base::to_base64url(payload);
  MUSTER_ASSIGN(const auto der, key.sign(text));
  MUSTER_ASSIGN(const auto raw, raw_from_der(der));
  return text + "." + base::to_base64url(raw);
}

Result<Jws> jws_split(std::string_view text) {
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos)
    return fail(Errc::invalid_data, "not a token: it must have three parts with '.' between them");
  if (text.substr(0, first) != base::to_base64url(kJwsHeader))
    return fail(Errc::refused, fmt::format("the token's header must be {}; no other algorithm is "
                                           "accepted",
                                           kJwsHeader));
  auto signature = base::from_base64url(text.substr(second + 1));
  if (!signature) return fail(signature.error().within("the token's signature"));
  if (signature->size() != kEs256SignatureBytes)
    return fail(Errc::invalid_data, fmt::format("the token's signature has {} bytes; ES256 has {}",
                                                signature->size(), kEs256SignatureBytes));
  Jws jws;
  jws.signing_input = text.substr(0, second);
  jws.payload = text.substr(first + 1, second - first - 1);
  jws.signature.assign(*signature);  // a move makes GCC 12 warn falsely (array-bounds)
  return jws;
}

Status jws_verify(const Jws& jws, const x509::Key& key) {
  if (!key.is_p256())
    return fail(Errc::refused, "the token's signer has no P-256 key, which ES256 needs");
  if (!key.verify(jws.signing_input, der_from_raw(jws.signature)))
    return fail(Errc::refused, "the token is not signed by this operator root, or was changed");
  return {};
}

}  // namespace muster::security
