#include "proto/x509/certificate.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>

#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/x509/openssl.hpp"
#include "proto/x509/read_extensions.hpp"
#include "proto/x509/reading_context.hpp"
#include "proto/x509/text_extension.hpp"

namespace muster::x509 {
namespace {

constexpr std::size_t kBundleMax = 64;

// Read where few kinds of keys are known; leaves `at` behind it. Null, and the reason on OpenSSL's queue, when it cannot be
// read. What d2i_X509() does when it is given no object, whatever an OpenSSL does beyond that with one that it is given.
OwnedCert read_quickly(const unsigned char*& at, std::size_t size) {
  X509* cert = X509_new_ex(reading_context(), nullptr);
  if (cert == nullptr) return nullptr;
  auto* into = reinterpret_cast<ASN1_VALUE*>(cert);
  const auto* read = ASN1_item_d2i(&into, &at, static_cast<long>(size), ASN1_ITEM_rptr(X509));
  return read == nullptr ? nullptr : OwnedCert(cert);  // what could not be read is freed already
}

// The same with all kinds, so that one which we do not take is named by whoever asks for its strength.
OwnedCert read_again(const X509* cert) {
  const auto der = to_der<X509>(i2d_X509, cert);
  const auto* at = bytes_of(der);
  return OwnedCert(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

// Takes the certificate over, unless its key cannot be used.
Result<Certificate> wrap(OwnedCert cert, std::string_view name) {
  if (X509_get0_pubkey(cert.get()) == nullptr) {
    ERR_clear_error();
    cert = read_again(cert.get());
  }
  if (!cert || X509_get0_pubkey(cert.get()) == nullptr)
    return fail(
        Errc::invalid_data,
        fmt::format("{}: the certificate's public key cannot be read: {}", name, openssl_reason()));
  return Certificate(std::shared_ptr<X509>(std::move(cert)));
}

struct FreeMemory {
  void operator()(void* memory) const { OPENSSL_free(memory); }
};
using OwnedAux = Owned<X509_CERT_AUX, X509_CERT_AUX_free>;

// What a file says about trust is not for us, we say ourselves what an anchor is; but it has to be that.
OwnedCert next_from(BIO* bio) {
  unsigned char* bytes = nullptr;
  long size = 0;
  if (PEM_bytes_read_bio(&bytes, &size, nullptr, PEM_STRING_X509_TRUSTED, bio, nullptr, nullptr) !=
      1)
    return nullptr;
  const std::unique_ptr<unsigned char, FreeMemory> owned(bytes);
  const unsigned char* at = bytes;
  auto cert = read_quickly(at, static_cast<std::size_t>(size));
  const auto left = size - (at - bytes);
  if (!cert || left == 0) return cert;
  return OwnedAux(d2i_X509_CERT_AUX(nullptr, &at, left)) ? std::move(cert) : nullptr;
}

bool at_end() {
  const bool end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (end) ERR_clear_error();
  return end;
}

}  // namespace

Result<Certificate> Certificate::from_der(std::string_view der) {
  const auto* at = bytes_of(der);
  auto cert = read_quickly(at, der.size());
  if (!cert || at != bytes_of(der) + der.size())
    return fail(Errc::invalid_data, "not a certificate in DER form: " + openssl_reason());
  return wrap(std::move(cert), "certificate");
}

Result<Certificate> Certificate::from_pem(std::string_view pem, std::string_view name) {
  const auto bio = bio_over(pem);
  auto cert = bio ? next_from(bio.get()) : nullptr;
  if (!cert)
    return fail(Errc::invalid_data,
                fmt::format("{} holds no PEM certificate: {}", name, openssl_reason()));
  return wrap(std::move(cert), name);
}

Result<Certificate> Certificate::from_file(const std::filesystem::path& path) {
  MUSTER_ASSIGN(const auto pem, base::read_file(path));
  return from_pem(pem, path.string());
}

Result<std::vector<Certificate>> Certificate::all_from_pem(std::string_view pem,
                                                           std::string_view name) {
  std::vector<Certificate> all;
  const auto bio = bio_over(pem);
  while (auto cert = bio ? next_from(bio.get()) : nullptr) {
    if (all.size() == kBundleMax)
      return fail(Errc::limit, fmt::format("{} holds more than {} certificates", name, kBundleMax));
    MUSTER_ASSIGN(auto one, wrap(std::move(cert), name));
    all.push_back(std::move(one));
  }
  if (!at_end())
    return fail(Errc::invalid_data, fmt::format("{}: certificate {} is broken: {}", name,
                                                all.size() + 1, openssl_reason()));
  if (all.empty())
    return fail(Errc::invalid_data, fmt::format("{} holds no PEM certificate", name));
  return all;
}

std::string Certificate::der() const {
  return to_der<X509>(i2d_X509, cert_.get());
}

std::string Certificate::pem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), cert_.get()) != 1) return {};
  return bio_text(bio.get());
}

std::string Certificate::pem_trusted_for_clients() const {
  const OwnedCert copy(X509_dup(cert_.get()));
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  if (!copy || !bio || X509_add1_trust_object(copy.get(), OBJ_nid2obj(NID_client_auth)) != 1 ||
      PEM_write_bio_X509_AUX(bio.get(), copy.get()) != 1)
    return {};
  return bio_text(bio.get());
}

std::string Certificate::common_name() const {
  return name_entry(X509_get_subject_name(cert_.get()), NID_commonName);
}

std::string Certificate::organizational_unit() const {
  return name_entry(X509_get_subject_name(cert_.get()), NID_organizationalUnitName);
}

std::string Certificate::subject() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  if (!bio || X509_NAME_print_ex(bio.get(), X509_get_subject_name(cert_.get()), 0,
                                 XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0)
    return {};
  return bio_text(bio.get());
}

std::string Certificate::issuer_common_name() const {
  return name_entry(X509_get_issuer_name(cert_.get()), NID_commonName);
}

std::string Certificate::serial_hex() const {
  return serial_text(X509_get0_serialNumber(cert_.get()));
}

std::string Certificate::fingerprint() const {
  return sha256_hex(der());
}

std::string Certificate::subject_hash() const {
  return fmt::format("{:08x}", X509_subject_name_hash(cert_.get()));
}

std::int64_t Certificate::not_before_ms() const {
  return time_ms(X509_get0_notBefore(cert_.get()));
}

std::int64_t Certificate::not_after_ms() const {
  return time_ms(X509_get0_notAfter(cert_.get()));
}

bool Certificate::same_subject(const Certificate& other) const {
  return X509_NAME_cmp(X509_get_subject_name(cert_.get()), X509_get_subject_name(other.get())) == 0;
}

bool Certificate::is_self_issued() const {
  return X509_NAME_cmp(X509_get_subject_name(cert_.get()), X509_get_issuer_name(cert_.get())) == 0;
}

bool Certificate::is_ca() const {
  return X509_check_ca(cert_.get()) == 1;
}

std::string Certificate::text_extension(const std::string& oid) const {
  return read_text_extension(cert_.get(), oid);
}

Extensions Certificate::extensions() const {
  return extensions_in(X509_get0_extensions(cert_.get()));
}

Key Certificate::public_key() const {
  return Key(std::shared_ptr<EVP_PKEY>(X509_get_pubkey(cert_.get()), EVP_PKEY_free));
}

bool Certificate::matches(const Key& key) const {
  return public_key().same_public(key);
}

bool Certificate::issued_by(const Certificate& issuer) const {
  const bool issued = X509_check_issued(issuer.get(), cert_.get()) == X509_V_OK &&
                      X509_verify(cert_.get(), X509_get0_pubkey(issuer.get())) == 1;
  ERR_clear_error();
  return issued;
}

}  // namespace muster::x509
