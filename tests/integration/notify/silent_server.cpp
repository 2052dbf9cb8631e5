#include "tests/integration/notify/silent_server.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <stdexcept>

namespace muster::notify::lab {

SilentServer::SilentServer(std::string greeting, std::string cue, std::string answer)
    : greeting_(std::move(greeting)),
      cue_(std::move(cue)),
      answer_(std::move(answer)),
      listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), generic, size) != 0 || ::listen(listener_.get(), 8) != 0 ||
      ::getsockname(listener_.get(), generic, &size) != 0)
    throw std::runtime_error("cannot listen");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

SilentServer::~SilentServer() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  thread_.join();
}

void SilentServer::serve() {
  for (;;) {
    const base::UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!client) return;
    ::send(client.get(), greeting_.data(), greeting_.size(), MSG_NOSIGNAL);
    std::string heard;
    bool answered = answer_.empty();
    char chunk[4096];
    for (;;) {
      const auto got = ::recv(client.get(), chunk, sizeof chunk, 0);
      if (got <= 0) break;  // the client gave up
      heard.append(chunk, static_cast<std::size_t>(got));
      if (answered || heard.find(cue_) == std::string::npos) continue;
      ::send(client.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
      answered = true;
    }
  }
}

}  // namespace muster::notify::lab
