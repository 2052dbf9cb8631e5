#include "orchestrator/admission/extensions.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"

namespace muster::admission {

Status check_extensions(const std::map<std::string, std::string>& asked,
                        const security::JoinClaims& token) {
  for (const auto& [name, value] : asked) {
    const auto allowed = token.extensions.find(name);
    if (allowed != token.extensions.end() && allowed->second == value) continue;
    return fail(
        Errc::refused,
        fmt::format("token {} does not allow the certificate extension {} with the value {}; "
                    "make one with 'muster token create --extension {}=VALUE'",
                    token.id, base::quoted(name), base::quoted(value), name));
  }
  return {};
}

}  // namespace muster::admission
