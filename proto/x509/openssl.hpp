// Owners of OpenSSL's objects and its reasons as text. For the .cpp files of this folder and
// proto/security.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace muster::x509 {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;

using OwnedBio = Owned<BIO, BIO_free_all>;
using OwnedBn = Owned<BIGNUM, BN_free>;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedCert = Owned<X509, X509_free>;
using OwnedExtension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using OwnedRequest = Owned<X509_REQ, X509_REQ_free>;
using OwnedDigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

// The reason of the latest failure on this thread; empties OpenSSL's queue, which would otherwise
// colour the next failure.
std::string openssl_reason();

// A reading BIO over `text`, which must outlive it.
OwnedBio bio_over(std::string_view text);
// Everything that was written to a memory BIO.
std::string bio_text(BIO* bio);

// A serial number as lower-case hex, two digits a byte: "0a"; zero is "00".
std::string serial_text(const ASN1_INTEGER* serial);

// The first entry of that kind in a name, as UTF-8; empty when there is none.
std::string name_entry(const X509_NAME* name, int nid);
// Unix time in milliseconds; 0 for what is no time.
std::int64_t time_ms(const ASN1_TIME* time);

// The object's DER form by OpenSSL's i2d convention.
template <class T>
std::string to_der(int (*i2d)(const T*, unsigned char**), const T* object) {
  const int size = i2d(object, nullptr);
  if (size <= 0) return {};
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d(object, &out);
  return der;
}

inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace muster::x509
