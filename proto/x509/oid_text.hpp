// Object identifiers as dotted numbers. Internal to proto/x509.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "proto/x509/openssl.hpp"

namespace muster::x509 {

// The attributes of a request that ask for extensions: PKCS#9's and Microsoft's.
inline constexpr std::string_view kExtensionRequestOid = "1.2.840.113549.1.9.14";
inline constexpr std::string_view kMicrosoftRequestOid = "1.3.6.1.4.1.311.2.1.14";

using OwnedObject = Owned<ASN1_OBJECT, ASN1_OBJECT_free>;

inline std::string oid_text(const ASN1_OBJECT* object) {
  constexpr int kNumbersOnly = 1;
  std::array<char, 256> text{};
  const int size = OBJ_obj2txt(text.data(), text.size(), object, kNumbersOnly);
  // One too long to show is none that anybody knows.
  if (size <= 0 || static_cast<std::size_t>(size) >= text.size()) return "unknown";
  return {text.data(), static_cast<std::size_t>(size)};
}

inline OwnedObject object_from(const std::string& dotted) {
  constexpr int kNumbersOnly = 1;
  return OwnedObject(OBJ_txt2obj(dotted.c_str(), kNumbersOnly));
}

}  // namespace muster::x509
