#include "orchestrator/admission/extensions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/security/glob.hpp"
#include "proto/x509/puppet_oids.hpp"

namespace muster::admission {
namespace {

bool allows(const security::JoinClaims& token, const std::string& oid, const std::string& value) {
  return std::any_of(token.extensions.begin(), token.extensions.end(), [&](const auto& allowed) {
    return x509::node_extension(allowed.first).value_or("") == oid && allowed.second == value;
  });
}

}  // namespace

Status check_extensions(const std::map<std::string, std::string>& asked,
                        const security::JoinClaims& token) {
  for (const auto& [name, value] : asked) {
    const auto oid = x509::node_extension(name);
    if (!oid) return fail(Errc::refused, oid.error().message + "; mend csr_attributes.yaml");
    if (allows(token, *oid, value)) continue;
    const auto shown = x509::puppet_name(*oid);
    return fail(Errc::refused,
                fmt::format("token {} does not allow the certificate extension {} with the value "
                            "{}: make one with 'muster token create --extension {}={}', or take it "
                            "out of the machine's csr_attributes.yaml",
                            token.id, base::quoted(shown), base::quoted(value), shown, value));
  }
  return {};
}

Status check_alternative_names(const std::vector<std::string>& asked, std::string_view identity,
                               const security::JoinClaims& token) {
  for (const auto& name : asked) {
    const bool allowed =
        std::any_of(token.alternative_names.begin(), token.alternative_names.end(),
                    [&](const auto& glob) { return security::glob_match(glob, name); });
    if (allowed || name == identity) continue;
    return fail(
        Errc::refused,
        fmt::format("token {} does not allow the alternative name {}: make one with 'muster "
                    "token create --alternative-name {}', or take it out of dns_alt_names "
                    "in the machine's puppet.conf",
                    token.id, base::quoted(name), name));
  }
  return {};
}

}  // namespace muster::admission
