#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/general_names.hpp"
#include "proto/x509/openssl.hpp"
#include "proto/x509/text_extension.hpp"

namespace muster::x509 {
namespace {

constexpr std::chrono::hours kBackdated{24};
constexpr int kSerialBits =
    128;  // random, so that no two are equal without a counter (RFC 5280, 4.1.2.2)

const char* purposes(const IssueSpec& spec) {
  if (!spec.server) return "clientAuth";
  return spec.client ? "serverAuth,clientAuth" : "serverAuth";
}

tl::unexpected<Error> failed(std::string_view doing, const IssueSpec& spec) {
  return fail(Errc::invalid_data, fmt::format("cannot {} the certificate of {}: {}", doing,
                                              base::quoted(spec.common_name), openssl_reason()));
}

Status check(const IssueSpec& spec, const Key& subject_key, const Certificate* issuer,
             const Key& issuer_key) {
  if (spec.common_name.empty())
    return fail(Errc::invalid_data, "a certificate needs a common name");
  if (spec.purpose_oid.find_first_not_of("0123456789.") != std::string::npos)
    return fail(Errc::invalid_data, fmt::format("{} is no OID", base::quoted(spec.purpose_oid)));
  MUSTER_TRY(subject_key.strong_enough());
  if (issuer == nullptr && !subject_key.same_public(issuer_key))
    return fail(Errc::invalid_data, "a self-signed certificate is signed with its own key");
  if (issuer != nullptr && !issuer->matches(issuer_key))
    return fail(Errc::invalid_data,
                fmt::format("the issuer's key does not belong to its certificate {}",
                            base::quoted(issuer->subject())));
  if (issuer != nullptr && !issuer->is_ca())
    return fail(Errc::invalid_data,
                fmt::format("{} is not a CA and cannot issue", base::quoted(issuer->subject())));
  return {};
}

bool set_serial(X509* cert, const std::string& given_hex) {
  const OwnedBn serial(BN_new());
  if (!serial) return false;
  BIGNUM* number = serial.get();
  const bool made =
      given_hex.empty()
          ? BN_rand(number, kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1
          : BN_hex2bn(&number, given_hex.c_str()) == static_cast<int>(given_hex.size());
  return made && BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(cert)) != nullptr;
}

bool add_name(X509_NAME* name, const char* field, const std::string& value) {
  return value.empty() || X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, bytes_of(value),
                                                     static_cast<int>(value.size()), -1, 0) == 1;
}

bool set_validity(X509* cert, const IssueSpec& spec, const Certificate* issuer) {
  using std::chrono::seconds;
  if (X509_gmtime_adj(X509_getm_notBefore(cert), -seconds(kBackdated).count()) == nullptr ||
      X509_gmtime_adj(X509_getm_notAfter(cert), seconds(spec.valid_for).count()) == nullptr)
    return false;
  if (issuer == nullptr) return true;
  const auto* limit = X509_get0_notAfter(issuer->get());
  return ASN1_TIME_compare(X509_get0_notAfter(cert), limit) <= 0 ||
         X509_set1_notAfter(cert, limit) == 1;
}

// Extensions from constant text only: OpenSSL's little language must never see a name from outside.
bool add_extension(X509* cert, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  const OwnedExtension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(cert, extension.get(), -1) == 1;
}

Status add_alternative_names(X509* cert, const IssueSpec& spec) {
  if (spec.dns_names.empty() && spec.ip_addresses.empty()) return {};
  const OwnedNames names(GENERAL_NAMES_new());
  for (const auto& dns : spec.dns_names) MUSTER_TRY(push_dns_name(names.get(), dns));
  for (const auto& address : spec.ip_addresses) {
    MUSTER_TRY(push_ip_address(names.get(), address));
    if (spec.server) MUSTER_TRY(push_ip6_of_uri(names.get(), address));
  }
  if (X509_add1_ext_i2d(cert, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) != 1)
    return failed("name", spec);
  return {};
}

std::string extended_usage(const IssueSpec& spec) {
  return spec.purpose_oid.empty() ? purposes(spec) : spec.purpose_oid;
}

bool add_purposes(X509* cert, X509* issuer, const IssueSpec& spec) {
  const bool basic = add_extension(cert, issuer, NID_basic_constraints,
                                   spec.ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  const bool usage =
      basic && add_extension(cert, issuer, NID_key_usage,
                             spec.ca ? "critical,digitalSignature,keyCertSign,cRLSign"
                                     : "critical,digitalSignature");
  const bool extended = usage && (spec.ca || add_extension(cert, issuer, NID_ext_key_usage,
                                                           extended_usage(spec).c_str()));
  // The subject's identifier first: a self-signed certificate's authority identifier is copied from
  // it.
  return extended && add_extension(cert, issuer, NID_subject_key_identifier, "hash") &&
         add_extension(cert, issuer, NID_authority_key_identifier, "keyid:always");
}

}  // namespace

Result<Certificate> issue(const IssueSpec& spec, const Key& subject_key, const Certificate* issuer,
                          const Key& issuer_key) {
  MUSTER_TRY(check(spec, subject_key, issuer, issuer_key));
  const OwnedCert cert(X509_new());
  if (!cert || X509_set_version(cert.get(), X509_VERSION_3) != 1 ||
      !set_serial(cert.get(), spec.serial_hex))
    return failed("make", spec);
  auto* subject = X509_get_subject_name(cert.get());
  if (!add_name(subject, "OU", spec.organizational_unit) ||
      !add_name(subject, "CN", spec.common_name))
    return failed("name", spec);
  auto* issuer_cert = issuer != nullptr ? issuer->get() : cert.get();
  if (X509_set_issuer_name(cert.get(), X509_get_subject_name(issuer_cert)) != 1 ||
      !set_validity(cert.get(), spec, issuer) ||
      X509_set_pubkey(cert.get(), subject_key.get()) != 1 ||
      !add_purposes(cert.get(), issuer_cert, spec))
    return failed("fill in", spec);
  MUSTER_TRY(add_alternative_names(cert.get(), spec));
  if (!spec.statement_oid.empty() &&
      !add_text_extension(cert.get(), spec.statement_oid, spec.statement))
    return failed("write the statement into", spec);
  if (X509_sign(cert.get(), issuer_key.get(), EVP_sha256()) <= 0) return failed("sign", spec);
  // Read back, so that it is exactly what others will see.
  return Certificate::from_der(to_der<X509>(i2d_X509, cert.get()));
}

}  // namespace muster::x509
