#include "orchestrator/admission/reserved.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/host_name.hpp"
#include "proto/base/names.hpp"
#include "proto/security/glob.hpp"

namespace muster::admission {
namespace {

// DNS names are compared without regard to case, and "puppet." is "puppet".
std::string plain_name(std::string_view name) {
  while (!name.empty() && name.back() == '.') name.remove_suffix(1);
  std::string plain(name);
  for (auto& c : plain)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return plain;
}

// A wildcard in an alternative name stands for every name that it would match.
bool meets(std::string_view pattern, const std::string& name) {
  return security::glob_match(pattern, name) || security::glob_match(name, pattern);
}

bool is_built_in(const std::string& name) {
  return std::any_of(kReservedNames.begin(), kReservedNames.end(),
                     [&](auto pattern) { return meets(pattern, name); }) ||
         std::any_of(base::kPlaceholderHosts.begin(), base::kPlaceholderHosts.end(),
                     [&](auto host) {
                       return meets(host, name) || meets(fmt::format("{}.*", host), name);
                     });
}

std::string why_reserved(const std::string& name, const Rules& rules) {
  for (const auto& master : rules.masters)
    if (meets(master, name)) return fmt::format("the Puppet master {}", base::quoted(master));
  if (is_built_in(name)) return "what agents and machines call themselves and their master";
  for (const auto& pattern : rules.reserved_names)
    if (meets(pattern, name))
      return fmt::format("'reserved_names' of the orchestrator, {}", base::quoted(pattern));
  return {};
}

}  // namespace

Status check_reserved(const std::vector<std::string>& names, const Rules& rules) {
  for (const auto& name : names)
    if (const auto why = why_reserved(plain_name(name), rules); !why.empty())
      return fail(Errc::refused,
                  fmt::format("the name {} is reserved for {}; give the machine another name",
                              base::quoted(name), why));
  return {};
}

Status check_reserved_pattern(const std::string& pattern) {
  if (auto good = security::check_identity_glob(pattern); !good)
    return fail(Errc::config, good.error().message);
  return {};
}

}  // namespace muster::admission
