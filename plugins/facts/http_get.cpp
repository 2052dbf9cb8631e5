#include "plugins/facts/http_get.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "plugins/facts/text.hpp"
#include "proto/base/names.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::facts {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

struct Exchange {
  const HttpServer& server;
  Deadline deadline;

  tl::unexpected<Error> problem(Errc code, std::string_view what) const {
    return fail(code, fmt::format("http://{}:{}: {}", server.address, server.port, what));
  }

  Status wait_for(int fd, short what) const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    std::array<pollfd, 2> watched{pollfd{fd, what, 0}, pollfd{server.cancel_fd, POLLIN, 0}};
    const bool ready = left.count() > 0 &&
                       ::poll(watched.data(), watched.size(), static_cast<int>(left.count())) > 0;
    if (ready && watched[1].revents == 0) return {};
    return problem(Errc::timeout, "no answer in time");
  }
};

Result<base::UniqueFd> connect_to(const Exchange& exchange) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(exchange.server.address.c_str(), exchange.server.port.c_str(), &hints,
                    &found) != 0)
    return exchange.problem(Errc::config,
                            "the address must be a number, as in http://169.254.169.254");
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  base::UniqueFd fd(::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return exchange.problem(Errc::io, std::strerror(errno));
  if (::connect(fd.get(), found->ai_addr, found->ai_addrlen) != 0 && errno != EINPROGRESS)
    return exchange.problem(Errc::unavailable, std::strerror(errno));
  MUSTER_TRY(exchange.wait_for(fd.get(), POLLOUT));
  int failed = 0;
  socklen_t size = sizeof failed;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failed, &size);
  if (failed != 0) return exchange.problem(Errc::unavailable, std::strerror(failed));
  return fd;
}

Status send_all(const Exchange& exchange, int fd, std::string_view text) {
  while (!text.empty()) {
    MUSTER_TRY(exchange.wait_for(fd, POLLOUT));
    const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
      return exchange.problem(Errc::unavailable, std::strerror(errno));
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  }
  return {};
}

// Until the server closes: the request asked it to.
Result<std::string> receive_all(const Exchange& exchange, int fd) {
  std::string text;
  std::array<char, 8192> chunk;
  for (;;) {
    MUSTER_TRY(exchange.wait_for(fd, POLLIN));
    const auto got = ::recv(fd, chunk.data(), chunk.size(), 0);
    if (got == 0) return text;
    if (got < 0 && errno != EAGAIN && errno != EINTR)
      return exchange.problem(Errc::unavailable, std::strerror(errno));
    text.append(chunk.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (text.size() > kHttpAnswerMaxBytes)
      return exchange.problem(
          Errc::limit, fmt::format("answers more than the limit of {} bytes", kHttpAnswerMaxBytes));
  }
}

// Head and body apart; a body that is shorter than announced was cut off.
Result<HttpAnswer> parse_answer(const Exchange& exchange, std::string_view text) {
  const auto end = text.find("\r\n\r\n");
  HttpAnswer answer;
  const auto status = text.substr(0, text.find("\r\n"));  // "HTTP/1.1 200 OK"
  const auto code = status.size() >= 12 ? status.substr(9, 3) : std::string_view();
  const auto parsed = std::from_chars(code.data(), code.data() + code.size(), answer.status);
  if (!text.starts_with("HTTP/1.") || end == std::string_view::npos || parsed.ec != std::errc())
    return exchange.problem(Errc::invalid_data, "does not answer in HTTP/1.1");
  answer.body = text.substr(end + 4);
  std::size_t length = answer.body.size();
  bool chunked = false;
  for_each_line(text.substr(0, end), [&](std::string_view line) {
    const auto header = lower(trimmed(line));
    chunked = chunked || header.starts_with("transfer-encoding:");
    if (!header.starts_with("content-length:")) return;
    const auto digits = trimmed(std::string_view(header).substr(15));
    std::from_chars(digits.data(), digits.data() + digits.size(), length);
  });
  if (chunked)
    return exchange.problem(Errc::invalid_data, "answers in chunks, which is not understood");
  if (answer.body.size() < length)
    return exchange.problem(Errc::unavailable, "the answer was cut off");
  answer.body.resize(length);
  return answer;
}

}  // namespace

Result<HttpServer> parse_server(std::string_view url) {
  constexpr std::string_view scheme = "http://";
  auto rest = url.starts_with(scheme) ? url.substr(scheme.size()) : std::string_view();
  if (rest.ends_with('/')) rest.remove_suffix(1);
  HttpServer server;
  const auto bracket = rest.find(']');
  const auto colon =
      rest.starts_with('[') ? rest.find(':', std::min(bracket, rest.size())) : rest.find(':');
  server.address = rest.substr(0, colon);
  if (colon != std::string_view::npos) server.port = rest.substr(colon + 1);
  if (rest.starts_with('[') && bracket != std::string_view::npos)
    server.address = rest.substr(1, bracket - 1);
  if (server.address.empty() || server.port.find_first_not_of("0123456789") != std::string::npos ||
      server.port.empty() || server.address.find('/') != std::string::npos)
    return fail(Errc::config,
                fmt::format("{} is not of the form http://ADDRESS[:PORT]", base::quoted(url)));
  return server;
}

Result<HttpAnswer> http_request(const HttpServer& server, std::string_view method,
                                std::string_view path, const std::vector<std::string>& headers,
                                Deadline deadline) {
  const Exchange exchange{server, deadline};
  MUSTER_ASSIGN(const base::UniqueFd fd, connect_to(exchange));
  std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", method,
                                    path, server.address);
  if (method != "GET") request += "Content-Length: 0\r\n";
  for (const auto& header : headers) request += header + "\r\n";
  MUSTER_TRY(send_all(exchange, fd.get(), request + "\r\n"));
  MUSTER_ASSIGN(const auto text, receive_all(exchange, fd.get()));
  return parse_answer(exchange, text);
}

}  // namespace muster::facts
