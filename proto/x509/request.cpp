#include "proto/x509/request.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>

#include "proto/base/names.hpp"
#include "proto/x509/general_names.hpp"
#include "proto/x509/oid_text.hpp"
#include "proto/x509/openssl.hpp"
#include "proto/x509/request_pem.hpp"
#include "proto/x509/text_extension.hpp"

namespace muster::x509 {
namespace {

using OwnedStack = std::unique_ptr<STACK_OF(X509_EXTENSION), void (*)(STACK_OF(X509_EXTENSION)*)>;

OwnedStack new_stack() {
  return {sk_X509_EXTENSION_new_null(), [](STACK_OF(X509_EXTENSION) * stack) {
            sk_X509_EXTENSION_pop_free(stack, X509_EXTENSION_free);
          }};
}

SigningRequest shown(const X509_REQ* request) {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  SigningRequest out;
  if (bio && PEM_write_bio_X509_REQ(bio.get(), request) == 1) out.pem = bio_text(bio.get());
  out.fingerprint = sha256_hex(to_der<X509_REQ>(i2d_X509_REQ, request));
  return out;
}

tl::unexpected<Error> cannot_make(const std::string& name) {
  return fail(Errc::invalid_data, fmt::format("cannot make a certificate request for {}: {}",
                                              base::quoted(name), openssl_reason()));
}

Status add_attribute(X509_REQ* request, const OidText& attribute) {
  const auto object = object_from(attribute.oid);
  if (object && X509_REQ_add1_attr_by_OBJ(request, object.get(), V_ASN1_PRINTABLESTRING,
                                          bytes_of(attribute.text),
                                          static_cast<int>(attribute.text.size())) == 1)
    return {};
  return fail(Errc::invalid_data,
              fmt::format("a certificate request cannot hold the attribute {}: {}",
                          base::quoted(attribute.oid), openssl_reason()));
}

Status push_extension(STACK_OF(X509_EXTENSION) * stack, const OidText& asked) {
  auto extension = make_text_extension(asked.oid, asked.text);
  if (!extension || sk_X509_EXTENSION_push(stack, extension.get()) <= 0)
    return fail(Errc::invalid_data,
                fmt::format("a certificate request cannot hold the extension {}: {}",
                            base::quoted(asked.oid), openssl_reason()));
  extension.release();
  return {};
}

Status push_names(STACK_OF(X509_EXTENSION) * stack, const RequestSpec& spec) {
  if (spec.alternative_names.empty()) return {};
  const OwnedNames names(GENERAL_NAMES_new());
  for (const auto& name : spec.alternative_names)
    MUSTER_TRY(push_alternative_name(names.get(), name));
  OwnedExtension extension(X509V3_EXT_i2d(NID_subject_alt_name, 0, names.get()));
  if (!extension || sk_X509_EXTENSION_push(stack, extension.get()) <= 0)
    return cannot_make(spec.common_name);
  extension.release();
  return {};
}

Status add_extensions(X509_REQ* request, const RequestSpec& spec) {
  const auto stack = new_stack();
  for (const auto& asked : spec.extensions) MUSTER_TRY(push_extension(stack.get(), asked));
  MUSTER_TRY(push_names(stack.get(), spec));
  if (sk_X509_EXTENSION_num(stack.get()) == 0) return {};
  if (X509_REQ_add_extensions(request, stack.get()) == 1) return {};
  return cannot_make(spec.common_name);
}

}  // namespace

Status check_common_name(std::string_view name) {
  if (name.size() <= kCommonNameMaxBytes) return {};
  return fail(Errc::invalid_data,
              fmt::format("the name {} has {} bytes, and a certificate's common name holds {} at "
                          "most; give the machine a shorter host name, or set 'identity' in its "
                          "configuration",
                          base::quoted(name), name.size(), kCommonNameMaxBytes));
}

Result<SigningRequest> make_request(const RequestSpec& spec, const Key& key) {
  const auto& name = spec.common_name;
  MUSTER_TRY(check_common_name(name));
  const OwnedRequest request(X509_REQ_new());
  const bool begun =
      request && !name.empty() && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
      X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(request.get()), "CN", MBSTRING_UTF8,
                                 bytes_of(name), static_cast<int>(name.size()), -1, 0) == 1 &&
      X509_REQ_set_pubkey(request.get(), key.get()) == 1;
  if (!begun) return cannot_make(name);
  for (const auto& attribute : spec.attributes) MUSTER_TRY(add_attribute(request.get(), attribute));
  MUSTER_TRY(add_extensions(request.get(), spec));
  if (X509_REQ_sign(request.get(), key.get(), EVP_sha256()) <= 0) return cannot_make(name);
  return shown(request.get());
}

Result<SigningRequest> read_request(std::string_view pem, std::string_view name) {
  MUSTER_ASSIGN(const auto request, request_from_pem(pem, name));
  return shown(request.get());
}

}  // namespace muster::x509
