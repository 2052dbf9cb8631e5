#include "proto/x509/read_extensions.hpp"

#include <algorithm>
#include <array>

#include "proto/x509/general_names.hpp"
#include "proto/x509/oid_text.hpp"

namespace muster::x509 {
namespace {

using OwnedType = Owned<ASN1_TYPE, ASN1_TYPE_free>;

constexpr std::array kStringTypes{V_ASN1_UTF8STRING,   V_ASN1_PRINTABLESTRING, V_ASN1_IA5STRING,
                                  V_ASN1_T61STRING,    V_ASN1_UNIVERSALSTRING, V_ASN1_BMPSTRING,
                                  V_ASN1_VISIBLESTRING};

// The extension's only content, when it is a string.
void read_text(const ASN1_OCTET_STRING* octets, Extension& out) {
  const auto* at = ASN1_STRING_get0_data(octets);
  const auto* end = at + ASN1_STRING_length(octets);
  const OwnedType value(d2i_ASN1_TYPE(nullptr, &at, end - at));
  const bool whole = value && at == end;
  if (!whole || std::find(kStringTypes.begin(), kStringTypes.end(), ASN1_TYPE_get(value.get())) ==
                    kStringTypes.end())
    return ERR_clear_error();
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, value->value.asn1_string);
  if (size < 0) return ERR_clear_error();
  out.is_text = true;
  out.text.assign(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
}

void read_names(X509_EXTENSION* extension, std::vector<std::string>& out) {
  const OwnedNames names(static_cast<GENERAL_NAMES*>(X509V3_EXT_d2i(extension)));
  if (!names) {
    ERR_clear_error();
    return out.push_back("unreadable:");
  }
  for (auto& name : alternative_names_in(names.get())) out.push_back(std::move(name));
}

}  // namespace

Extensions extensions_in(const STACK_OF(X509_EXTENSION) * stack) {
  Extensions out;
  for (int i = 0; i < sk_X509_EXTENSION_num(stack); ++i) {
    auto* extension = sk_X509_EXTENSION_value(stack, i);
    Extension one;
    one.oid = oid_text(X509_EXTENSION_get_object(extension));
    one.critical = X509_EXTENSION_get_critical(extension) != 0;
    if (one.oid == kAlternativeNamesOid)
      read_names(extension, out.alternative_names);
    else
      read_text(X509_EXTENSION_get_data(extension), one);
    out.all.push_back(std::move(one));
  }
  return out;
}

}  // namespace muster::x509
