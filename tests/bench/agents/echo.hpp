// A client that answers a message with a message, and nothing else: a process of its own, as an agent is.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

namespace muster::bench {

struct EchoOptions {
  std::string broker;                 // HOST:PORT of the nodes' listener
  std::string name;                   // client id
  std::filesystem::path root;         // PEM, of the broker's certificate
  std::filesystem::path certificate;  // PEM
  std::filesystem::path key;
  std::string call;    // filter of what it answers
  std::string answer;  // topic of its answers; the first is sent when it has subscribed
  std::size_t answer_bytes = 1'500;
};

// Nothing when the program is to end with `exit_code`.
std::optional<EchoOptions> read_echo_options(int argc, const char* const* argv, int& exit_code);

}  // namespace muster::bench
