#include "tests/sim/crypto/hash_certificate.hpp"

#include <array>
#include <stdexcept>

#include "proto/x509/openssl.hpp"

namespace muster::sim {
namespace {

constexpr std::int64_t kDayS = 24 * 60 * 60;

const unsigned char* unsigned_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool add_name(X509_NAME* name, const char* field, const std::string& value) {
  return value.empty() || X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, unsigned_of(value),
                                                     static_cast<int>(value.size()), -1, 0) == 1;
}

bool set_serial(X509* cert, const std::string& serial) {
  const x509::OwnedBn number(
      BN_bin2bn(unsigned_of(serial), static_cast<int>(serial.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(cert)) != nullptr;
}

bool set_validity(X509* cert, std::int64_t now_ms, std::chrono::seconds valid_for) {
  const auto now_s = now_ms / 1'000;
  return ASN1_TIME_set(X509_getm_notBefore(cert), now_s - kDayS) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(cert), now_s + valid_for.count()) != nullptr;
}

bool add_constraints(X509* cert, bool ca) {
  const x509::OwnedExtension extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, ca ? "CA:TRUE" : "CA:FALSE"));
  return extension && X509_add_ext(cert, extension.get(), -1) == 1;
}

// OpenSSL has no way to put a signature in but to sign: what it gives to read is written to.
bool name_algorithm(X509* cert) {
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* outer = nullptr;
  X509_get0_signature(&signature, &outer, cert);
  auto* inner = X509_get0_tbs_sigalg(cert);
  auto* const algorithm = OBJ_nid2obj(NID_ED25519);
  return X509_ALGOR_set0(const_cast<X509_ALGOR*>(outer), algorithm, V_ASN1_UNDEF, nullptr) == 1 &&
         X509_ALGOR_set0(const_cast<X509_ALGOR*>(inner), algorithm, V_ASN1_UNDEF, nullptr) == 1;
}

bool put_signature(X509* cert, const std::string& value) {
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(&signature, &algorithm, cert);
  auto* written = const_cast<ASN1_BIT_STRING*>(signature);
  written->flags |= ASN1_STRING_FLAG_BITS_LEFT;  // and none are: whole bytes
  return ASN1_BIT_STRING_set(written, const_cast<unsigned char*>(unsigned_of(value)),
                             static_cast<int>(value.size())) == 1;
}

std::string covered(X509* cert) {
  unsigned char* out = nullptr;
  const int size = i2d_re_X509_tbs(cert, &out);
  std::string bytes(reinterpret_cast<const char*>(out),
                    size > 0 ? static_cast<std::size_t>(size) : 0U);
  OPENSSL_free(out);
  return bytes;
}

}  // namespace

x509::Key key_of(std::string_view bytes) {
  std::shared_ptr<EVP_PKEY> key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, unsigned_of(bytes), bytes.size()),
      EVP_PKEY_free);
  if (!key) throw std::runtime_error("no key of these bytes: " + x509::openssl_reason());
  return x509::Key(std::move(key));
}

std::string bytes_of(const x509::Key& key) {
  std::array<unsigned char, kKeyBytes> bytes{};
  auto size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), bytes.data(), &size) != 1) return {};
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

Result<x509::Certificate> make_certificate(
    const x509::IssueSpec& spec, const std::string& serial, const x509::Key& subject,
    const x509::Certificate* issuer, std::int64_t now_ms,
    const std::function<std::string(std::string_view bytes)>& sign) {
  const x509::OwnedCert cert(X509_new());
  auto* own = cert.get();
  auto* name = X509_get_subject_name(own);
  const bool filled =
      X509_set_version(own, X509_VERSION_3) == 1 && set_serial(own, serial) &&
      add_name(name, "OU", spec.organizational_unit) && add_name(name, "CN", spec.common_name) &&
      X509_set_issuer_name(own, issuer == nullptr ? name : X509_get_subject_name(issuer->get())) ==
          1 &&
      set_validity(own, now_ms, spec.valid_for) && X509_set_pubkey(own, subject.get()) == 1 &&
      add_constraints(own, spec.ca) && name_algorithm(own);
  if (!filled || !put_signature(own, sign(covered(own))))
    return fail(Errc::invalid_data, "cannot make the certificate of " + spec.common_name + ": " +
                                        x509::openssl_reason());
  return x509::Certificate::from_der(x509::to_der<X509>(i2d_X509, own));
}

std::string covered_by_signature(const x509::Certificate& certificate) {
  return covered(certificate.get());
}

std::string signature_of(const x509::Certificate& certificate) {
  const ASN1_BIT_STRING* signature = nullptr;
  const X509_ALGOR* algorithm = nullptr;
  X509_get0_signature(&signature, &algorithm, certificate.get());
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(signature)),
          static_cast<std::size_t>(ASN1_STRING_length(signature))};
}

}  // namespace muster::sim
