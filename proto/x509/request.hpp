// Certificate signing requests (PKCS#10, RFC 2986) as Puppet makes them and a Puppet CA accepts them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/extension.hpp"
#include "proto/x509/key.hpp"

namespace muster::x509 {

// Of a certificate's common name: ub-common-name of RFC 5280. A Puppet CA signs no longer one.
inline constexpr std::size_t kCommonNameMaxBytes = 64;

// Errc::invalid_data, with the name's length and what to do, beyond kCommonNameMaxBytes.
Status check_common_name(std::string_view name);

// An attribute or extension with a text.
struct OidText {
  std::string oid;  // dotted numbers
  std::string text;
};
struct RequestSpec {
  std::string common_name;
  std::vector<OidText> attributes = {};  // of the request alone; as PrintableString, as Puppet does
  std::vector<OidText> extensions = {};  // asked for the certificate; as UTF8String, not critical
  std::vector<std::string> alternative_names = {};  // "web.example", "IP:192.0.2.1"
};

struct SigningRequest {
  std::string pem;
  std::string
      fingerprint;  // hex SHA-256 of the DER form, lower case, no colons: what the CA shows for it
};

// Errc::invalid_data, naming it, for a name, an OID or a value that no request can hold.
Result<SigningRequest> make_request(const RequestSpec& spec, const Key& key);
// Of an existing PEM file's text, to repeat an interrupted step.
Result<SigningRequest> read_request(std::string_view pem, std::string_view name);

// What a request says, its self-signature checked.
struct RequestContent {
  std::string common_name;
  bool has_other_subject = false;  // the subject holds more than that one common name
  Key public_key;
  // But for the one with the extensions; `text` is that of a single PrintableString, else empty.
  std::vector<OidText> attributes = {};
  Extensions extensions = {};  // that it asks for
};
// Errc::refused, too, for a request that asks for extensions in more than one place, of which a CA
// may read another than we do.
Result<RequestContent> open_request(std::string_view pem, std::string_view name);

}  // namespace muster::x509
