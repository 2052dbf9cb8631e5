#include "proto/x509/openssl.hpp"

#include <climits>

#include "proto/base/encoding.hpp"

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

std::string serial_text(const ASN1_INTEGER* serial) {
  const OwnedBn number(ASN1_INTEGER_to_BN(serial, nullptr));
  if (!number) return {};
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number.get())), '\0');
  BN_bn2bin(number.get(), reinterpret_cast<unsigned char*>(bytes.data()));
  return bytes.empty() ? "00" : base::to_hex(bytes);
}

std::string bio_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace muster::x509
