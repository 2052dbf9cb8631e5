#include "proto/x509/private_key.hpp"

#include <openssl/decoder.h>
#include <openssl/pem.h>

#include <optional>

namespace muster::x509 {
namespace {

using OwnedPkcs8 = Owned<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using OwnedDecoder = Owned<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free>;

struct FreeName {
  void operator()(char* name) const { OPENSSL_free(name); }
};

// A block of a PEM file, which is a secret.
struct Block {
  unsigned char* bytes = nullptr;
  long size = 0;
  std::unique_ptr<char, FreeName> label;

  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() { OPENSSL_clear_free(bytes, static_cast<std::size_t>(size)); }
};

// Without it OpenSSL would ask for a passphrase on the terminal of a daemon.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

// Others stand before it in some files: the parameters of a curve.
bool read_block(std::string_view pem, Block& block) {
  const auto bio = bio_over(pem);
  char* label = nullptr;
  if (!bio || PEM_bytes_read_bio(&block.bytes, &block.size, &label, PEM_STRING_EVP_PKEY, bio.get(),
                                 no_passphrase, nullptr) != 1)
    return false;
  block.label.reset(label);
  return true;
}

// As OpenSSL's decoders name it.
struct Form {
  const char* structure;
  const char* type;
};

std::optional<Form> form_of_pkcs8(const Block& block) {
  const unsigned char* at = block.bytes;
  const OwnedPkcs8 info(d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, block.size));
  const ASN1_OBJECT* type = nullptr;
  if (!info || PKCS8_pkey_get0(&type, nullptr, nullptr, nullptr, info.get()) != 1) return {};
  switch (OBJ_obj2nid(type)) {
    case NID_X9_62_id_ecPublicKey:
      return Form{"PrivateKeyInfo", "EC"};
    case NID_rsaEncryption:
      return Form{"PrivateKeyInfo", "RSA"};
    default:
      return {};
  }
}

std::optional<Form> form_of(const Block& block) {
  const std::string_view label = block.label.get();
  if (label == PEM_STRING_PKCS8INF) return form_of_pkcs8(block);
  if (label == PEM_STRING_ECPRIVATEKEY) return Form{"type-specific", "EC"};
  if (label == PEM_STRING_RSA) return Form{"type-specific", "RSA"};
  return {};
}

OwnedKey decode(const Block& block, const Form& form) {
  EVP_PKEY* key = nullptr;
  const OwnedDecoder decoder(OSSL_DECODER_CTX_new_for_pkey(
      &key, "DER", form.structure, form.type, OSSL_KEYMGMT_SELECT_ALL, nullptr, nullptr));
  const unsigned char* at = block.bytes;
  auto left = static_cast<std::size_t>(block.size);
  const bool read = decoder && OSSL_DECODER_from_data(decoder.get(), &at, &left) == 1;
  ERR_clear_error();  // what it tried first may leave one
  OwnedKey owned(key);
  return read ? std::move(owned) : nullptr;
}

// A kind that we do not take is named by whoever asks for its strength, and what is none by OpenSSL.
OwnedKey read_any(std::string_view pem) {
  ERR_clear_error();
  const auto bio = bio_over(pem);
  return OwnedKey(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)
                      : nullptr);
}

}  // namespace

OwnedKey read_private_key(std::string_view pem) {
  Block block;
  if (read_block(pem, block))
    if (const auto form = form_of(block))
      if (auto key = decode(block, *form)) return key;
  return read_any(pem);
}

}  // namespace muster::x509
