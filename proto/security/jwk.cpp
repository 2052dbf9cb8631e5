#include "proto/security/jwk.hpp"

#include <nlohmann/json.hpp>

#include "proto/base/encoding.hpp"

namespace muster::security {
namespace {

// The DER form of a P-256 SubjectPublicKeyInfo is this prefix and the uncompressed point
// (RFC 5480): 0x04, x, y.
constexpr std::string_view kP256SpkiPrefix(
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"
    "\x03\x42\x00\x04",
    27);
constexpr std::size_t kCoordinateBytes = 32;

std::string coordinate(const Value& jwk, const char* name) {
  const auto found = jwk.find(name);
  if (found == jwk.end() || !found->is_string()) return {};
  return base::from_base64url(found->get_ref<const std::string&>()).value_or("");
}

}  // namespace

Result<Value> jwk_from_key(const x509::Key& key) {
  const auto der = key.public_der();
  if (!key.is_p256() || der.size() != kP256SpkiPrefix.size() + 2 * kCoordinateBytes ||
      !der.starts_with(kP256SpkiPrefix))
    return fail(Errc::invalid_data, "a token's key must be a P-256 key");
  const auto at = kP256SpkiPrefix.size();
  return Value{{"kty", "EC"},
               {"crv", "P-256"},
               {"x", base::to_base64url(der.substr(at, kCoordinateBytes))},
               {"y", base::to_base64url(der.substr(at + kCoordinateBytes))}};
}

Result<x509::Key> key_from_jwk(const Value& jwk) {
  const auto refused = fail(Errc::invalid_data,
                            "claim 'cnf' must hold a 'jwk' with the members kty \"EC\", crv "
                            "\"P-256\", x and y, and no other");
  if (!jwk.is_object() || jwk.size() != 4 || jwk.value("kty", Value()) != "EC" ||
      jwk.value("crv", Value()) != "P-256")
    return refused;
  const auto x = coordinate(jwk, "x");
  const auto y = coordinate(jwk, "y");
  if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes) return refused;
  auto key = x509::Key::public_from_der(std::string(kP256SpkiPrefix) + x + y);
  if (!key) return fail(key.error().within("claim 'cnf'"));
  return key;
}

}  // namespace muster::security
