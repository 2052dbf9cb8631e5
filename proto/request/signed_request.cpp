#include "proto/request/signed_request.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/verifier.hpp"

namespace muster::request {
namespace {

// Brokers and nodes never command.
bool may_command(security::Role role) {
  return role == security::Role::operator_ || role == security::Role::orchestrator;
}

}  // namespace

Result<Signed> open(std::string_view message, envelope::Kind kind,
                    const security::Trust& commanding, std::string_view sender) {
  MUSTER_ASSIGN(auto opened, security::open(message, kind, commanding));
  MUSTER_ASSIGN(auto request, messages::Request::decode(opened.body));
  if (request.caller != opened.signer || !may_command(opened.role))
    return fail(
        Errc::refused,
        fmt::format("request says it is from {}, signed by {} ({})", base::quoted(request.caller),
                    base::quoted(opened.signer), security::name_of(opened.role)));
  if (!sender.empty() && request.caller != sender)
    return fail(Errc::refused, fmt::format("a request of {} came on the topic of {}",
                                           base::quoted(request.caller), base::quoted(sender)));
  return Signed{std::move(request), opened.role};
}

security::ReplayWindow::Sending sending_of(const messages::Request& request) {
  return {request.caller, request.id, request.sent_at_ms, std::int64_t{request.ttl_s} * 1000};
}

Result<std::string> reply_topic(const messages::Request& request, const std::string& from) {
  const std::string_view to = request.reply_to;
  if (to.empty()) return std::string();
  const auto own = fmt::format("muster/v1/{}/rep/{}/", request.collective, request.caller);
  // The session becomes a topic level: a broker hangs up on whoever publishes to a wildcard.
  if (!to.starts_with(own) || !base::check_caller(to.substr(own.size())))
    return fail(Errc::refused,
                fmt::format("reply topic {} is not {} and a session", base::quoted(to), own));
  return fmt::format("{}/{}", to, from);
}

}  // namespace muster::request
