// A row of the outbox as it is shown: one notification for one target.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster::notify {

// Superseded: a later lease told otherwise before it was sent.
enum class State { waiting, sent, failed, superseded };
std::string_view name_of(State state);
State state_from(std::string_view name);

struct OutboxRow {
  std::string id;
  std::string target;
  std::string subject;
  State state = State::waiting;
  std::int64_t tries = 0;
  std::int64_t created_ms = 0;   // Unix time
  std::int64_t finished_ms = 0;  // 0 while waiting
  std::string reason;            // of the last failure
};

struct SentAgain {
  std::int64_t failed = 0;   // rows that had failed and wait again
  std::int64_t waiting = 0;  // rows that waited, and are due at once
};

}  // namespace muster::notify
