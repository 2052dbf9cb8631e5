#include "proto/security/client_id.hpp"

#include <fmt/format.h>

namespace muster::security {
namespace {

constexpr std::size_t kClientIdDigits = 32;

}  // namespace

Result<std::string> client_id(const x509::Key& key, std::string_view purpose) {
  MUSTER_ASSIGN(const auto digest,
                key.secret_digest(fmt::format("muster/v1 client id\n{}", purpose)));
  return digest.substr(0, kClientIdDigits);
}

}  // namespace muster::security
