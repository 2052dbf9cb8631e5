// An orchestrator asks which brokers' watchers run, and one of them answers. docs/PROTOCOL.md, "Roll calls".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::messages {

struct RollCall {
  static constexpr auto kKind = envelope::Kind::roll_call;

  std::string call;  // whoever asked for it knows the answers by it

  std::string encode() const;
  // Errc::invalid_data.
  static Result<RollCall> decode(std::string_view body);
};

struct RollAnswer {
  static constexpr auto kKind = envelope::Kind::roll_answer;

  std::string call;
  std::string host;     // where the watcher runs
  std::string session;  // of the watcher: two may run where hosts call themselves alike
  std::vector<std::string> broker_roots;  // fingerprints of the roots that its broker was told of

  std::string encode() const;
  // Errc::invalid_data.
  static Result<RollAnswer> decode(std::string_view body);
};

}  // namespace muster::messages
