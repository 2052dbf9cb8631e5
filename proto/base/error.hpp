// What went wrong, for programs (code) and for people (message).
#pragma once

#include <string>
#include <string_view>

namespace muster::base {

// Codes 1-5 are MCollective's reply statuses; the others never leave a process as a status of their
// own.
enum class Errc {
  aborted = 1,         // understood, and could not be done
  unknown_action = 2,  // no such agent or action
  missing_data = 3,    // a required input is absent
  invalid_data = 4,    // an input, file or message is malformed
  unknown = 5,         // everything else
  refused,             // not allowed: signature, trust, replay or policy
  expired,             // came after its time to live
  timeout,             // a deadline passed
  no_answer,           // nodes were asked and are silent
  unavailable,         // the other side cannot be reached
  not_found,
  limit,  // a named limit was reached
  io,     // the operating system said no
  config  // the operator's file or flag is wrong
};

std::string_view name_of(Errc code);

// The reply status (1-5) that reports `code` to a caller.
int status_of(Errc code);

struct Error {
  Errc code = Errc::unknown;
  // One line or a few: what is wrong, where, what to do. No trailing newline.
  std::string message;

  // Puts where we were in front: "context: message".
  [[nodiscard]] Error within(std::string_view context) const;
};

}  // namespace muster::base
