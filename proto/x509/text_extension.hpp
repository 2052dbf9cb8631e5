// Extensions that hold one UTF8String. Internal to proto/x509.
#pragma once

#include <string>

#include "proto/x509/openssl.hpp"

namespace muster::x509 {

// Not critical. Null when OpenSSL refuses; its reason is then in its queue.
OwnedExtension make_text_extension(const std::string& oid, const std::string& text);
// False when OpenSSL refuses; its reason is then in its queue.
bool add_text_extension(X509* cert, const std::string& oid, const std::string& text);
// Empty when there is no such extension, more than one, or one of another form.
std::string read_text_extension(const X509* cert, const std::string& oid);

}  // namespace muster::x509
