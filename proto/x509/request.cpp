#include "proto/x509/request.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>

#include "proto/base/names.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {
namespace {

SigningRequest shown(const X509_REQ* request) {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  SigningRequest out;
  if (bio && PEM_write_bio_X509_REQ(bio.get(), request) == 1) out.pem = bio_text(bio.get());
  out.fingerprint = sha256_hex(to_der<X509_REQ>(i2d_X509_REQ, request));
  return out;
}

Result<OwnedRequest> parse(std::string_view pem, std::string_view name) {
  const auto bio = bio_over(pem);
  OwnedRequest request(bio ? PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!request)
    return fail(Errc::invalid_data,
                fmt::format("{} holds no PEM certificate request: {}", name, openssl_reason()));
  return request;
}

std::string common_name(const X509_REQ* request) {
  const auto* subject = X509_REQ_get_subject_name(request);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (size < 0) return {};
  std::string text(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

}  // namespace

Result<SigningRequest> make_request(const std::string& common_name, const Key& key) {
  const OwnedRequest request(X509_REQ_new());
  const bool made = request && !common_name.empty() &&
                    X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
                    X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN",
                                               MBSTRING_UTF8, bytes_of(common_name),
                                               static_cast<int>(common_name.size()), -1, 0) == 1 &&
                    X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
                    X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0;
  if (!made)
    return fail(Errc::invalid_data, fmt::format("cannot make a certificate request for {}: {}",
                                                base::quoted(common_name), openssl_reason()));
  return shown(request.get());
}

Result<SigningRequest> read_request(std::string_view pem, std::string_view name) {
  MUSTER_ASSIGN(const auto request, parse(pem, name));
  return shown(request.get());
}

Result<RequestContent> open_request(std::string_view pem, std::string_view name) {
  MUSTER_ASSIGN(const auto request, parse(pem, name));
  Key key(std::shared_ptr<EVP_PKEY>(X509_REQ_get_pubkey(request.get()), EVP_PKEY_free));
  if (auto strong = key.strong_enough(); !strong) return fail(strong.error().within(name));
  if (X509_REQ_verify(request.get(), key.get()) != 1)
    return fail(Errc::refused, fmt::format("{}: the request is not signed by its own key: {}", name,
                                           openssl_reason()));
  return RequestContent{common_name(request.get()), std::move(key)};
}

}  // namespace muster::x509
