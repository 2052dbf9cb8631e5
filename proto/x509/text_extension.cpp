#include "proto/x509/text_extension.hpp"

#include "proto/x509/oid_text.hpp"

namespace muster::x509 {
namespace {

using OwnedUtf8 = Owned<ASN1_UTF8STRING, ASN1_UTF8STRING_free>;
using OwnedOctets = Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;

}  // namespace

OwnedExtension make_text_extension(const std::string& oid, const std::string& text) {
  const auto object = object_from(oid);
  const OwnedUtf8 utf8(ASN1_UTF8STRING_new());
  const OwnedOctets octets(ASN1_OCTET_STRING_new());
  if (!object || !utf8 || !octets ||
      ASN1_STRING_set(utf8.get(), text.data(), static_cast<int>(text.size())) != 1)
    return nullptr;
  const auto der = to_der<ASN1_UTF8STRING>(i2d_ASN1_UTF8STRING, utf8.get());
  if (ASN1_OCTET_STRING_set(octets.get(), bytes_of(der), static_cast<int>(der.size())) != 1)
    return nullptr;
  constexpr int kNotCritical = 0;
  return OwnedExtension(
      X509_EXTENSION_create_by_OBJ(nullptr, object.get(), kNotCritical, octets.get()));
}

bool add_text_extension(X509* cert, const std::string& oid, const std::string& text) {
  const auto extension = make_text_extension(oid, text);
  return extension && X509_add_ext(cert, extension.get(), -1) == 1;
}

std::string read_text_extension(const X509* cert, const std::string& oid) {
  const auto object = object_from(oid);
  if (!object) return {};
  const int at = X509_get_ext_by_OBJ(cert, object.get(), -1);
  if (at < 0 || X509_get_ext_by_OBJ(cert, object.get(), at) >= 0) return {};
  const auto* octets = X509_EXTENSION_get_data(X509_get_ext(cert, at));
  const unsigned char* begin = ASN1_STRING_get0_data(octets);
  const unsigned char* end = begin + ASN1_STRING_length(octets);
  const auto* at_text = begin;
  const OwnedUtf8 utf8(d2i_ASN1_UTF8STRING(nullptr, &at_text, end - begin));
  if (!utf8 || at_text != end) {
    ERR_clear_error();
    return {};
  }
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(utf8.get())),
          static_cast<std::size_t>(ASN1_STRING_length(utf8.get()))};
}

}  // namespace muster::x509
