// Certificate signing requests (PKCS#10, RFC 2986) as a Puppet CA accepts them.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/x509/key.hpp"

namespace muster::x509 {

struct SigningRequest {
  std::string pem;
  std::string
      fingerprint;  // hex SHA-256 of the DER form, lower case, no colons: what the CA shows for it
};

Result<SigningRequest> make_request(const std::string& common_name, const Key& key);
// Of an existing PEM file's text, to repeat an interrupted step.
Result<SigningRequest> read_request(std::string_view pem, std::string_view name);
// Common name and public key of a request, its self-signature checked.
struct RequestContent {
  std::string common_name;
  Key public_key;
};
Result<RequestContent> open_request(std::string_view pem, std::string_view name);

}  // namespace muster::x509
