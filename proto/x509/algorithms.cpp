#include "proto/x509/algorithms.hpp"

#include <openssl/obj_mac.h>

namespace muster::x509 {

const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, SN_sha256, nullptr);
  return found;
}

}  // namespace muster::x509
