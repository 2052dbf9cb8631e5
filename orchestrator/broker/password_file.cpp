#include "orchestrator/broker/password_file.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "proto/base/encoding.hpp"

namespace muster::broker {
namespace {

constexpr std::size_t kSaltBytes = 12;
constexpr std::size_t kHashBytes = 64;

}  // namespace

Result<std::string> password_line(std::string_view user, std::string_view password) {
  if (password.empty())
    return fail(Errc::config, fmt::format("the password of '{}' is empty", user));
  const auto salt = base::random_bytes(kSaltBytes);
  std::string hash(kHashBytes, '\0');
  const int done = ::PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                                       reinterpret_cast<const unsigned char*>(salt.data()),
                                       kSaltBytes, kHashIterations, ::EVP_sha512(), kHashBytes,
                                       reinterpret_cast<unsigned char*>(hash.data()));
  if (done != 1) return fail(Errc::unknown, "OpenSSL cannot compute PBKDF2 with SHA-512");
  return fmt::format("{}:$7${}${}${}\n", user, kHashIterations, base::to_base64(salt),
                     base::to_base64(hash));
}

}  // namespace muster::broker
