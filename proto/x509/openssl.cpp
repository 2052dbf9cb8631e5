#include "proto/x509/openssl.hpp"

#include <climits>

namespace muster::x509 {

std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  std::string text = reason != nullptr ? reason : "OpenSSL gave no reason";
  ERR_clear_error();
  return text;
}

OwnedBio bio_over(std::string_view text) {
  if (text.size() > INT_MAX) return nullptr;
  return OwnedBio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string bio_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace muster::x509
