#include "plugins/notifiers/email/message.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "plugins/notifiers/email/address.hpp"
#include "plugins/notifiers/email/encoding.hpp"
#include "proto/base/printable.hpp"
#include "proto/base/utf8.hpp"

namespace muster::notifiers::email {
namespace {

bool safe_in_id(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

std::string rfc5322_date(std::int64_t unix_ms) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000",
                     fmt::gmtime(static_cast<std::time_t>(unix_ms / 1000)));
}

}  // namespace

std::string message_id(std::string_view id, std::string_view domain) {
  std::string local;
  for (const char c : id)
    local +=
        safe_in_id(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return fmt::format("{}@{}", local, domain);
}

std::string format_message(const std::string& from, const std::string& to,
                           const plugins::Notification& notification, std::int64_t unix_ms) {
  const auto subject =
      std::string(base::utf8_prefix(base::one_line(notification.subject), kSubjectMaxBytes));
  const auto text = base::cut_utf8(base::printable(notification.text), kTextMaxBytes);
  const bool plain = is_plain(text);
  // Auto-Submitted (RFC 3834) keeps holiday responders from answering.
  return fmt::format(
      "Date: {}\r\nFrom: Muster <{}>\r\nTo: <{}>\r\nSubject: {}\r\nMessage-ID: <{}>\r\n"
      "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {}\r\n\r\n{}",
      rfc5322_date(unix_ms), from, to, header_text("Subject", subject),
      message_id(notification.id, domain_of(from)), plain ? "7bit" : "quoted-printable",
      plain ? with_crlf(text) : quoted_printable(text));
}

}  // namespace muster::notifiers::email
