#include "proto/x509/reading_context.hpp"

#include <openssl/core_dispatch.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <string_view>
#include <vector>

namespace muster::x509 {
namespace {

constexpr const char* kName = "muster-reading";

// What OpenSSL asks us for, of the default provider of the default context. Lives as long as the process.
struct Shown {
  OSSL_PROVIDER* all = nullptr;
  std::vector<OSSL_ALGORITHM> keys;      // ends with an empty one, as the next
  std::vector<OSSL_ALGORITHM> decoders;  // of keys, from the form that they have in certificates
};
Shown& shown() {
  static auto* const shown = new Shown;
  return *shown;
}

// "RSA:rsaEncryption:1.2…", and not "RSA-PSS:…".
bool is_read(const OSSL_ALGORITHM& algorithm) {
  const std::string_view names = algorithm.algorithm_names;
  const auto first = names.substr(0, names.find(':'));
  return first == "EC" || first == "RSA";
}

bool is_of_certificates(const OSSL_ALGORITHM& decoder) {
  const std::string_view properties = decoder.property_definition;
  return properties.find("input=der") != properties.npos &&
         properties.find("structure=SubjectPublicKeyInfo") != properties.npos;
}

template <class Wanted>
std::vector<OSSL_ALGORITHM> those(OSSL_PROVIDER* provider, int operation, Wanted wanted) {
  std::vector<OSSL_ALGORITHM> found;
  int never_kept = 0;
  const auto* one = OSSL_PROVIDER_query_operation(provider, operation, &never_kept);
  for (; one != nullptr && one->algorithm_names != nullptr; ++one)
    if (is_read(*one) && wanted(*one)) found.push_back(*one);
  found.push_back({nullptr, nullptr, nullptr, nullptr});
  return found;
}

const OSSL_ALGORITHM* query(void* /*default provider's own*/, int operation, int* never_kept) {
  *never_kept = 0;
  if (operation == OSSL_OP_KEYMGMT) return shown().keys.data();
  if (operation == OSSL_OP_DECODER) return shown().decoders.data();
  return OSSL_PROVIDER_query_operation(shown().all, operation, never_kept);
}

// Its functions are given what they know: the default provider's own context.
int begin(const OSSL_CORE_HANDLE*, const OSSL_DISPATCH*, const OSSL_DISPATCH** functions,
          void** context) {
  static const OSSL_DISPATCH kFunctions[] = {
      {OSSL_FUNC_PROVIDER_QUERY_OPERATION, reinterpret_cast<void (*)()>(query)}, {0, nullptr}};
  *functions = kFunctions;
  *context = OSSL_PROVIDER_get0_provider_ctx(shown().all);
  return 1;
}

struct Reading {
  OSSL_LIB_CTX* context = nullptr;
  const OSSL_PROVIDER* provider = nullptr;
};

Reading made() {
  // Where openssl.cnf names others in its place, as for FIPS, they are asked, and only they.
  if (OSSL_PROVIDER_available(nullptr, "default") != 1) return {};
  auto& all = shown();
  all.all = OSSL_PROVIDER_try_load(nullptr, "default", 1);
  if (all.all == nullptr) return {};
  all.keys = those(all.all, OSSL_OP_KEYMGMT, [](const auto&) { return true; });
  all.decoders = those(all.all, OSSL_OP_DECODER, is_of_certificates);
  auto* context = OSSL_LIB_CTX_new();
  if (context == nullptr || OSSL_PROVIDER_add_builtin(context, kName, begin) != 1) return {};
  const auto* provider = OSSL_PROVIDER_load(context, kName);
  return provider == nullptr ? Reading{} : Reading{context, provider};
}

const Reading& reading() {
  static const Reading reading = made();
  return reading;
}

}  // namespace

OSSL_LIB_CTX* reading_context() {
  return reading().context;
}

OSSL_LIB_CTX* context_of(const EVP_PKEY* key) {
  const auto* provider = EVP_PKEY_get0_provider(key);
  return provider != nullptr && provider == reading().provider ? reading().context : nullptr;
}

}  // namespace muster::x509
