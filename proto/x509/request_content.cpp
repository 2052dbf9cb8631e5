#include <fmt/format.h>
#include <openssl/pem.h>

#include "proto/x509/oid_text.hpp"
#include "proto/x509/read_extensions.hpp"
#include "proto/x509/request.hpp"
#include "proto/x509/request_pem.hpp"

namespace muster::x509 {
namespace {

std::string common_name_of(const X509_REQ* request) {
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

std::string single_text(X509_ATTRIBUTE* attribute) {
  if (X509_ATTRIBUTE_count(attribute) != 1) return {};
  const auto* value = X509_ATTRIBUTE_get0_type(attribute, 0);
  if (value == nullptr || ASN1_TYPE_get(value) != V_ASN1_PRINTABLESTRING) return {};
  const auto* text = value->value.printablestring;
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

Extensions asked_extensions(X509_REQ* request) {
  auto* stack = X509_REQ_get_extensions(request);
  auto out = extensions_in(stack);
  sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
  ERR_clear_error();
  return out;
}

// One attribute with one value, or none at all: of two a CA may read the other one.
Status read_attributes(X509_REQ* request, std::string_view name, RequestContent& out) {
  int places = 0;
  for (int i = 0; i < X509_REQ_get_attr_count(request); ++i) {
    auto* attribute = X509_REQ_get_attr(request, i);
    const auto oid = oid_text(X509_ATTRIBUTE_get0_object(attribute));
    if (oid != kExtensionRequestOid && oid != kMicrosoftRequestOid) {
      out.attributes.push_back({oid, single_text(attribute)});
      continue;
    }
    // Microsoft's counts as one too many.
    places += oid == kExtensionRequestOid ? X509_ATTRIBUTE_count(attribute) : 2;
  }
  if (places > 1)
    return fail(Errc::refused,
                fmt::format("{}: the request asks for extensions in more than one place", name));
  out.extensions = asked_extensions(request);
  if (places == 1 && out.extensions.all.empty())
    return fail(Errc::refused,
                fmt::format("{}: the extensions that the request asks for cannot be read", name));
  return {};
}

}  // namespace

Result<OwnedRequest> request_from_pem(std::string_view pem, std::string_view name) {
  const auto bio = bio_over(pem);
  OwnedRequest request(bio ? PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!request)
    return fail(Errc::invalid_data,
                fmt::format("{} holds no PEM certificate request: {}", name, openssl_reason()));
  return request;
}

Result<RequestContent> open_request(std::string_view pem, std::string_view name) {
  MUSTER_ASSIGN(const auto request, request_from_pem(pem, name));
  Key key(std::shared_ptr<EVP_PKEY>(X509_REQ_get_pubkey(request.get()), EVP_PKEY_free));
  if (auto strong = key.strong_enough(); !strong) return fail(strong.error().within(name));
  if (X509_REQ_verify(request.get(), key.get()) != 1)
    return fail(Errc::refused, fmt::format("{}: the request is not signed by its own key: {}", name,
                                           openssl_reason()));
  RequestContent out{
      .common_name = common_name_of(request.get()),
      .has_other_subject = X509_NAME_entry_count(X509_REQ_get_subject_name(request.get())) != 1,
      .public_key = std::move(key)};
  MUSTER_TRY(read_attributes(request.get(), name, out));
  return out;
}

}  // namespace muster::x509
