#include "plugins/notifiers/email/address.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/notifiers/percent.hpp"
#include "proto/base/names.hpp"

namespace muster::notifiers::email {
namespace {

constexpr std::size_t kLocalMaxBytes = 64;
constexpr std::size_t kDomainMaxBytes = 255;
constexpr std::size_t kLabelMaxBytes = 63;

bool letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Splits at dots; every piece must be short enough, not empty and of allowed characters.
bool dotted(std::string_view text, std::size_t piece_max_bytes, std::string_view also_allowed) {
  for (;;) {
    const auto dot = text.find('.');
    const auto piece = text.substr(0, dot);
    const bool ok = !piece.empty() && piece.size() <= piece_max_bytes &&
                    std::all_of(piece.begin(), piece.end(), [&](char c) {
                      return letter_or_digit(c) || also_allowed.find(c) != std::string_view::npos;
                    });
    if (!ok) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

Status check_address(std::string_view address) {
  const auto at = address.rfind('@');
  const bool ok = at != std::string_view::npos && at <= kLocalMaxBytes &&
                  address.size() - at - 1 <= kDomainMaxBytes &&
                  dotted(address.substr(0, at), kLocalMaxBytes, "!#$%&'*+-/=?^_`{|}~") &&
                  dotted(address.substr(at + 1), kLabelMaxBytes, "-");
  if (!ok)
    return fail(Errc::config, fmt::format("{} is not a mail address: write name@host.example",
                                          base::quoted(address)));
  return {};
}

Result<std::string> address_of_target(std::string_view target) {
  constexpr std::string_view kScheme = "mailto:";
  if (!target.starts_with(kScheme))
    return fail(Errc::config,
                fmt::format("{} does not begin with '{}'", base::quoted(target), kScheme));
  const auto rest = target.substr(kScheme.size());
  if (rest.find('?') != std::string_view::npos)
    return fail(Errc::config, fmt::format("{} sets header fields: only mailto:ADDRESS is allowed",
                                          base::quoted(target)));
  MUSTER_ASSIGN(auto address, percent_decoded(rest));
  MUSTER_TRY(check_address(address));
  return address;
}

std::string_view domain_of(std::string_view address) {
  return address.substr(address.rfind('@') + 1);
}

}  // namespace muster::notifiers::email
