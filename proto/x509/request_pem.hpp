// A request out of its PEM form. Internal to proto/x509.
#pragma once

#include <string_view>

#include "proto/base/result.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {

// Errc::invalid_data, with `name`, for text that holds none.
Result<OwnedRequest> request_from_pem(std::string_view pem, std::string_view name);

}  // namespace muster::x509
