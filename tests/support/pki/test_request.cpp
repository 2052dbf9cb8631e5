#include "tests/support/pki/test_request.hpp"

#include <openssl/pem.h>

#include <stdexcept>

#include "proto/x509/openssl.hpp"

namespace muster::test {

x509::SigningRequest request_with(const std::string& name, const x509::Key& key,
                                  const std::string& extension, const std::string& value) {
  const x509::OwnedRequest request(X509_REQ_new());
  auto* subject = X509_REQ_get_subject_name(request.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, x509::bytes_of(name), -1, -1, 0);
  X509_REQ_set_pubkey(request.get(), key.get());
  auto* stack = sk_X509_EXTENSION_new_null();
  auto* asked = X509V3_EXT_nconf(nullptr, nullptr, extension.c_str(), value.c_str());
  if (asked == nullptr) throw std::runtime_error("no extension: " + x509::openssl_reason());
  sk_X509_EXTENSION_push(stack, asked);
  X509_REQ_add_extensions(request.get(), stack);
  sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
  X509_REQ_sign(request.get(), key.get(), EVP_sha256());
  const x509::OwnedBio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_REQ(bio.get(), request.get());
  return x509::read_request(x509::bio_text(bio.get()), "test").value();
}

}  // namespace muster::test
