#include "proto/audit/journal.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "proto/base/printable.hpp"

namespace muster::audit {
namespace {

constexpr int kInformational = 6;  // syslog's LOG_INFO
constexpr int kNotice = 5;

void append(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  if (value.find('\n') == std::string_view::npos) {
    out += '=';
  } else {  // a newline would end the field: with its length instead
    out += '\n';
    const auto size = static_cast<std::uint64_t>(value.size());
    for (unsigned shift = 0; shift < 64; shift += 8)
      out += static_cast<char>((size >> shift) & 0xffU);
  }
  out += value;
  out += '\n';
}

std::string upper(std::string_view name) {
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::string as_text(const Value& value) {
  return value.is_string() ? base::printable(value.get_ref<const std::string&>())
                           : base::json_text(value);
}

bool is_denial(const Line& line) {
  return std::any_of(line.begin(), line.end(), [](const Field& field) {
    return field.name == "verdict" && field.value != "allowed";
  });
}

}  // namespace

std::string journal_datagram(const Line& line, std::string_view message) {
  std::string out;
  append(out, "MESSAGE", base::printable(message, base::Lines::escape));
  append(out, "MESSAGE_ID", kJournalMessageId);
  append(out, "PRIORITY", std::to_string(is_denial(line) ? kNotice : kInformational));
  append(out, "SYSLOG_IDENTIFIER", "muster-audit");
  for (const auto& [name, value] : line) append(out, "MUSTER_" + upper(name), as_text(value));
  return out;
}

Journal::Journal(std::filesystem::path socket) : socket_(std::move(socket)) {}

bool Journal::exists() const {
  std::error_code error;
  return std::filesystem::is_socket(socket_, error);
}

Status Journal::send(const Line& line, std::string_view message) {
  const auto failed = [this] {
    return fail(Errc::unavailable,
                fmt::format("cannot write to the journal at {}: {}", socket_.string(),
                            std::strerror(errno)));  // NOLINT(concurrency-mt-unsafe): glibc's is
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& path = socket_.native();
  if (path.size() >= sizeof address.sun_path)
    return fail(Errc::config, fmt::format("{} is too long for a socket's path", path));
  std::copy(path.begin(), path.end(), address.sun_path);
  if (!fd_) fd_ = base::UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd_) return failed();
  const auto datagram = journal_datagram(line, message);
  const auto sent =
      ::sendto(fd_.get(), datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
               reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (sent < 0) return failed();
  return {};
}

}  // namespace muster::audit
