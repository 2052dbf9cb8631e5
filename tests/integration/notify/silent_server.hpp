// A server that takes connections, says what it was told to say, and then nothing more: what a hung
// one looks like.
#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "proto/base/unique_fd.hpp"

namespace muster::notify::lab {

class SilentServer {
 public:
  // Says `greeting` at once and `answer` when the client has sent something that contains `cue`.
  SilentServer(std::string greeting, std::string cue, std::string answer);
  ~SilentServer();
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  void serve();

  const std::string greeting_, cue_, answer_;
  base::UniqueFd listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace muster::notify::lab
