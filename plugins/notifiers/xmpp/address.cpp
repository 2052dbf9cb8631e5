#include "plugins/notifiers/xmpp/address.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/notifiers/percent.hpp"
#include "proto/base/names.hpp"

namespace muster::notifiers::xmpp {
namespace {

constexpr std::size_t kPartMaxBytes = 1023;

bool lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool all_of(std::string_view part, std::string_view also_allowed) {
  return !part.empty() && part.size() <= kPartMaxBytes &&
         std::all_of(part.begin(), part.end(), [&](char c) {
           return lower_or_digit(c) || also_allowed.find(c) != std::string_view::npos;
         });
}

}  // namespace

Status check_address(std::string_view address) {
  const auto at = address.find('@');
  const bool ok = at != std::string_view::npos &&
                  all_of(address.substr(0, at), "!#$%*+-=?^_`{|}~.") &&
                  all_of(address.substr(at + 1), "-.");
  if (!ok)
    return fail(Errc::config,
                fmt::format("{} is not a chat address: write name@domain in lower case, "
                            "without resource",
                            base::quoted(address)));
  return {};
}

std::string_view domain_of(std::string_view address) {
  return address.substr(address.find('@') + 1);
}

Result<Target> parse_target(std::string_view target) {
  constexpr std::string_view kScheme = "xmpp:";
  if (!target.starts_with(kScheme))
    return fail(Errc::config,
                fmt::format("{} does not begin with '{}'", base::quoted(target), kScheme));
  auto rest = target.substr(kScheme.size());
  Target parsed;
  if (const auto question = rest.find('?'); question != std::string_view::npos) {
    if (rest.substr(question) != "?join")
      return fail(Errc::config,
                  fmt::format("{}: only '?join' may follow the address; a room's password is read "
                              "from 'room_password_file'",
                              base::quoted(target)));
    parsed.room = true;
    rest = rest.substr(0, question);
  }
  MUSTER_ASSIGN(parsed.address, percent_decoded(rest));
  MUSTER_TRY(check_address(parsed.address));
  return parsed;
}

}  // namespace muster::notifiers::xmpp
